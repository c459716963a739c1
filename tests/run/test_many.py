import pytest

import horad
from horad.errors import HoradError, RecordError
from horad.records import Metadata, Rejection, Report
from horad.run import many
from horad.run.many import answers

TEXTS = [
    f"CT of the pelvis. Heterotopic ossification of the {side} hip, {n} mm."
    for n in range(20)
    for side in ("left", "right")
]


def test_texts_and_mappings_are_read_in_order() -> None:
    results = list(horad.read_many(["No words.", {"id": "b", "text": "HO.", "ward": "3"}, {"report": "MRI."}]))
    assert [result.report_id for result in results] == ["report:1", "b", "report:3"]
    assert results[1].extra == {"ward": "3"}


def test_reports_are_read_as_they_come() -> None:
    asked: list[int] = []

    def source() -> object:
        for number in range(3):
            asked.append(number)
            yield "No words."

    results = horad.read_many(source())  # type: ignore[arg-type]
    next(results)
    assert asked == [0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"id": "a"}, "report 2: has no text key", id="no text"),
        pytest.param({"text": 5}, "report 2: 'text' must be a text", id="number"),
    ],
)
def test_a_mapping_that_is_no_report_is_refused_with_its_place(given: dict[str, object], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        list(horad.read_many(["No words.", given]))


def test_two_workers_give_what_one_gives() -> None:
    assert list(horad.read_many(TEXTS, workers=2)) == list(horad.read_many(TEXTS))


@pytest.mark.parametrize("workers", [1, 2])
def test_findings_only_leaves_the_stated_diagnosis_out_of_the_differential(workers: int) -> None:
    text = "MRI of the right thigh. Osteosarcoma of the right femur with heterotopic ossification beside it."
    [said] = horad.read_many([text])
    [seen] = horad.read_many([text], workers, findings_only=True)
    assert said.differential != seen.differential
    assert (said.summary, said.evidence[0].text) == (seen.summary, seen.evidence[0].text)


def test_workers_must_be_at_least_one() -> None:
    with pytest.raises(HoradError, match="workers must be 1 or more, not 0"):
        list(horad.read_many(TEXTS, workers=0))


def test_a_report_that_breaks_the_pipeline_is_rejected_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(nlp: object, report: Report, **options: object) -> None:
        raise ValueError(report.text)

    monkeypatch.setattr(many, "read_record", broken)
    [answer] = answers([Report(text="secret", metadata=Metadata(id="a"), source="a.txt")])
    assert isinstance(answer, Rejection)
    assert answer.reason == "could not be read (ValueError); please report the case without its text"


def test_a_rejection_passes_through() -> None:
    rejection = Rejection(source="a", reason="is empty")
    assert list(answers([rejection])) == [rejection]
