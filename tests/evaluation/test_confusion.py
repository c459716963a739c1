from horad.evaluation.confusion import Confusion, confusions
from tests.evaluation.made import case

CASES = [
    case({"ho_status": "present"}, {"ho_status": "present"}),
    case({"ho_status": "present"}, {"ho_status": "possible"}),
    case({"ho_status": "absent", "disputed": ["ho_status"]}, {"ho_status": "present"}),
    case({}, {"ho_status": "present", "marrow_signal": "fatty"}),
    case({}, {}),
]


def test_rows_are_gold_and_columns_are_given_and_silence_is_the_last_class() -> None:
    confusion = confusions(CASES)["ho_status"]
    assert confusion == Confusion(
        classes=("present", "possible", "absent", "historical", "not_mentioned"),
        counts=((1, 1, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (1, 0, 0, 0, 1)),
    )
    assert confusion.seen() == Confusion(
        classes=("present", "possible", "not_mentioned"), counts=((1, 1, 0), (0, 0, 0), (1, 0, 1))
    )


def test_reports_that_do_not_owe_the_field_are_left_out() -> None:
    assert confusions(CASES)["marrow_signal"].seen() == Confusion(classes=("not_described",), counts=((3,),))


def test_a_value_outside_the_vocabulary_is_a_class_of_its_own() -> None:
    made = [case({"ho_status": "present"}, {"neurovascular": {"relation": "hugs"}})]
    assert confusions(made)["neurovascular"].seen() == Confusion(
        classes=("hugs", "not_described"), counts=((0, 0), (1, 0))
    )


def test_every_single_valued_field_has_one() -> None:
    assert list(confusions([])) == ["ho_status", "maturity", "marrow_signal", "neurovascular", "tumour"]
