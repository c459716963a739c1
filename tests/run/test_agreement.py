import pytest

from horad.records import Metadata
from horad.run.agreement import with_metadata

CONTENT = {
    "in_scope": True,
    "summary": {"modality": ["mri"]},
    "evidence": [{"field": "ho_status"}, {"field": "modality"}],
    "context": {"injury_interval_days": None, "symptoms": []},
    "conflicts": [],
}


@pytest.mark.parametrize(
    ("declared", "described", "conflict"),
    [
        pytest.param("MR", ["mri"], False, id="agree"),
        pytest.param("mr", ["ct", "mri"], False, id="one of several"),
        pytest.param("CT", ["mri"], True, id="differ"),
        pytest.param("DX", ["unspecified"], False, id="not said in the report"),
        pytest.param("CT", [], False, id="nothing described"),
        pytest.param("SR", ["mri"], False, id="no modality of imaging"),
        pytest.param(None, ["mri"], False, id="not declared"),
    ],
)
def test_a_declared_modality_conflicts_and_changes_nothing(
    declared: str | None, described: list[str], conflict: bool
) -> None:
    content = {**CONTENT, "summary": {"modality": described}}
    made = with_metadata(content, Metadata(modality=declared))
    message = f"The source says ct, the report describes {', '.join(described)}."
    expected = [{"code": "modality_conflict", "message": message, "evidence": [1]}] if conflict else []
    assert made == {**content, "conflicts": expected}


@pytest.mark.parametrize(
    ("injury", "study", "days"),
    [
        ("2024-01-01", "2024-03-01", 60),
        ("20240101", "20240301", 60),
        ("2024-01-01T10:00:00", "2024-03-01", 60),
        ("2024-01-01", None, None),
        ("about 2020", "2024-03-01", None),
    ],
)
def test_the_days_since_injury_follow_from_the_dates(injury: str, study: str | None, days: int | None) -> None:
    made = with_metadata(CONTENT, Metadata(injury_date=injury, study_date=study))
    assert made == {**CONTENT, "context": {"injury_interval_days": days, "symptoms": []}}


def test_the_interval_in_the_text_wins() -> None:
    content = {**CONTENT, "context": {"injury_interval_days": 90}}
    made = with_metadata(content, Metadata(injury_date="2024-01-01", study_date="2024-03-01"))
    assert made == content


def test_an_injury_after_the_study_is_a_conflict() -> None:
    made = with_metadata(CONTENT, Metadata(injury_date="2024-03-01", study_date="2024-01-01"))
    assert [conflict["code"] for conflict in made["conflicts"]] == ["injury_date_conflict"]
    assert made["context"] == CONTENT["context"]


def test_a_report_out_of_scope_stays_empty() -> None:
    content = {**CONTENT, "in_scope": False}
    metadata = Metadata(modality="CT", injury_date="2024-01-01", study_date="2024-03-01")
    assert with_metadata(content, metadata) == content
