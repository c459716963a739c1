"""Reports and results without identifiers: ids by the key, dates moved, evidence cut again, nothing known left."""

import datetime as dt
from typing import Any

import pytest

import horad
from horad.datasets.deidentify.keys import Key
from horad.datasets.deidentify.records import LeakError, RecordCleaner
from horad.datasets.deidentify.texts import Options
from horad.datasets.texts import sha256
from horad.records import Metadata, Report

KEY = Key(b"k" * 32)
TEXT = (
    "CT HIP 04/09/2021. Quillfeather was seen by Dr Tess Farrier. Ward book K448213.\n"
    "Heterotopic ossification of the left hip, Brooker III. It abuts the sciatic nerve at Hunter's canal."
)
METADATA: dict[str, Any] = {
    "id": "R-77120",
    "patient_id": "PT-000123",
    "accession_number": "AC-99213",
    "study_date": "2021-04-09",
    "injury_date": "2020-12-24",
    "extra": {
        "patient_name": "Quillfeather^Abigail",
        "ward_mrn": "K448213",
        "note": "Call Tess Farrier",
        "gold": {"a": 1},
    },
}


@pytest.fixture(scope="module")
def cleaner() -> RecordCleaner:
    return RecordCleaner(KEY, Options(keep_extra=frozenset({"note", "gold"})))


def _report(**changes: Any) -> Report:
    return Report(text=changes.pop("text", TEXT), metadata=Metadata(**{**METADATA, **changes}))


def test_a_report_is_cleaned(cleaner: RecordCleaner) -> None:
    made, _ = cleaner.report(_report())
    day = dt.date(2021, 4, 9) + dt.timedelta(days=KEY.days("PT-000123"))
    assert made.text == (
        f"CT HIP {day:%m/%d/%Y}. [NAME] was seen by Dr [NAME]. Ward book [ID].\n"
        "Heterotopic ossification of the left hip, Brooker III. It abuts the sciatic nerve at Hunter's canal."
    )
    assert made.metadata.study_date == day.isoformat()
    assert made.metadata.patient_id == KEY.pseudonym("patient", "PT-000123")
    assert made.metadata.accession_number == KEY.pseudonym("accession", "AC-99213")
    assert made.metadata.extra == {"note": "Call [NAME]", "gold": {"a": 1}}


def test_the_interval_between_dates_of_a_patient_stays(cleaner: RecordCleaner) -> None:
    made = cleaner.report(_report())[0].metadata
    assert made.study_date is not None
    assert made.injury_date is not None
    assert dt.date.fromisoformat(made.study_date) - dt.date.fromisoformat(made.injury_date) == dt.timedelta(106)


def test_a_result_is_cut_from_the_new_text(cleaner: RecordCleaner) -> None:
    report = _report()
    result = horad.read(TEXT, **{**METADATA, **METADATA["extra"]})
    made, clean = cleaner.result(result, report), cleaner.report(report)[0]
    assert made.text_sha256 == sha256(clean.text)
    assert [span.text for span in made.evidence] == [clean.text[span.start : span.end] for span in made.evidence]
    assert [span.text for span in made.evidence] == [span.text for span in result.evidence]
    assert made.summary == result.summary
    assert made.report_id == KEY.pseudonym("report", "R-77120")


@pytest.mark.parametrize(
    "secret", ["Quillfeather", "Abigail", "K448213", "R-77120", "PT-000123", "AC-99213", "2021-04-09"]
)
def test_nothing_that_the_source_names_is_left(cleaner: RecordCleaner, secret: str) -> None:
    result = horad.read(TEXT, **{**METADATA, **METADATA["extra"]})
    assert secret not in cleaner.result(result, _report()).model_dump_json()
    assert secret not in cleaner.report(_report())[0].model_dump_json()


def test_a_known_name_is_found_in_any_capitals(cleaner: RecordCleaner) -> None:
    assert "quillfeather" not in cleaner.report(_report(text="QUILLFEATHER; abigail quillfeather"))[0].text.lower()


def test_a_record_that_would_leak_is_withheld(cleaner: RecordCleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    from horad.datasets.deidentify.rewrite import Rewritten

    monkeypatch.setattr(cleaner.cleaner, "clean", lambda text, *_: Rewritten(text, []))
    with pytest.raises(LeakError):
        cleaner.report(_report())


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            "Brooker III. Judet views. Batson plexus. Hounsfield units.",
            "Brooker III. Judet views. Batson plexus. Hounsfield units.",
        ),
        ("A 93-year-old man.", "A [AGE OVER 89]-year-old man."),
        ("A 54-year-old man.", "A 54-year-old man."),
        ("DR pelvis, MS lesions, L4-L5, 3.5 x 2 cm, TR 500.", "DR pelvis, MS lesions, L4-L5, 3.5 x 2 cm, TR 500."),
        ("Signed by: Imre Vasvari, MD", "Signed by: [NAME], MD"),
    ],
)
def test_names_of_things_stay_and_of_people_go(cleaner: RecordCleaner, text: str, clean: str) -> None:
    assert cleaner.report(Report(text=text))[0].text == clean


def test_surrogates_stand_in_for_names(cleaner: RecordCleaner) -> None:
    made = RecordCleaner(KEY, Options(surrogates=True)).report(Report(text="Seen by Dr Imre Vasvari. VASVARI agrees."))[
        0
    ]
    assert "Vasvari" not in made.text
    assert "[" not in made.text
    assert (
        made.text
        == RecordCleaner(KEY, Options(surrogates=True))
        .report(Report(text="Seen by Dr Imre Vasvari. VASVARI agrees."))[0]
        .text
    )


@pytest.mark.parametrize("text", ["1.0", ".", "- -", "\n 12 \n"])
def test_a_text_without_letters_is_no_trouble(cleaner: RecordCleaner, text: str) -> None:
    assert cleaner.report(Report(text=text))[0].text == text
