import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horad.errors import RecordError
from horad.readers.decode import CP1252_WARNING, column_encoding, decode

TEXT = "Größe 3 × 4 mm.\r\nNo HO.\n"


@pytest.mark.parametrize(
    ("raw", "warnings"),
    [
        pytest.param(TEXT.encode(), (), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), (), id="UTF-8 with its mark"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), (), id="UTF-16 with its mark"),
        pytest.param(TEXT.encode("cp1252"), (CP1252_WARNING,), id="CP-1252"),
    ],
)
def test_a_text_is_decoded_with_its_newlines_untouched(raw: bytes, warnings: tuple[str, ...]) -> None:
    decoded = decode(raw)
    assert (decoded.text, decoded.warnings) == (TEXT, warnings)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        pytest.param(b"a\0b", "holds NUL bytes .*; save it as UTF-8 text", id="NUL"),
        pytest.param(b"No HO.".decode().encode("utf-16-le"), "UTF-16 without its mark", id="UTF-16 without its mark"),
        pytest.param(b"%PDF-1.7 ...", "is a PDF; extract its text first", id="PDF"),
        pytest.param(b"PK\x03\x04...", "is a ZIP or Office file; export it", id="DOCX"),
        pytest.param(b"\x1f\x8b\x08...", "is gzip-compressed; decompress it first", id="gzip"),
        pytest.param(b"{\\rtf1 ...", "is an RTF document; save it as plain text", id="RTF"),
        pytest.param(b" " * 128 + b"DICM", "is a DICOM file", id="DICOM"),
        pytest.param(b"\x01\x02\x03\x04abc", "is binary data, not text", id="control bytes"),
        pytest.param(b"caf\x81", "is neither UTF-8 nor CP-1252", id="no known encoding"),
        pytest.param(codecs.BOM_UTF16_LE + b"a", "starts with the mark of UTF-16 but is not", id="broken UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(raw: bytes, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        decode(raw)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    expected = text.removeprefix("\ufeff")
    assert decode(text.encode()).text == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(decode(raw).text, str)
    except RecordError as error:
        assert ";" in str(error)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        pytest.param(b"text\nabc\n", "utf-8-sig", id="ASCII"),
        pytest.param(b"text\n" + b"a" * (1 << 20) + "é".encode(), "utf-8-sig", id="late UTF-8"),
        pytest.param(b"text\n" + b"a" * ((1 << 20) - 6) + "é".encode(), "utf-8-sig", id="across two blocks"),
        pytest.param(b"text\n" + b"a" * (1 << 20) + "é".encode("cp1252"), "cp1252", id="late CP-1252"),
        pytest.param("text\né".encode("utf-16"), "utf-16", id="UTF-16"),
        pytest.param("text\né".encode()[:-1], "cp1252", id="cut in a character"),
    ],
)
def test_the_encoding_of_a_table_is_that_of_all_its_bytes(raw: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(raw)
    assert column_encoding(path) == encoding
