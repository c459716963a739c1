"""HTML pages: one report each; every block is a line, scripts and styles are dropped."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from horad.errors import RecordError
from horad.knowledge.sources import load_limits
from horad.readers.decode import Decoded, decode
from horad.readers.documents import confined, need, refuse_large
from horad.readers.rows import Columns
from horad.records import Metadata, Rejection, Report

# Elements that begin and end a line, as browsers show them.
_BLOCKS = frozenset(
    """address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th
    thead title tr ul""".split()  # noqa: SIM905 - a list of names would be forty lines
)
_OWN, _HEAD = '<meta name="generator" content="horad">', 2_000
_CELLS = frozenset({"td", "th"})
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object", "svg", "head")


def looks_like_html(head: bytes) -> bool:
    """Whether a file that begins like this is a page."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in head.lower())


def read(path: Path, name: str, columns: Columns) -> Iterator[Report | Rejection]:
    """Yield the one report of a page.

    Raises:
        HoradError: if the extra is not installed.
    """
    del columns  # a page has none; every reader is called alike
    need("bs4", "HTML")
    try:
        refuse_large(path)
        decoded = _decoded(path)
        text = html_text(decoded.text)
    except RecordError as error:
        yield Rejection(source=name, form="html", reason=str(error))
        return
    metadata = Metadata(id=str(PurePosixPath(name).with_suffix("")))
    yield Report(text=text, metadata=metadata, source=name, form="html", warnings=decoded.warnings)


def _decoded(path: Path) -> Decoded:
    decoded = decode(path.read_bytes())
    if _OWN in decoded.text[:_HEAD]:
        raise RecordError("is a page that horad wrote of its results, no report")
    return decoded


def html_text(markup: str) -> str:
    """The text that a page shows.

    Raises:
        RecordError: if there is none, or the page goes beyond a limit.
        HoradError: if the extra is not installed.
    """
    need("bs4", "HTML")
    if len(markup) > load_limits().documents.text_characters:
        raise RecordError("is a page that is larger than is read")
    return str(confined(text_of_markup, markup)["text"])


def text_of_markup(markup: str) -> dict[str, str]:
    """In the child: the text of a page, or the problem with it."""
    import warnings

    import bs4

    warnings.simplefilter("ignore", bs4.XMLParsedAsHTMLWarning)
    page = bs4.BeautifulSoup(markup, "html.parser")
    for unseen in page(_UNSEEN):
        unseen.decompose()
    pieces: list[str] = []
    _gather(page, pieces)
    lines = [" ".join(line.split()) for line in "".join(pieces).split("\n")]
    text = "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before).strip("\n")
    return {"text": text} if text.strip() else {"problem": "is a page without text"}


def _gather(element: object, pieces: list[str]) -> None:
    """The text of an element with line ends around blocks; iterative, since a page may nest without end."""
    import bs4

    todo: list[object] = [element]
    while todo:
        node = todo.pop()
        if isinstance(node, bs4.Tag):
            around = "\t" if node.name in _CELLS else "\n" if node.name in _BLOCKS else ""
            todo.extend([around, *reversed(node.contents), around])
        elif isinstance(node, str) and not isinstance(node, bs4.element.PreformattedString):
            is_ours = type(node) is str
            pieces.append(node if is_ours else " ".join(node.split("\n")))
