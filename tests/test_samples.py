import json

import pytest

from horad.records import ReportResult
from tests.renew_samples import EXPECTED, REPORTS, results

CASES = sorted(path.stem for path in REPORTS.glob("*.txt"))


@pytest.fixture(scope="module")
def given() -> dict[str, str]:
    return results()


def test_every_report_has_its_expected_result_and_no_result_is_left_over() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == CASES


@pytest.mark.parametrize("case", CASES)
def test_a_sample_gives_the_expected_bytes(case: str, given: dict[str, str]) -> None:
    expected = (EXPECTED / f"{case}.json").read_bytes()
    assert given[case].encode() == expected, "if the change is meant: python -m tests.renew_samples"


@pytest.mark.parametrize("case", CASES)
def test_an_expected_result_is_a_result(case: str) -> None:
    content = json.loads((EXPECTED / f"{case}.json").read_bytes())
    content["provenance"]["rules_sha256"] = "0" * 64
    assert ReportResult.model_validate(content).report_id == case


def test_the_samples_cover_every_kind_of_silence_and_more() -> None:
    found = [json.loads((EXPECTED / f"{case}.json").read_bytes()) for case in CASES]
    assert {one["summary"]["ho_status"] for one in found} == {
        "present", "possible", "absent", "historical", "not_mentioned",
    }  # fmt: skip
    assert {name for one in found for name in one["summary"]["modality"]} >= {
        "radiograph", "ct", "mri", "bone_scan", "us",
    }  # fmt: skip


def test_the_model_case_is_read_as_a_radiologist_reads_it(given: dict[str, str]) -> None:
    """Both hips, mature new bone with marrow inside; the bundles are abutted and not encased; no tumour."""
    content = json.loads(given["01_bilateral_hips_ct_mri"])
    summary = content["summary"]
    assert summary["ho_status"] == "present"
    assert summary["sites"] == [{"site": "hip", "side": "bilateral"}]
    assert summary["maturity"] == "mature"
    assert summary["marrow_signal"] == "present_unspecified"
    assert summary["neurovascular"] == {"relation": "abuts", "structures": ["neurovascular bundle"]}
    assert summary["grades"] == []
    assert summary["tumour"] == "excluded"
    assert summary["modality"] == ["radiograph", "ct", "mri"]
    assert summary["risk_factors"] == ["trauma"]
    told = {"cortical_continuity": "present", "cortical_destruction": "absent", "cortical_rim": "present"}
    told |= {"medullary_invasion": "absent", "soft_tissue_mass": "absent"}
    assert {name: summary["features"].get(name) for name in told} == told
    denied = {name for one in content["findings"] for row in one["neurovascular"] for name in row["denied"]}
    assert denied == {"encases"}


def test_the_labels_are_of_the_samples() -> None:
    rows = [json.loads(line) for line in (REPORTS.parent / "labels.jsonl").read_text("utf-8").splitlines()]
    texts = {path.stem: path.read_text("utf-8") for path in REPORTS.glob("*.txt")}
    assert {row["id"]: row["text"] for row in rows} == texts
