"""From results to the files of a tool, and from a tool's files to gold; the forms by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from horad.datasets.formats import brat, conll, docbin, fhir, hugging_face, label_studio, prodigy
from horad.datasets.formats.document import Document, document_of, gold_lines
from horad.datasets.lines import write_lines
from horad.datasets.results import read_results
from horad.datasets.scales import grade_scales
from horad.datasets.texts import kept_beside, match_texts
from horad.errors import HoradError, OutputError, SourceError
from horad.terms import SummaryGradeSystem

Read = Callable[[Path], Iterator[Document]]
Write = Callable[[Iterable[Document], Path], None]


def _label_studio(documents: Iterable[Document], out: Path) -> None:
    scales = grade_scales()
    label_studio.write(documents, out, {str(name): scales[name] for name in SummaryGradeSystem if name in scales})


WRITE: Mapping[str, Write] = {
    "label-studio": _label_studio,
    "brat": brat.write,
    "prodigy": prodigy.write,
    "docbin": docbin.write,
    "conll": conll.write,
    "hugging-face": hugging_face.write,
}
ONE_WAY = "fhir"  # for systems; no labels come back in it
READ: Mapping[str, Read] = {
    "label-studio": label_studio.read,
    "brat": brat.read,
    "prodigy": prodigy.read,
    "docbin": docbin.read,
    "conll": conll.read,
    "hugging-face": hugging_face.read,
}


@dataclass(frozen=True)
class Exported:
    """What was written, what was left out of the results, and the spans that the form cannot hold."""

    reports: int
    complaint: str
    lost_spans: int = 0


def export(results: Path, texts: Path | None, form: str, out: Path) -> Exported:
    """Write results with their texts in the form of a tool.

    Raises:
        HoradError: if the form is not known, or a file cannot be read or written.
    """
    if form not in (*WRITE, ONE_WAY):
        raise OutputError(f"{form!r} is not a form of exchange; choose one of {', '.join((*WRITE, ONE_WAY))}")
    matched = match_texts(read_results(results), texts or kept_beside(results))
    documents = [document_of(result, text) for result, text in matched.pairs]
    if form == ONE_WAY:
        fhir.write(matched.pairs, out)
    else:
        WRITE[form](documents, out)
    lost = sum(map(conll.lost, documents)) if form == "conll" else 0
    return Exported(len(documents), matched.complaint, lost)


def bring_back(path: Path, form: str, out: Path) -> int:
    """Write what a tool gives back as gold JSON lines; how many reports.

    Raises:
        HoradError: if the form is not known, a file cannot be read or written, or nothing was labelled.
    """
    if form not in READ:
        raise HoradError(f"{form!r} is not a form that labels come back in; choose one of {', '.join(READ)}")
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder")
    rows = list(gold_lines(READ[form](path)))
    if not rows:
        raise SourceError(f"{path}: holds no report that was labelled")
    write_lines(out, rows)
    return len(rows)
