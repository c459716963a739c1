import pytest
from sklearn.metrics import cohen_kappa_score

from horad.review.agreement import agreement
from horad.review.joined import grouped
from tests.review.made import entry, read_whole

REPORTS = [entry(name, f"{name}.") for name in "abcdef"]


def test_kappa_is_that_of_the_answers_both_gave() -> None:
    ones = ["absent", "absent", "possible", "historical", "absent", "possible"]
    twos = ["absent", "possible", "possible", "historical", "absent", "absent"]
    decisions = [
        made
        for report, one, two in zip(REPORTS, ones, twos, strict=True)
        for made in (*read_whole(report, "AB", {"ho_status": one}), *read_whole(report, "CD", {"ho_status": two}))
    ]
    [pair] = agreement(grouped(decisions))
    fields = {field.field: field for field in pair.fields}
    assert (pair.readers, pair.reports) == (("AB", "CD"), 6)
    assert fields["ho_status"].kappa == pytest.approx(cohen_kappa_score(ones, twos))
    assert fields["ho_status"].same == pytest.approx(4 / 6)
    assert (fields["tumour"].same, fields["tumour"].kappa) == (1.0, None)


def test_lists_are_compared_label_by_label() -> None:
    hip, knee = {"site": "hip", "side": "left"}, {"site": "knee", "side": "left"}
    decisions = [
        *read_whole(REPORTS[0], "AB", {"sites": [hip]}), *read_whole(REPORTS[0], "CD", {"sites": [hip, knee]}),
        *read_whole(REPORTS[1], "AB", {"sites": [knee]}), *read_whole(REPORTS[1], "CD", {"sites": [knee]}),
    ]  # fmt: skip
    [pair] = agreement(grouped(decisions))
    [sites] = [field for field in pair.fields if field.field == "sites"]
    assert sites.kappa == pytest.approx(cohen_kappa_score([1, 0, 0, 1], [1, 1, 0, 1]))
    assert sites.same == 0.5


def test_what_one_doubts_or_has_not_finished_is_left_out() -> None:
    decisions = [*read_whole(REPORTS[0], "AB", doubted=("tumour",)), *read_whole(REPORTS[0], "CD")]
    decisions += [*read_whole(REPORTS[1], "AB"), *read_whole(REPORTS[1], "CD")[:-1]]
    [pair] = agreement(grouped(decisions))
    assert (pair.reports, "tumour" in [field.field for field in pair.fields]) == (1, False)


def test_three_readers_are_three_pairs() -> None:
    decisions = [made for name in ("AB", "CD", "EF") for made in read_whole(REPORTS[0], name)]
    assert [pair.readers for pair in agreement(grouped(decisions))] == [("AB", "CD"), ("AB", "EF"), ("CD", "EF")]
