import json
from pathlib import Path

import pytest

from horad.cli.app import run
from tests.imaging.made import image as made_image
from tests.imaging.made import series, straight, written


def test_json_is_the_image_object_of_the_contract(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["image", str(series(tmp_path, straight(), BodyPartExamined="HIP")), "--json"]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    assert {
        "series_uid",
        "modality",
        "body_part",
        "laterality",
        "sequence",
        "spacing_mm",
        "measures",
        "refusals",
    } <= set(told)
    assert (told["modality"], told["body_part"], told["spacing_mm"]) == ("CT", "HIP", [0.7, 0.7, 2.5])


def test_refusals_alone_are_no_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["image", str(written(tmp_path, made_image(Modality="DX")))]) == 0
    page = capfd.readouterr().out
    assert "A radiograph has neither" in page
    assert "not a medical device" in page


def test_a_crafted_file_is_a_refusal_and_no_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, made_image(Rows=65535, Columns=65535))
    assert run(["image", str(path), "--json"]) == 0
    [refusal] = json.loads(capfd.readouterr().out)["refusals"]
    assert (refusal["code"], refusal["measure"]) == ("dimensions_too_large", None)
    assert "65535 rows and 65535 columns" in refusal["reason"]
    assert refusal["fix"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["reports"], "reports: holds no DICOM images"),
        (["ct", "--series", "1.9"], "ct: holds 1 series, but not the one chosen with --series"),
        (["ct", "--roi", "1,2,3,1,5,6"], "the box '1,2,3,1,5,6' is empty"),
        (["ct", "--structure", "nerve"], "--structure must be written NAME=MASK"),
    ],
)
def test_what_cannot_be_read_is_said_and_exits_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    series(tmp_path / "ct", straight())
    assert run(["image", *arguments]) == 2
    assert message in " ".join(capfd.readouterr().err.replace("│", "").split())


def test_a_report_beside_it_gives_the_whole_result_with_what_they_disagree_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = series(tmp_path / "ct", straight(), BodyPartExamined="HIP", Laterality="R")
    report = tmp_path / "report.txt"
    report.write_text("CT of the left hip. Heterotopic ossification anterior to the left hip.", encoding="utf-8")
    assert run(["image", str(folder), "--report", str(report), "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["image"]["body_part"] == "HIP"
    assert [one["code"] for one in told["conflicts"]] == ["image_side_conflict"]
    quoted = [told["evidence"][index]["text"] for index in told["conflicts"][0]["evidence"]]
    assert "left" in quoted
    assert run(["image", str(folder), "--report", str(report)]) == 0
    assert "The report says left, the header of the images right." in " ".join(capfd.readouterr().out.split())


def test_a_picture_is_written_beside_the_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "picture.png"
    assert run(["image", str(series(tmp_path / "ct", straight())), "--png", str(picture), "--json"]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    out, err = capfd.readouterr()
    assert json.loads(out)["slices"] == 5
    assert f"picture → {picture}" in err


def test_without_pixels_there_is_no_picture_and_the_refusals_are_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = series(tmp_path / "ct", [*straight(), [0.0, 0.0, 5.0]])
    assert run(["image", str(folder), "--png", str(tmp_path / "picture.png"), "--json"]) == 0
    out, err = capfd.readouterr()
    assert "slice_duplicate" in {refusal["code"] for refusal in json.loads(out)["refusals"]}
    assert "no picture, because the series has no pixels" in err
