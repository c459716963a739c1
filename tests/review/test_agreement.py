import pytest
from sklearn.metrics import cohen_kappa_score

from horad.datasets.agreement import Agreement
from horad.review.agreement import agreement
from horad.review.joined import grouped
from horad.review.reports import Queue
from horad.review.store import Decision
from tests.review.made import decision, entry, read_whole

REPORTS = [entry(name, f"{name}.") for name in "abcdef"]
QUEUE = Queue(tuple(REPORTS))


def figures(decisions: list[Decision]) -> dict[str, Agreement]:
    found = agreement(QUEUE, grouped(decisions))
    assert found is not None
    return {field.name: field for field in found.fields}


def test_kappa_is_that_of_the_answers_both_gave() -> None:
    ones = ["absent", "absent", "possible", "historical", "absent", "possible"]
    twos = ["absent", "possible", "possible", "historical", "absent", "absent"]
    decisions = [
        made
        for report, one, two in zip(REPORTS, ones, twos, strict=True)
        for made in (*read_whole(report, "AB", {"ho_status": one}), *read_whole(report, "CD", {"ho_status": two}))
    ]
    fields = figures(decisions)
    [pair] = fields["ho_status"].pairs
    assert (pair.readers, pair.reports, pair.same) == (("AB", "CD"), 6, pytest.approx(4 / 6))
    assert pair.kappa.value == pytest.approx(cohen_kappa_score(ones, twos))
    assert (fields["tumour"].pairs[0].same, fields["tumour"].pairs[0].kappa.value) == (1.0, None)


def test_rulings_and_unfinished_readings_take_no_part() -> None:
    decisions = [*read_whole(REPORTS[0], "AB", {"tumour": "possible"}), *read_whole(REPORTS[0], "CD")]
    decisions += [*read_whole(REPORTS[1], "AB"), *read_whole(REPORTS[1], "CD")[:-1]]
    decisions += [decision(REPORTS[0], "tumour", "possible", "CD", part="adjudication")]
    [pair] = figures(decisions)["tumour"].pairs
    assert (pair.reports, pair.same) == (1, 0.0)


def test_what_a_reader_doubts_is_missing() -> None:
    decisions = [made for name in ("AB", "CD") for report in REPORTS[:2] for made in read_whole(report, name)]
    decisions += [decision(REPORTS[0], "tumour", reader="AB", verdict="uncertain")]
    last = {(d.report, d.reviewer, d.field): d for d in decisions}
    [pair] = figures(list(last.values()))["tumour"].pairs
    assert pair.decisions == 1


def test_three_readers_are_three_pairs() -> None:
    decisions = [made for name in ("EF", "AB", "CD") for made in read_whole(REPORTS[0], name)]
    pairs = figures(decisions)["ho_status"].pairs
    assert [pair.readers for pair in pairs] == [("AB", "CD"), ("AB", "EF"), ("CD", "EF")]


@pytest.mark.parametrize("names", [[], ["AB"]], ids=["nobody", "one"])
def test_without_two_readers_there_is_nothing_to_measure(names: list[str]) -> None:
    decisions = [made for name in names for made in read_whole(REPORTS[0], name)]
    assert agreement(QUEUE, grouped(decisions)) is None
