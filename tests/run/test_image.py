import json
from pathlib import Path

import pytest

import horad
from horad.errors import HoradError
from horad.imaging.request import Request
from horad.run.image import image_beside, read_image, region_of
from tests.imaging.made import series, straight

REPORT = "MRI of the right knee. Heterotopic ossification at the right knee."


def test_a_series_is_told_as_the_contract_says(tmp_path: Path) -> None:
    read = read_image(series(tmp_path, straight(), BodyPartExamined="HIP", Laterality="L", StudyDate="20240506"))
    assert (read.modality, read.body_part, read.laterality, read.study_date) == ("CT", "HIP", "L", "2024-05-06")
    assert (read.spacing_mm, read.spacing_kind, read.slices) == ((0.7, 0.7, 2.5), "patient", 5)


def test_without_files_of_masks_no_child_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("horad.confine.subprocess.Popen", None)
    read = read_image(series(tmp_path, straight()), Request(roi=(2, 6, 1, 9, 12, 4)))
    assert {refusal.code for refusal in read.refusals} == {"nothing_dense"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1,2,3,4,5,6", (1, 2, 3, 4, 5, 6)), ("lesion.nii", Path("lesion.nii")), ("a,b", Path("a,b"))],
)
def test_a_region_is_a_box_or_a_path(written: str, expected: object) -> None:
    assert region_of(written) == expected


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1,2,3,4,5,x", "must be six whole numbers"),
        ("5,2,3,4,5,6", "is empty: its second corner must lie beyond the first"),
        ("-1,2,3,4,5,6", "is empty"),
    ],
)
def test_a_box_that_is_none_is_an_error(written: str, message: str) -> None:
    with pytest.raises(HoradError, match=message):
        region_of(written)


def test_a_report_is_read_with_its_images(tmp_path: Path) -> None:
    folder = series(tmp_path, straight(), BodyPartExamined="HIP", Laterality="L")
    alone, beside = horad.read(REPORT, id="a"), horad.read(REPORT, id="a", image=folder)
    assert beside.image is not None
    assert beside.image.body_part == "HIP"
    assert (beside.summary, beside.findings) == (alone.summary, alone.findings)
    codes = ["image_modality_conflict", "image_side_conflict", "image_body_part_conflict"]
    assert [one.code for one in beside.conflicts] == [*[one.code for one in alone.conflicts], *codes]
    assert horad.read(REPORT, id="a", image=beside.image) == beside


def test_a_report_out_of_scope_keeps_its_images(tmp_path: Path) -> None:
    read = horad.read("Chest radiograph. Lungs clear.", image=series(tmp_path, straight()))
    assert not read.in_scope
    assert read.image is not None
    assert read.conflicts == ()


def test_an_image_measure_weighs_in_the_differential_by_its_sourced_row() -> None:
    from horad.records import ImageResult, Measure

    text = "MRI thigh. Myositis ossificans of the left thigh is suspected; a soft tissue sarcoma is possible."
    ratio = Measure(name="oedema_lesion_ratio", value=2.6, method="made")
    alone, beside = horad.read(text), horad.read(text, image=ImageResult(modality="MR", measures=(ratio,)))
    assert beside.summary == alone.summary
    [row] = [one for one in beside.differential if one.diagnosis == "myositis_ossificans"]
    [argument] = [one for one in row.supporting if one.finding.startswith("measure.")]
    assert (argument.finding, argument.source) == ("measure.oedema_lesion_ratio>=2", "ZUB20")
    [before] = [one for one in alone.differential if one.diagnosis == "myositis_ossificans"]
    assert row.probability > before.probability


def test_a_measure_that_may_lie_on_either_side_of_a_threshold_weighs_nothing() -> None:
    from horad.records import ImageResult, Measure

    text = "MRI thigh. Myositis ossificans of the left thigh is suspected; a soft tissue sarcoma is possible."
    ratio = Measure(name="oedema_lesion_ratio", value=2.1, low=1.8, high=2.4, method="made")
    beside = horad.read(text, image=ImageResult(modality="MR", measures=(ratio,)))
    assert beside.differential == horad.read(text).differential


def test_images_named_in_a_batch_are_read_relative_to_its_file(tmp_path: Path) -> None:
    from horad.run.batch import plan, run

    series(tmp_path / "study", straight(), BodyPartExamined="HIP")
    lines = [
        {"id": "a", "text": REPORT, "image": "study"},
        {"id": "b", "text": REPORT, "image": "nowhere"},
        {"id": "c", "text": REPORT, "image": {"series": "study"}},
        {"id": "d", "text": REPORT, "image": 7},
        {"id": "e", "text": REPORT},
        {"id": "f", "text": REPORT, "image": "a\0b"},
    ]
    source, out = tmp_path / "reports.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    tally = run(plan([source], out))
    results = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (tally.written, tally.quarantined) == (6, 0)
    assert [result["image"] and result["image"]["body_part"] for result in results] == [
        "HIP",
        None,
        "HIP",
        None,
        None,
        None,
    ]
    told = [[one["code"] for one in (result["image"] or {}).get("warnings", ())] for result in results]
    assert told == [[], ["image_unreadable"], [], ["image_unreadable"], [], ["image_unreadable"]]


def test_a_series_beside_a_report_may_bring_its_masks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, Request, str | None]] = []
    monkeypatch.setattr("horad.run.image.read_image", lambda *given: asked.append(given))
    given = {
        "series": "ct",
        "mask": "lesion.nii",
        "roi": "1,2,3,4,5,6",
        "structures": {"sciatic": "nerve.nii"},
        "series_uid": "1.2",
    }
    image_beside(given, tmp_path)
    request = Request(tmp_path / "lesion.nii", (1, 2, 3, 4, 5, 6), {"sciatic": tmp_path / "nerve.nii"})
    assert asked == [(tmp_path / "ct", request, "1.2")]
