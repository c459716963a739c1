"""PDF in: its text layer, and files that have none or are made to do harm."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from horad.errors import RecordError
from horad.readers.detect import read_source
from horad.readers.pdf import pdf_text
from horad.records import Rejection, Report


def made(pages: Sequence[str], password: str | None = None) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    page = io.BytesIO()
    drawn = canvas.Canvas(page, encrypt=StandardEncryption(password, ownerPassword="o") if password else None)
    for text in pages:
        drawn.drawString(72, 720, text)
        drawn.showPage()
    drawn.save()
    return page.getvalue()


def _bomb() -> bytes:
    """A page whose content is some kilobytes that inflate, twice over, to gigabytes."""
    content = zlib.compress(zlib.compress(b"BT (x) Tj ET " * 80_000_000, 9), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (len(content), content),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + (b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    )


def test_a_pdf_is_one_report(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(made(["No heterotopic", "ossification."]))
    (record,) = read_source(tmp_path / "report.pdf")
    assert isinstance(record, Report)
    assert (record.text, record.metadata.id, record.form) == ("No heterotopic\nossification.", "report", "pdf")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(made([""]), "has no text layer", id="scan"),
        pytest.param(made(["x"], "secret"), "is encrypted; save it without a password", id="encrypted"),
        pytest.param(made(["x"])[:300], "is damaged", id="damaged"),
        pytest.param(made(["x"] * 501), "has more than 500 pages", id="pages"),
        pytest.param(b"GIF89a", "holds a document that is no PDF", id="no PDF"),
    ],
)
def test_a_pdf_without_readable_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        pdf_text(data)


def test_a_bomb_is_rejected_and_the_next_file_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_bomb())
    (tmp_path / "b.pdf").write_bytes(made(["No HO."]))
    bad, good = read_source(tmp_path)
    assert isinstance(bad, Rejection)
    assert isinstance(good, Report)
