from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from horad.errors import RecordError, SourceError
from horad.evaluation import predictions
from horad.evaluation.gold import GoldReport
from horad.evaluation.lines import Line
from horad.evaluation.predictions import Prediction, read_predictions, read_texts
from horad.records import ReportResult
from tests.evaluation.made import gold_row, result_row

GOLD = [GoldReport.model_validate(gold_row(name, maturity="mature")) for name in ("a", "b")]


def test_a_full_result_is_an_answer(result: ReportResult) -> None:
    answer = Prediction.model_validate(result.model_dump(mode="json"))
    assert (answer.report_id, len(answer.spans)) == (result.report_id, len(result.evidence))
    assert answer.diagnoses == [candidate.diagnosis for candidate in result.differential]


def test_an_answer_may_be_silent() -> None:
    answer = Prediction.model_validate({"report_id": 7, "summary": None, "evidence": None})
    assert (answer.report_id, answer.labels.ho_status, answer.spans, answer.diagnoses) == ("7", None, (), [])


def test_a_report_answered_twice_is_refused() -> None:
    lines = [Line("x:1", result_row("a")), Line("x:2", result_row("a"))]
    with pytest.raises(SourceError, match="x:2: the report_id 'a' stands twice, first in x:1"):
        read_predictions(lines)


def test_horad_reads_the_texts_and_never_sees_the_labels(monkeypatch: pytest.MonkeyPatch, result: ReportResult) -> None:
    seen: list[Any] = []

    def read_many(reports: Iterable[Any], *, findings_only: bool) -> Iterator[ReportResult]:
        for report in reports:
            seen.append(report)
            yield result.model_copy(update={"report_id": report["id"]})

    monkeypatch.setattr(predictions, "read_many", read_many)
    ticks: list[int] = []
    answers = read_texts(GOLD, ticks.append)
    assert [answer.report_id for answer in answers] == ["a", "b"]
    assert seen == [{"id": report.id, "text": report.text} for report in GOLD]
    assert ticks == [1, 2]


def test_a_text_that_cannot_be_read_is_named_by_its_id(monkeypatch: pytest.MonkeyPatch, result: ReportResult) -> None:
    def read_many(reports: Iterable[Any], *, findings_only: bool) -> Iterator[ReportResult]:
        yield result
        raise RecordError("report 2: 'text' is empty")

    monkeypatch.setattr(predictions, "read_many", read_many)
    with pytest.raises(SourceError, match=r"^gold text 'b': 'text' is empty$"):
        read_texts(GOLD)
