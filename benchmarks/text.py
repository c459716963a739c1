"""Reports a second of horad and of its peers side by side.

``python benchmarks/text.py INDIANA GOLD... --cache FOLDER``

INDIANA is a file of short reports that are mostly out of scope, GOLD are files of reports about heterotopic
ossification, both as JSON lines with a ``text``. Every peer gets an environment of its own in FOLDER, where it is
installed by its name once. All engines stay loaded and take their passes in turn, each in one process, by CPU time;
the peers look for 148 terms of horad's lexicon, horad reads everything it can read.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from horad.knowledge.load import load_rules

PEERS = ("medspacy", "edsnlp", "negspacy")
CORPORA = ("indiana", "gold")
_TERMS = 148
_FIELDS = ("ho", "lesion", "tumour", "mimic", "site")
_WORKED = 4_000  # HO-dense reports at least, so that the workers have something to share


def main() -> None:
    """Run the passes, print a table, write the figures."""
    options = arguments()
    texts = {"indiana": read_texts([options.indiana])[: options.reports], "gold": read_texts(options.gold)}
    pythons = {peer: environment(options.cache / peer, peer) for peer in options.peers}
    pythons |= {"tokeniser": Path(sys.executable), "horad": Path(sys.executable)}
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps({"terms": terms(), **texts}), "utf-8")
        engines = {name: Engine(name, python, job) for name, python in pythons.items()}
        figures = measured(engines, texts, options.passes)
        for engine in engines.values():
            engine.close()
        figures["workers"] = workers(texts["gold"], Path(folder))
    figures["ratios"] = ratios(figures)
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indiana", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, required=True, help="where the environments of the peers are kept")
    parser.add_argument("--reports", type=int, default=1000, help="how many of the Indiana reports")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser.parse_args()


def read_texts(files: Iterable[Path]) -> list[str]:
    """The texts of some JSON lines."""
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines() if line]


def terms() -> list[str]:
    """Short plain phrases of the lexicon, evenly chosen."""
    rules = load_rules()
    every = sorted(
        {
            " ".join(words)
            for rule, compiled in rules.of_field(*_FIELDS)
            for words in compiled.sequences
            if rule.value != "none" and len(words) <= 2 and all(word.isalpha() for word in words)
        }
    )
    return every[:: len(every) // _TERMS][:_TERMS]


def environment(folder: Path, peer: str) -> Path:
    """The Python of a peer's environment, made and filled if it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", peer], check=True)  # noqa: S603
    return python


class Engine:
    """An engine in its process."""

    def __init__(self, name: str, python: Path, job: Path) -> None:
        self._name = name
        script = Path(__file__).with_name("text_peer.py")
        self._process = subprocess.Popen(  # noqa: S603
            [python, script, name, job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.loaded = self._answer()["loaded"]

    def ask(self, corpus: str) -> dict[str, Any]:
        """What one pass over a corpus took."""
        assert self._process.stdin is not None
        self._process.stdin.write(corpus + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                return dict(json.loads(line))
        raise SystemExit(f"{self._name}: the engine stopped; run benchmarks/text_peer.py with it to see why")

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def measured(engines: dict[str, Engine], texts: dict[str, list[str]], passes: int) -> dict[str, Any]:
    """For each engine its CPU seconds to load, its reports a second in every pass, and its memory."""
    figures: dict[str, Any] = {name: {"load_cpu_s": engine.loaded} for name, engine in engines.items()}
    # The HO-dense texts go first, so that their first pass is a cold one.
    for corpus in reversed(CORPORA):
        for _ in range(passes):
            for name, engine in engines.items():
                told = engine.ask(corpus)
                figures[name].setdefault(corpus, []).append(len(texts[corpus]) / told["seconds"])
                figures[name]["rss_mb"] = told["rss_mb"]
    return figures


def workers(texts: list[str], folder: Path) -> dict[str, float]:
    """Runs of ``horad batch`` by one worker and by two: whole, by the clock, and reading alone, in CPU time.

    On cores that others use too the clock tells little; CPU time tells what it would on two idle ones, as far as the
    shards are shared evenly.
    """
    count = -(-_WORKED // len(texts)) * len(texts)
    with (folder / "worked.jsonl").open("w", encoding="utf-8") as file:
        for number, text in enumerate(itertools.islice(itertools.cycle(texts), count)):
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")
    load = os.getloadavg()[0]
    one, two = batch(folder, 1), batch(folder, 2)
    return {
        "reports": count,
        "load_before": load,
        "one_s": one[0],
        "two_s": two[0],
        "one_reading_cpu_s": one[1],
        "two_reading_cpu_s": two[1],
        "two_to_one": one[0] / two[0],
        "two_to_one_by_cpu": 2 * one[1] / two[1],
    }


def batch(folder: Path, count: int) -> tuple[float, float]:
    """Seconds of a whole run by the clock, and CPU seconds that all its workers took to read and write."""
    out = folder / f"worked-{count}.parquet"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "horad",
        "batch",
        folder / "worked.jsonl",
        "-o",
        out,
        "--workers",
        str(count),
    ]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603
    seconds = time.perf_counter() - start
    report = json.loads(out.with_name(f"{out.name}.run.json").read_bytes())
    return seconds, report["timings"]["cpu_in_all_workers"]


def ratios(figures: dict[str, Any]) -> dict[str, float]:
    """The best pass of horad against each peer's best, and its first HO-dense pass against the tokeniser's first."""
    found = {
        f"{corpus}: horad / {name}": max(figures["horad"][corpus]) / max(told[corpus])
        for corpus in CORPORA
        for name, told in figures.items()
        if name not in ("horad", "workers")
    }
    found["gold, first cold pass: horad / tokeniser"] = figures["horad"]["gold"][0] / figures["tokeniser"]["gold"][0]
    return found


def table(figures: dict[str, Any]) -> str:
    """The figures as text."""
    rows: list[Sequence[str]] = [("engine", "load CPU s", *(f"{corpus}/s" for corpus in CORPORA), "RSS MB")]
    for name, told in figures.items():
        if "rss_mb" in told:
            rates = (f"{max(told[corpus]):,.0f} (first {told[corpus][0]:,.0f})" for corpus in CORPORA)
            rows.append((name, f"{told['load_cpu_s']:.2f}", *rates, f"{told['rss_mb']:.0f}"))
    lines = ["  ".join(cell.ljust(24 if at in (2, 3) else 11) for at, cell in enumerate(row)) for row in rows]
    lines += ["", *(f"{name}: {value:.2f}" for name, value in figures["ratios"].items())]
    lines += [f"workers, {name}: {value:.2f}" for name, value in figures["workers"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
