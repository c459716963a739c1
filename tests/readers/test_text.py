import pytest

from horad.readers.decode import CP1252_WARNING, MAX_REPORT_BYTES
from horad.readers.text import report_of
from horad.records import Metadata, Rejection, Report


@pytest.mark.parametrize(
    ("name", "report_id"),
    [("a.txt", "a"), ("2024/ward/a.b.txt", "2024/ward/a.b"), ("stdin", "stdin")],
)
def test_the_id_is_the_path_below_the_source_without_the_suffix(name: str, report_id: str) -> None:
    assert report_of(b"No HO.", name) == Report(text="No HO.", metadata=Metadata(id=report_id), source=name)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "is empty; a report has text", id="empty"),
        pytest.param(b" \r\n\t", "holds only white space; a report has text", id="white space"),
        pytest.param(b"\xef\xbb\xbf", "holds only white space; a report has text", id="only a mark"),
        pytest.param(
            b"a" * (MAX_REPORT_BYTES + 1),
            "is larger than 1 MB; a text file holds one report: split it, or use JSON lines",
            id="too large",
        ),
        pytest.param(
            b"a\0",
            "holds NUL bytes (a binary file, or UTF-16 without its mark); save it as UTF-8 text",
            id="NUL",
        ),
    ],
)
def test_a_file_that_is_no_report_is_rejected(raw: bytes, reason: str) -> None:
    assert report_of(raw, "a.txt") == Rejection(source="a.txt", reason=reason)


def test_a_wrong_encoding_is_a_warning() -> None:
    report = report_of("Größe".encode("cp1252"), "a.txt")
    assert isinstance(report, Report)
    assert (report.text, report.warnings) == ("Größe", (CP1252_WARNING,))
