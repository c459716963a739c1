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
