"""The key: made once, read again, never where the data are; everything follows from it."""

import stat
from pathlib import Path

import pytest

from horad.datasets.deidentify.keys import Key, load_key
from horad.errors import HoradError

KEY = Key(bytes(32))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = load_key(tmp_path / "key")
    assert load_key(tmp_path / "key") == made
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert made != load_key(tmp_path / "other")


@pytest.mark.parametrize("content", ["", "abc", "00" * 8, "no key"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(HoradError, match="holds no key; a key is 64 hexadecimal digits"):
        load_key(tmp_path / "key")


def test_pseudonyms_follow_from_key_kind_and_value() -> None:
    assert KEY.pseudonym("patient", "1") == KEY.pseudonym("patient", "1")
    others = {Key(b"1" * 32).pseudonym("patient", "1"), KEY.pseudonym("report", "1"), KEY.pseudonym("patient", "2")}
    assert KEY.pseudonym("patient", "1") not in others
    assert len(others) == 3


def test_a_uid_is_one_that_dicom_takes() -> None:
    from pydicom.uid import UID

    assert UID(KEY.uid("1.2.3")).is_valid


def test_dates_never_stay_where_they_are() -> None:
    days = [KEY.days(str(patient)) for patient in range(500)]
    assert 0 not in days
    assert max(map(abs, days)) <= 365
    assert min(days) < 0 < max(days)


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(KEY)
