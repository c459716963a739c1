"""Peak memory of a batch by the number of its reports: ``python benchmarks/memory.py 100000 1000000``.

Each size is run in processes of its own, one worker, from JSON lines to a folder of Parquet parts. Every tenth report
is in scope and no two are alike. What is told is the highest resident size of the driver and of its worker, and by how
much the last run is above the first.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

_LOOK_SECONDS = 0.1
_IN_SCOPE_EVERY = 10
_MB = 1_000_000


def make_source(path: Path, count: int) -> None:
    """So many short reports."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = f"Chest radiograph {number} of ward w{number}. The heart is of normal size. No pneumonia."
            if number % _IN_SCOPE_EVERY == 0:
                text = f"CT of the hip, study s{number}. Heterotopic ossification of the left hip, Brooker III."
            file.write(json.dumps({"id": f"r{number}", "patient_id": f"p{number // 3}", "text": text}) + "\n")


def peaks(folder: Path, count: int) -> tuple[float, float, float]:
    """Highest memory of the driver and of a worker in MB, and the seconds taken."""
    make_source(folder / "in.jsonl", count)
    command = [sys.executable, "-m", "horad", "batch", "in.jsonl", "-o", "out", "--workers", "1"]
    started = time.monotonic()
    process = psutil.Popen(command, cwd=folder)
    highest: dict[int, int] = defaultdict(int)
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            for one in (process, *process.children()):
                highest[one.pid] = max(highest[one.pid], one.memory_info().rss)
        time.sleep(_LOOK_SECONDS)
    if process.returncode:
        raise SystemExit(f"the batch ended with {process.returncode}")
    driver = highest.pop(process.pid)
    return driver / _MB, max(highest.values()) / _MB, time.monotonic() - started


def main() -> None:
    """Run every size and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[100_000, 1_000_000])
    found = []
    print(f"{'reports':>10} {'driver MB':>10} {'worker MB':>10} {'reports/s':>10}")
    for count in parser.parse_args().counts:
        with tempfile.TemporaryDirectory() as folder:
            driver, worker, seconds = peaks(Path(folder), count)
        found.append((driver, worker))
        print(f"{count:>10,} {driver:>10.0f} {worker:>10.0f} {count / seconds:>10,.0f}", flush=True)
    for name, first, last in zip(("driver", "worker"), found[0], found[-1], strict=True):
        print(f"{name}: {100 * (last / first - 1):+.1f} %")


if __name__ == "__main__":
    main()
