"""One run of de-identification: what is given decides what is done, and the end tells what was and what may remain."""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from horad.datasets.deidentify.keys import Key, load_key
from horad.datasets.deidentify.known import KnownValues
from horad.datasets.deidentify.records import RecordCleaner
from horad.datasets.deidentify.tables import Files, are_results
from horad.datasets.deidentify.texts import Options, Outcome
from horad.errors import OutputError, SourceError
from horad.readers.rows import Columns
from horad.writers.commit import new_file


@dataclass(frozen=True)
class Task:
    """What to clean, where to, and how."""

    sources: tuple[Path, ...]
    out: Path
    key: Path
    texts: Path | None = None
    options: Options = field(default_factory=Options)
    columns: Columns = field(default_factory=Columns)
    risks: Path | None = None


@dataclass
class Done:
    """What was written and replaced, what was left out and why, and what may still tell something."""

    written: int = 0
    replaced: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    risks: dict[str, int] = field(default_factory=dict)


def deidentify(task: Task) -> Done:
    """Clean the sources.

    Raises:
        SourceError: if a source is not there, nothing is readable, or the sources are of different kinds.
        OutputError: if OUT cannot be written, or would hold the key.
        HoradError: if the key cannot be read, or the extra is not installed.
    """
    _check(task)
    key = load_key(task.key)
    dicom = [_is_dicom(source) for source in task.sources]
    if any(dicom) and (not all(dicom) or len(dicom) > 1):
        raise SourceError("DICOM files are cleaned by themselves; name one folder or file of them, and nothing else")
    done = _images(task, key) if all(dicom) else _records(task, key)
    if task.risks:
        _write_risks(task.risks, done)
    return done


def _check(task: Task) -> None:
    for source in task.sources:
        if not source.exists():
            raise SourceError(f"{source}: no such file or folder")
        if source.resolve() == task.out.resolve():
            raise OutputError(f"{task.out}: is one of the sources; choose another name")
    if task.out.resolve() in (task.key.resolve(), *task.key.resolve().parents):
        raise OutputError(f"{task.key}: the key must not lie in what is written; keep it apart")


def _is_dicom(source: Path) -> bool:
    """Whether a file is one of DICOM, or the first file of a folder is."""
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    for path in files[:50]:
        with path.open("rb") as file:
            head = file.read(132)
        if head[128:] == b"DICM":
            return True
    return False


def _records(task: Task, key: Key) -> Done:
    cleaner = RecordCleaner(key, task.options)
    files = Files(cleaner, task.columns)
    found = [are_results(source) for source in task.sources]
    if all(found) and len(found) == 1:
        files.results(task.sources[0], task.texts, task.out)
    elif any(found):
        raise SourceError("results are cleaned one file or folder at a time, and apart from reports")
    else:
        files.reports(task.sources, task.out)
    if not files.written:
        raise SourceError(files.left_out[0][1] if files.left_out else "the sources hold no reports")
    outcome = cleaner.cleaner.outcome
    return Done(files.written, outcome.replaced, files.left_out, _risks(outcome))


def _images(task: Task, key: Key) -> Done:
    from horad.datasets.deidentify.dicom import deidentify_dicom
    from horad.datasets.deidentify.texts import Cleaner

    cleaner = Cleaner(key, task.options)

    def clean(text: str, days: int, known: KnownValues, near: dt.date | None) -> str:
        return cleaner.clean(text, days, known, near).text

    outcome = deidentify_dicom(task.sources[0], task.out, key, clean)
    risks = Counter(what for _, what in outcome.risks)
    return Done(outcome.written, cleaner.outcome.replaced, list(outcome.left_out), {**risks, **_risks(cleaner.outcome)})


def _risks(outcome: Outcome) -> dict[str, int]:
    return {
        "texts in which nothing was found": outcome.untouched,
        "numbers of six digits or more": outcome.long_numbers,
        "capitalised words that are no words of reports": outcome.unknown_names,
    }


def _write_risks(target: Path, done: Done) -> None:
    document = {
        "written": done.written,
        "replaced": dict(sorted(done.replaced.items())),
        "left_out": [{"place": place, "reason": reason} for place, reason in done.left_out],
        "may_remain": done.risks,
    }
    with new_file(target) as place:
        place.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
