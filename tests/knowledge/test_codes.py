import shutil
from pathlib import Path

import pytest
from pydicom.sr._concepts_dict import concepts

from horad import terms
from horad.errors import RuleError
from horad.knowledge.codes import Code, load_codes

VOCABULARIES: dict[str, type[terms.Term]] = {
    "site": terms.Site,
    "side": terms.Side,
    "compartment": terms.Compartment,
    "ho_status": terms.HoStatus,
    "kind": terms.Kind,
    "diagnosis": terms.Diagnosis,
    "assertion": terms.FindingAssertion,
    "presence": terms.Presence,
    "modality": terms.Modality,
}
PRIVATE: dict[str, type[terms.Term]] = {
    **{name: vocabulary for name, vocabulary in VOCABULARIES.items() if name != "diagnosis"},
    "maturity": terms.Maturity,
    "marrow_signal": terms.MarrowSignal,
    "relation": terms.Relation,
    "grade_system": terms.GradeSystem,
    "feature": terms.Feature,
    "tumour": terms.Tumour,
    "risk_factor": terms.RiskFactor,
    "change": terms.Change,
    "basis": terms.Basis,
    "when": terms.When,
    "report_status": terms.ReportStatus,
}
CASES = [
    pytest.param(name, value, code, id=f"{name}.{value}")
    for name, codes in load_codes().terms.items()
    for value, code in codes.items()
]


@pytest.mark.parametrize(("name", "value", "code"), CASES)
def test_every_code_stands_in_the_dictionaries_with_its_meaning(name: str, value: str, code: Code) -> None:
    known = {number: meaning for entry in concepts[code.scheme].values() for number, (meaning, _) in entry.items()}
    meanings = {
        meaning for entry in concepts[code.scheme].values() for n, (meaning, _) in entry.items() if n == code.code
    }
    assert code.code in known
    assert code.meaning in meanings


@pytest.mark.parametrize(("name", "value", "code"), CASES)
def test_every_code_belongs_to_a_value(name: str, value: str, code: Code) -> None:
    assert value in set(VOCABULARIES[name])


def test_no_code_is_used_twice_in_a_vocabulary() -> None:
    for_each = {name: [code.code for code in codes.values()] for name, codes in load_codes().terms.items()}
    assert for_each == {name: list(dict.fromkeys(codes)) for name, codes in for_each.items()}


def test_the_private_scheme_has_a_code_for_every_value_of_every_vocabulary_and_for_nothing_else() -> None:
    private = load_codes().private
    made = {name: set(codes) for name, codes in private.items() if name != "field"}
    assert made == {name: set(vocabulary) for name, vocabulary in PRIVATE.items()}


def test_no_private_code_is_used_twice() -> None:
    every = [code.code for codes in load_codes().private.values() for code in codes.values()]
    assert len(every) == len(set(every))


def test_private_codes_and_meanings_fit_into_dicom_and_hl7() -> None:
    every = [code for codes in load_codes().private.values() for code in codes.values()]
    assert [code for code in every if len(code.code) > 16 or not 0 < len(code.meaning) <= 64] == []
    assert {code.scheme for code in every} == {"99HORAD"}


def test_a_value_has_its_public_code_where_there_is_one_else_its_private_one() -> None:
    codes = load_codes()
    assert (codes.code("site", "hip").scheme, codes.code("site", "other").scheme) == ("SCT", "99HORAD")


def test_the_modalities_are_those_of_the_vocabulary() -> None:
    modalities = load_codes().modalities
    assert set(modalities.values()) == set(terms.Modality) - {terms.Modality.UNSPECIFIED}
    assert (modalities["MR"], modalities["DX"]) == ("mri", "radiograph")


def test_a_broken_table_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("models")
    (folder / "codes").mkdir()
    (folder / "codes" / "terms.toml").write_text('[site]\nhip = { code = "1" }\n')
    with pytest.raises(RuleError, match="terms.toml: not readable as a table of codes"):
        load_codes(str(folder))


@pytest.mark.parametrize(
    "own",
    ["[field]\na = { code = '1', meaning = 'A' }\n", "[scheme]\ndesignator = '99HORAD'\n"],
    ids=["no scheme", "half a scheme"],
)
def test_a_broken_private_table_is_named(own: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("models")
    shutil.copytree(root / "models" / "codes", folder / "codes")
    (folder / "codes" / "horad.toml").write_text(own)
    with pytest.raises(RuleError, match="horad.toml: not readable as a table of codes"):
        load_codes(str(folder))
