import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from horad.datasets.agreement import Agreement, measure
from horad.datasets.disagreements import disagreements
from horad.datasets.readings import Readings, read_readings
from horad.errors import HoradError, SourceError
from horad.evaluation.gold import GoldReport
from horad.evaluation.lines import Line
from horad.terms import Relation


def reader(**labels: list[Any]) -> list[GoldReport]:
    """A reader's reports; of every field the value in each of them."""
    rows = [dict(zip(labels, row, strict=True)) for row in zip(*labels.values(), strict=True)]
    kept = [{key: value for key, value in row.items() if value is not ...} for row in rows]
    return [GoldReport.model_validate({"id": str(n), "text": f"t{n}", "gold": row}) for n, row in enumerate(kept)]


def measured(name: str, *readers: list[GoldReport], rounds: int = 0) -> Agreement:
    report = measure(Readings({chr(97 + n): one for n, one in enumerate(readers)}), rounds)
    return {field.name: field for field in report.fields}[name]


ONE = ["present", "present", "absent", "possible", "absent", "present"]
TWO = ["present", "absent", "absent", "possible", "absent", "possible"]
SEVERE = [relation.value for relation in Relation][1:]


def test_kappa_is_that_of_scikit_learn() -> None:
    (pair,) = measured("ho_status", reader(ho_status=ONE), reader(ho_status=TWO)).pairs
    assert pair.kappa.value == pytest.approx(cohen_kappa_score(ONE, TWO))
    assert (pair.readers, pair.decisions, pair.same) == (("a", "b"), 6, pytest.approx(4 / 6))


def test_alpha_is_that_of_krippendorff() -> None:
    three = [*ONE[:4], ..., "absent"]
    codes = [[{"present": 0, "absent": 1, "possible": 2}[v] for v in row] for row in (ONE, TWO)]
    codes.append([0, 0, 1, 2, np.nan, 1])
    field = measured("ho_status", reader(ho_status=ONE), reader(ho_status=TWO), _without(reader(ho_status=three), 4))
    assert field.alpha.value == pytest.approx(krippendorff.alpha(codes, level_of_measurement="nominal"))
    assert [pair.readers for pair in field.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [pair.decisions for pair in field.pairs] == [6, 5, 5]


def _without(reports: list[GoldReport], number: int) -> list[GoldReport]:
    return [report for n, report in enumerate(reports) if n != number]


def test_a_relation_is_weighted_by_the_square_of_the_distance_and_silence_is_no_level() -> None:
    one = [SEVERE[n] for n in (0, 1, 2, 3, 6, 5)]
    two = [SEVERE[n] for n in (0, 2, 2, 6, 6, 1)]
    readers = [reader(neurovascular=[{"relation": v} for v in [*row, "not_described"]]) for row in (one, two)]
    ordered = measured("neurovascular (ordered)", *readers)
    codes = [[SEVERE.index(v) for v in row] for row in (one, two)]
    expected = cohen_kappa_score(*codes, labels=list(range(7)), weights="quadratic")
    alpha = krippendorff.alpha(codes, level_of_measurement="ordinal", value_domain=list(range(7)))
    assert (ordered.pairs[0].kappa.value, ordered.alpha.value) == (pytest.approx(expected), pytest.approx(alpha))
    assert (ordered.is_ordinal, ordered.decisions, measured("neurovascular", *readers).decisions) == (True, 6, 7)


def test_grades_of_one_system_are_ordered_as_its_rule_says() -> None:
    rows = [["I", "II", "IV"], ["I", "IV", "III"]]
    readers = [reader(grades=[[{"system": "brooker", "value": v}] for v in row]) for row in rows]
    expected = cohen_kappa_score([1, 2, 4], [1, 4, 3], labels=list(range(5)), weights="quadratic")
    assert measured("grades.brooker (ordered)", *readers).pairs[0].kappa.value == pytest.approx(expected)


def test_a_list_is_one_yes_or_no_for_each_label_that_anyone_used() -> None:
    one = reader(modality=[["ct", "mri"], ["ct"], []])
    two = reader(modality=[["ct"], ["ct"], ["us"]])
    field = measured("modality", one, two)
    said = [[1, 1, 0, 1, 0, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1]]  # ct, mri, us of each report
    assert (field.decisions, field.reports) == (9, 3)
    assert field.pairs[0].kappa.value == pytest.approx(cohen_kappa_score(*said))
    assert [label.name for label in field.labels] == ["ct", "mri", "us"]


def test_features_are_compared_by_what_is_said_of_each() -> None:
    one = reader(features=[{"cleft": "present"}, {"cleft": "absent"}, {}])
    two = reader(features=[{"cleft": "possible"}, {"cleft": "absent"}, {"ankylosis": "present"}])
    field = measured("features", one, two)
    assert (field.decisions, field.pairs[0].same) == (6, pytest.approx(4 / 6))


def test_null_and_silence_are_the_same() -> None:
    one, two = reader(maturity=[None, "mature"]), reader(maturity=["not_stated", "mature"])
    assert measured("maturity", one, two).pairs[0].kappa.value == 1.0


def test_what_a_reader_disputes_is_missing() -> None:
    one = reader(ho_status=["present", "absent"], disputed=[["ho_status"], []])
    assert measured("ho_status", one, reader(ho_status=["absent", "absent"])).decisions == 1


def test_one_value_alone_has_no_coefficient() -> None:
    field = measured("tumour", reader(tumour=["excluded"] * 3), reader(tumour=["excluded"] * 3), rounds=5)
    assert (field.alpha.value, field.pairs[0].kappa.value, field.pairs[0].same) == (None, None, 1.0)


def test_the_interval_is_that_of_reports_drawn_with_the_seed() -> None:
    rounds, seed = 60, 4
    readers = {"a": reader(ho_status=ONE * 3), "b": reader(ho_status=TWO * 3)}
    report = measure(Readings(readers), rounds, seed)
    kappa = next(field for field in report.fields if field.name == "ho_status").pairs[0].kappa
    source, values = random.Random(seed), []
    for _ in range(rounds):
        drawn = Counter(source.choices([str(n) for n in range(18)], k=18))
        chosen = [int(n) for n, times in drawn.items() for _ in range(times)]
        values.append(cohen_kappa_score([(ONE * 3)[n] for n in chosen], [(TWO * 3)[n] for n in chosen]))
    values.sort()
    assert (kappa.low, kappa.high) == (pytest.approx(values[1]), pytest.approx(values[57]))
    assert report == measure(Readings(readers), rounds, seed)


def test_disagreements_are_gold_with_the_disputed_fields() -> None:
    one = reader(ho_status=["present", "absent"], features=[{"cleft": "present", "ankylosis": "absent"}, {}])
    two = reader(ho_status=["possible", "absent"], features=[{"ankylosis": "absent"}, {}])
    (line,) = disagreements(Readings({"ann": one, "bob": two}))
    assert line == {
        "id": "0",
        "text": "t0",
        "gold": {
            "ho_status": "present",
            "features": {"cleft": "present", "ankylosis": "absent"},
            "disputed": ["ho_status", "features.cleft"],
        },
        "readers": {
            "ann": {"ho_status": "present", "features.cleft": "present"},
            "bob": {"ho_status": "possible", "features.cleft": "not_mentioned"},
        },
    }
    assert Line("x", line).read_as(GoldReport).gold.is_disputed("ho_status")


@pytest.mark.parametrize(
    ("readers", "message"),
    [
        pytest.param({"a": reader(tumour=["possible"])}, "needs the files of two readers", id="one reader"),
        pytest.param({"a": reader(tumour=["possible"]), "b": []}, "no report was labelled by two", id="none in common"),
        pytest.param(
            {"a": reader(tumour=["possible"]), "b": [GoldReport.model_validate({"id": "0", "text": "x", "gold": {}})]},
            "b: the text of '0' is not that of another reader",
            id="another text",
        ),
    ],
)
def test_what_cannot_be_compared_is_told(readers: dict[str, list[GoldReport]], message: str) -> None:
    with pytest.raises(HoradError, match=message):
        Readings(readers)


def test_two_readers_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    row = json.dumps({"id": "1", "text": "t", "gold": {}})
    paths = [tmp_path / "a.jsonl", tmp_path / "x" / "a.jsonl"]
    for path in paths:
        path.write_text(row, "utf-8")
    with pytest.raises(HoradError, match="two files are called a; a reader is called as the file"):
        read_readings(paths)


def test_a_file_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "t"}', "utf-8")
    with pytest.raises(SourceError, match="'gold' is missing"):
        read_readings([tmp_path / "a.jsonl"])
