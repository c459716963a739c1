"""What a batch is asked to do, where its files stand, and what makes two calls the same work."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import horad
from horad.errors import HoradError, OutputError, SourceError
from horad.readers.detect import SourceFile, files_of
from horad.readers.rows import Columns
from horad.writers.flat import SUFFIXES
from horad.writers.form import Form, settle_form

SHARD_RECORDS = 5_000
_FORMAT = 1
_ENGINES = ("local", "dask")


@dataclass(frozen=True)
class Limits:
    """What one report may take of a worker before it is put aside."""

    seconds: float = 120.0
    memory_mb: int = 4_000


@dataclass(frozen=True)
class Job:
    """What to read and where to write it. ``workers`` 0 reads in this process, without limits on a report."""

    sources: Sequence[Path]
    out: Path
    form: Form
    columns: Columns = field(default_factory=Columns)
    workers: int = 1
    findings_only: bool = False
    keep_text: bool = False
    flat: Path | None = None
    shard_records: int = SHARD_RECORDS
    limits: Limits = field(default_factory=Limits)
    log: Path | None = None
    log_key: str = ""
    engine: str = "local"
    scheduler: str | None = None

    @property
    def parts(self) -> Path:
        """Where the parts are written: in a folder of results, else beside the file to be."""
        return self.out if self.form.is_folder else self._beside(".parts")

    @property
    def work(self) -> Path:
        """What is needed until the commit: plan, receipts, lists. Readers of folders pass over its name."""
        return self.parts / "_work"

    @property
    def quarantine(self) -> Path:
        """Where the rejected records are listed: beside a file, inside a folder."""
        return self.result("quarantine.jsonl")

    def result(self, name: str) -> Path:
        """A file that goes with the results: beside a file, inside a folder."""
        return self.out / name if self.form.is_folder else self._beside(f".{name}")

    def written_paths(self) -> tuple[Path, ...]:
        """All that a run of this job writes, so that no source walk takes it for a report."""
        asides = [self.result(name) for name in ("quarantine.jsonl", "run.json", "texts.jsonl")]
        return (self.out, self.parts, *asides, *(path for path in (self.flat, self.log) if path))

    def checked(self) -> Self:
        """The job, if its options go together.

        Raises:
            OutputError: if the flat table stands inside OUT, or is neither CSV nor Parquet.
            HoradError: if the engine is not known.
        """
        if self.engine not in _ENGINES:
            raise HoradError(f"--engine {self.engine}: is not known; choose {' or '.join(_ENGINES)}")
        if self.flat and self.flat.suffix.lower() not in SUFFIXES:
            raise OutputError(f"{self.flat}: a flat table is a .csv or a .parquet file")
        if self.flat and self.out.absolute() in [self.flat.absolute(), *self.flat.absolute().parents]:
            raise OutputError(f"{self.flat}: the flat table stands outside OUT; choose another place")
        return self

    def files(self) -> Iterator[tuple[int, SourceFile]]:
        """Every file to read with the number of its source, in order.

        Raises:
            SourceError: if a source does not exist or holds no file.
        """
        for number, source in enumerate(self.sources):
            for file in files_of(source, self.written_paths()):
                yield number, file

    def fingerprint(self) -> dict[str, str]:
        """What must be the same for parts of two runs to belong together, by what a person would call it."""
        from horad.knowledge.load import load_rules

        arguments = {key: value for key, value in self.to_json().items() if key not in _FREE}
        return {
            "version": f"{horad.__version__}/{_FORMAT}",
            "rules": load_rules().sha256,
            "arguments": _sha256([arguments]),
            "sources": _sha256([number, file.name, *file.stamp] for number, file in self.files()),
        }

    def to_json(self) -> dict[str, Any]:
        """The arguments as they are kept with the work, so that it can be finished by another call."""
        kept = {name: value for name, value in asdict(self).items() if name != "log_key"}
        # Absolute, so that a call from another folder means the same.
        paths = {name: str(path.absolute()) for name, path in kept.items() if isinstance(path, Path)}
        return {**kept, **paths, "sources": [str(path.absolute()) for path in self.sources]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """A job as it was kept."""
        nested = {
            "form": Form(**values["form"]),
            "columns": Columns(**values["columns"]),
            "limits": Limits(**values["limits"]),
            "sources": [Path(path) for path in values["sources"]],
        }
        paths = {name: Path(values[name]) for name in ("out", "flat", "log") if values[name]}
        return cls(**{**values, **nested, **paths})

    def _beside(self, ending: str) -> Path:
        return self.out.with_name(self.out.name + ending)


# Who reads, how patiently, and what is logged, changes no row.
_FREE = frozenset({"workers", "limits", "log", "engine", "scheduler"})


def stamp() -> dict[str, str]:
    """What made the results: version and rules."""
    from horad.knowledge.load import load_rules

    return {"version": horad.__version__, "rules_sha256": load_rules().sha256}


def _sha256(values: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(json.dumps(value, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def plan(
    sources: Sequence[Path], out: Path, form: str | None = None, columns: Columns | None = None, workers: int = 1
) -> Job:
    """Check the arguments before any work is done.

    Raises:
        SourceError: if a source does not exist.
        OutputError: if OUT has no known form, is one of the sources, or its folder does not exist.
    """
    for source in sources:
        if not source.exists():
            raise SourceError(f"{source}: no such file or folder")
        if source.resolve() == out.resolve():
            raise OutputError(f"{out}: is one of the sources; choose another name for the results")
    if not out.absolute().parent.is_dir():
        raise OutputError(f"{out}: the folder {out.parent} does not exist; make it first")
    return Job(sources, out, settle_form(out, form), columns or Columns(), workers)
