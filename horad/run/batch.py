"""Sources → one result file (or a folder of parts), with a quarantine beside it; all or nothing on disk."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from horad.errors import OutputError, SourceError
from horad.readers.detect import read_source
from horad.readers.rows import Columns
from horad.records import Rejection, Report
from horad.run.many import answers
from horad.writers.commit import new_file, new_folder
from horad.writers.form import Form, open_writer, settle_form
from horad.writers.jsonl import QuarantineWriter


@dataclass(frozen=True)
class Job:
    """What to read and where to write it."""

    sources: Sequence[Path]
    out: Path
    form: Form
    columns: Columns = field(default_factory=Columns)
    workers: int = 1
    findings_only: bool = False

    @property
    def quarantine(self) -> Path:
        """Where the rejected records are listed: beside a file, inside a folder."""
        if self.form.is_folder:
            return self.out / "quarantine.jsonl"
        return self.out.with_name(f"{self.out.name}.quarantine.jsonl")


@dataclass
class Tally:
    """What became of the records, counted while the batch runs."""

    written: int = 0
    quarantined: int = 0
    first_reason: str = ""


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


def run(job: Job, tick: Callable[[Tally], None] = lambda _: None) -> Tally:
    """Read every record, write results and quarantine, and put both in place only at the end.

    Raises:
        SourceError: if nothing at all was readable; nothing is written then.
    """
    tally = Tally()
    with ExitStack() as stack:
        place = stack.enter_context(new_folder(job.out) if job.form.is_folder else new_file(job.out))
        aside = place / "quarantine.jsonl" if job.form.is_folder else stack.enter_context(new_file(job.quarantine))
        quarantine = stack.enter_context(QuarantineWriter(aside))
        writer = stack.enter_context(open_writer(job.form, place))
        sent: deque[Report | Rejection] = deque()
        for answer in answers(_sending(_records(job), sent), job.workers, findings_only=job.findings_only):
            record = sent.popleft()
            if isinstance(answer, Rejection):
                quarantine.write(answer)
                tally.quarantined += 1
                tally.first_reason = tally.first_reason or _sentence(answer)
            else:
                assert isinstance(record, Report)
                writer.write(answer, record)
                tally.written += 1
            tick(tally)
        if not tally.written:
            raise SourceError(tally.first_reason or "the sources hold no reports")
    return tally


def _records(job: Job) -> Iterator[Report | Rejection]:
    for source in job.sources:
        yield from read_source(source, job.columns, leave_out=(job.out, job.quarantine))


def _sending(records: Iterator[Report | Rejection], sent: deque[Report | Rejection]) -> Iterator[Report | Rejection]:
    """Pass records on, and keep those whose answer is awaited: the writers need them."""
    for record in records:
        sent.append(record)
        yield record


def _sentence(rejection: Rejection) -> str:
    place = rejection.source if rejection.position is None else f"{rejection.source}:{rejection.position}"
    return f"{place}: {rejection.reason}"
