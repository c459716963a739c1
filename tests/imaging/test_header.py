import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from horad.imaging.header import Header
from horad.imaging.series import Series, load_series, read_headers
from tests.imaging.made import image, item, series, straight, written


def read(folder: Path, **tags: Any) -> Series:
    return load_series(written(folder, image(**tags)))


def header(folder: Path, **tags: Any) -> Header:
    return read(folder, **tags).header


def region(meaning: str, side: str | None = None) -> Any:
    modifier = {} if side is None else {"AnatomicRegionModifierSequence": [item(CodeValue=side, CodeMeaning="side")]}
    return [item(CodeValue="24136001", CodeMeaning=meaning, **modifier)]


@pytest.mark.parametrize(
    ("tags", "side"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"Laterality": "L"}, "L", id="series"),
        pytest.param({"ImageLaterality": "R"}, "R", id="image"),
        pytest.param({"ImageLaterality": "B"}, "B", id="both"),
        pytest.param({"AnatomicRegionSequence": region("Hip", "7771000")}, "L", id="coded"),
        pytest.param({"StudyDescription": "e+1 KNEE-RT."}, "R", id="joined to the part"),
        pytest.param({"SeriesDescription": "left hip ax"}, "L", id="in a description"),
        pytest.param({"ProtocolName": "R ELBOW"}, "R", id="a letter before a part"),
        pytest.param({"StudyDescription": "L SPINE"}, None, id="the lumbar spine is no side"),
        pytest.param({"SeriesDescription": "RIGHT TO LEFT"}, None, id="a direction"),
        pytest.param({"Laterality": "L", "ImageLaterality": "L"}, "L", id="agreed"),
        pytest.param({"Laterality": "L", "ImageLaterality": "R"}, None, id="contradicted by another tag"),
        pytest.param({"Laterality": "L", "SeriesDescription": "RT HIP"}, None, id="contradicted by a description"),
        pytest.param({"Laterality": "X"}, None, id="no side"),
    ],
)
def test_the_side_is_what_all_that_tell_it_agree_on(tmp_path: Path, tags: dict[str, Any], side: str | None) -> None:
    assert header(tmp_path, **tags).laterality == side


def test_a_header_that_contradicts_itself_on_the_side_is_told(tmp_path: Path) -> None:
    [warning] = read(tmp_path, Laterality="L", SeriesDescription="RT HIP").warnings
    assert warning.message == "The header contradicts itself on the side: Laterality L, SeriesDescription R."


@pytest.mark.parametrize(
    ("tags", "weighting"),
    [
        ({"ScanningSequence": "SE", "RepetitionTime": 500, "EchoTime": 12}, "T1"),
        ({"ScanningSequence": "SE", "RepetitionTime": 4000, "EchoTime": 90}, "T2"),
        ({"ScanningSequence": "SE", "RepetitionTime": 2500, "EchoTime": 30}, "PD"),
        ({"ScanningSequence": ["SE", "IR"], "RepetitionTime": 4000, "EchoTime": 40, "InversionTime": 150}, "STIR"),
        ({"ScanningSequence": ["SE", "IR"], "RepetitionTime": 9000, "EchoTime": 100, "InversionTime": 2500}, "FLAIR"),
        ({"ScanningSequence": "GR", "RepetitionTime": 600, "EchoTime": 20, "FlipAngle": 20}, "T2*"),
        ({"ScanningSequence": "GR", "RepetitionTime": 150, "EchoTime": 4, "FlipAngle": 70}, "T1"),
        ({"ScanningSequence": "SE", "RepetitionTime": 1200, "EchoTime": 12}, None),
        ({"ScanningSequence": "SE"}, None),
        ({}, None),
        ({"SeriesDescription": "AX T1 TSE"}, "T1"),
        ({"SeriesDescription": "STIR COR"}, "STIR"),
        ({"SeriesDescription": "T1 T2 mapping"}, None),
        ({"SeriesDescription": "T2 TSE", "ScanningSequence": "SE", "RepetitionTime": 500, "EchoTime": 12}, None),
    ],
    ids=[
        "T1",
        "T2",
        "PD",
        "STIR",
        "FLAIR",
        "T2*",
        "T1 gradient echo",
        "between",
        "no times",
        "nothing",
        "T1 by name",
        "STIR by name",
        "two names",
        "name against times",
    ],
)
def test_the_weighting_follows_from_the_times_and_then_from_the_name(
    tmp_path: Path, tags: dict[str, Any], weighting: str | None
) -> None:
    sequence = header(tmp_path, Modality="MR", **tags).sequence
    assert sequence is not None
    assert sequence.settled == weighting


def test_a_name_against_the_times_is_told(tmp_path: Path) -> None:
    tags = {"ScanningSequence": "SE", "RepetitionTime": 500, "EchoTime": 12, "SeriesDescription": "T2 TSE"}
    [warning] = read(tmp_path, Modality="MR", **tags).warnings
    assert warning.message == "The times of the sequence say T1, its name says T2."


def test_the_sequence_of_an_enhanced_object_stands_in_its_groups(tmp_path: Path) -> None:
    groups = item(
        MRTimingAndRelatedParametersSequence=[item(RepetitionTime=550.0, FlipAngle=90.0)],
        MREchoSequence=[item(EffectiveEchoTime=15.0)],
    )
    made = header(tmp_path, Modality="MR", EchoPulseSequence="SPIN", SharedFunctionalGroupsSequence=[groups])
    assert str(made.sequence) == "T1 spin echo (TR 550 ms, TE 15 ms)"


def test_the_side_and_part_of_an_enhanced_object_stand_in_its_groups(tmp_path: Path) -> None:
    anatomy = item(FrameLaterality="R", AnatomicRegionSequence=region("Knee"))
    made = header(tmp_path, SharedFunctionalGroupsSequence=[item(FrameAnatomySequence=[anatomy])])
    assert (made.laterality, made.body_part) == ("R", "KNEE")


@pytest.mark.parametrize(
    ("born", "written_age", "years", "is_told"),
    [
        pytest.param("19800101", "044Y", 44.0, False, id="agreed"),
        pytest.param("19800101", None, 44.0, False, id="by birth date"),
        pytest.param(None, "044Y", 44.0, False, id="as written"),
        pytest.param(None, "006M", 0.5, False, id="months"),
        pytest.param(None, "000Y", None, True, id="placeholder"),
        pytest.param("19800101", "000Y", 44.0, True, id="placeholder beside a birth date"),
        pytest.param("19010101", None, None, True, id="born 1901"),
        pytest.param("20300101", None, None, True, id="born later"),
        pytest.param("19800101", "030Y", None, True, id="contradicted"),
        pytest.param(None, "150Y", None, True, id="too old"),
        pytest.param("19XX", "about 40", None, False, id="unreadable"),
        pytest.param(None, None, None, False, id="nothing"),
    ],
)
def test_an_age_is_taken_only_if_it_is_plausible(
    tmp_path: Path, born: str | None, written_age: str | None, years: float | None, is_told: bool
) -> None:
    made = image(StudyDate="20240101")
    for tag, kind, value in ((0x00100030, "LO", born), (0x00101010, "LO", written_age)):
        if value is not None:
            made.add_new(tag, kind, value)
    found = load_series(written(tmp_path, made))
    assert found.header.age_years == (None if years is None else pytest.approx(years, abs=0.05))
    assert ("age_implausible" in [one.code for one in found.warnings]) == is_told


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"Modality": "CT"}, "patient"),
        ({"Modality": "DX"}, "detector"),
        ({"Modality": "DX", "PixelSpacing": None, "ImagerPixelSpacing": [0.1, 0.1]}, "detector"),
        ({"Modality": "DX", "PixelSpacingCalibrationType": "FIDUCIAL"}, "patient"),
        ({"Modality": "DX", "PixelSpacing": [0.0, 0.0]}, None),
        ({"Modality": "DX", "PixelSpacing": None}, None),
    ],
    ids=["CT", "radiograph", "imager spacing", "calibrated", "zero", "none"],
)
def test_a_spacing_says_where_it_holds(tmp_path: Path, tags: dict[str, Any], kind: str | None) -> None:
    assert header(tmp_path, **tags).spacing_kind == kind


@pytest.mark.parametrize(
    ("tags", "view"),
    [
        ({}, "axial"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "coronal"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "sagittal"),
        ({"ImageOrientationPatient": None}, None),
        ({"Modality": "DX", "ViewPosition": "AP"}, "AP"),
        ({"Modality": "DX", "ViewCodeSequence": [item(CodeValue="1", CodeMeaning="lateral")]}, "lateral"),
    ],
    ids=["axial", "coronal", "sagittal", "unknown", "position", "code"],
)
def test_the_view_is_a_plane_or_a_projection(tmp_path: Path, tags: dict[str, Any], view: str | None) -> None:
    assert header(tmp_path, **tags).view == view


@pytest.mark.parametrize(("agent", "contrast"), [("Iohexol", "Iohexol"), ("NONE", None), (None, None)])
def test_contrast_is_named_unless_it_is_denied(tmp_path: Path, agent: str | None, contrast: str | None) -> None:
    assert header(tmp_path, ContrastBolusAgent=agent).contrast == contrast


@pytest.mark.parametrize(
    ("tags", "part", "site"),
    [
        ({"BodyPartExamined": "HIP"}, "HIP", "hip"),
        ({"BodyPartExamined": "BACINO"}, "BACINO", "pelvis"),
        ({"AnatomicRegionSequence": region("Elbow")}, "ELBOW", "elbow"),
        ({"StudyDescription": "MRI Knee without"}, "KNEE", "knee"),
        ({"BodyPartExamined": "EXTREMITY", "StudyDescription": "distal tibia"}, "EXTREMITY", "lower_leg"),
    ],
    ids=["written", "in another language", "coded", "described", "written vaguely"],
)
def test_the_body_part_leads_to_the_sites_that_lie_in_it(
    tmp_path: Path, tags: dict[str, Any], part: str, site: str
) -> None:
    made = header(tmp_path, **tags)
    assert made.body_part == part
    assert site in made.sites


def test_words_of_metal_are_a_hint(tmp_path: Path) -> None:
    found = read(tmp_path, SeriesDescription="COR STIR MARS", StudyDescription="total hip arthroplasty")
    assert found.header.prosthesis == ("arthroplasty", "mars")
    assert [one.message for one in found.warnings] == [
        "The descriptions tell of metal in the field (arthroplasty, mars)."
    ]


@pytest.mark.parametrize(("date", "expected"), [("20240229", dt.date(2024, 2, 29)), ("20230229", None), ("soon", None)])
def test_a_study_date_is_a_date_or_nothing(tmp_path: Path, date: str, expected: dt.date | None) -> None:
    made = image()
    made.add_new(0x00080020, "LO", date)
    assert load_series(written(tmp_path, made)).header.study_date == expected


def test_a_header_without_anything_is_empty_and_no_error(tmp_path: Path) -> None:
    names = ("Modality", "ImageType", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "RescaleSlope")
    assert header(tmp_path, **dict.fromkeys(names)).modality is None


def test_a_folder_of_several_series_has_a_header_of_each(tmp_path: Path) -> None:
    series(tmp_path / "a", straight(3), BodyPartExamined="HIP")
    series(tmp_path / "b", straight(2), BodyPartExamined="KNEE", SeriesInstanceUID="1.2.3")
    assert [one.body_part for one in read_headers(tmp_path)] == ["HIP", "KNEE"]
