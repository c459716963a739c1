"""Batches of many small reports that are killed at random moments, for the tests of what is left of them."""

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY = 100  # of so many reports one is in scope
_LONGEST_SECONDS = 900

Victim = Callable[[psutil.Process], Sequence[psutil.Process]]


def make_source(path: Path, count: int) -> None:
    """Reports of a few words, some with a finding, a few that cannot be read, some in two versions."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {"id": f"r{number}", "text": f"Chest radiograph {number}. No pneumonia."}
            if number % _EVERY == 7:
                row["text"] = f"CT pelvis {number}. Heterotopic ossification of the left hip, Brooker III."
            elif number % _EVERY == 8:
                row["text"] = ""
            elif number % _EVERY == 9:
                row |= {"id": f"r{number - 50}", "report_status": "corrected"}
            file.write(json.dumps(row) + "\n")


@dataclass
class Batch:
    """One command, run again and again in a folder."""

    folder: Path
    out: str
    options: Sequence[str]

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it."""
        command = [sys.executable, "-m", "horad", "batch", "in.jsonl", "-o", self.out, *self.options]
        return subprocess.Popen(command, cwd=self.folder, stderr=subprocess.DEVNULL)

    def finish(self) -> float:
        """Let it run to its end; return how long it took."""
        started = time.monotonic()
        assert self.start().wait(_LONGEST_SECONDS) == 1
        return time.monotonic() - started

    def kill_driver(self, after: float) -> bool:
        """Kill it after some seconds; return whether it was still running."""
        process = self.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
        was_running = process.poll() is None
        process.kill()
        process.wait()
        return was_running

    def kill_workers(self, moments: Sequence[float], choice: random.Random) -> int:
        """Kill a worker at each of these seconds after the last; return how many were killed before the end."""
        process = self.start()
        killed = 0
        for moment in moments:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            if process.poll() is not None:
                break
            if found := _workers(psutil.Process(process.pid)):
                choice.choice(found).kill()
                killed += 1
        assert process.wait(_LONGEST_SECONDS) == 1
        return killed


def _workers(driver: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in driver.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any("spawn_main" in argument for argument in child.cmdline()):
                found.append(child)
    return found
