import shutil
from pathlib import Path

import pytest
from pydicom.sr._concepts_dict import concepts
from pydicom.uid import UID

from horad.errors import RuleError
from horad.knowledge.codes import Code
from horad.knowledge.standards import load_dicom_sr


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in load_dicom_sr().concept.items()])
def test_every_concept_name_of_dicom_sr_stands_in_the_dictionaries(code: Code) -> None:
    meanings = {
        meaning for entry in concepts[code.scheme].values() for n, (meaning, _) in entry.items() if n == code.code
    }
    assert code.meaning in meanings


@pytest.mark.parametrize(("uid", "name"), load_dicom_sr().source.items())
def test_every_class_of_source_is_what_it_is_called(uid: str, name: str) -> None:
    assert UID(uid).name == name


def test_descriptions_of_dicom_sr_fit_and_say_what_they_are_not() -> None:
    about = load_dicom_sr().document
    assert max(len(about.series_description), len(about.source_description), len(about.model)) <= 64
    assert "research, not a medical device" in about.series_description


def test_a_broken_table_is_named(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "models" / "codes", tmp_path / "codes")
    (tmp_path / "codes" / "dicom_sr.toml").write_text("[document]\n")
    with pytest.raises(RuleError, match="dicom_sr.toml: document -> series_description: Field required"):
        load_dicom_sr(str(tmp_path))
