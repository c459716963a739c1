import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import assume, given, settings

from horad.knowledge.codes import load_codes
from horad.knowledge.standards import load_fhir
from horad.records import DicomReference, Metadata, Report, ReportResult
from horad.terms import Change, HoStatus, Kind
from horad.writers.fhir import FhirWriter, bundle
from horad.writers.layout import INTENDED_USE
from horad.writers.statements import says_something
from tests.made_results import results
from tests.writers import fhir_back, statements_back

REPORT = Report(
    text="Mature bone – left hip.",
    metadata=Metadata(
        id="case-1",
        patient_id="P-1",
        accession_number="A-1",
        sender="RIS",
        study_date="20240506",
        study_uid="1.2.3",
        issued="2024-05-07T08:09:10+02:00",
    ),
)

# The required bindings of R4 for what is written; fhir.resources does not enforce them.
ALLOWED = {
    ("Bundle", "type"): {"transaction"},
    ("DiagnosticReport", "status"): {"registered", "partial", "preliminary", "final", "amended", "corrected"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled"},
    ("text", "status"): {"generated", "extensions", "additional", "empty"},
    ("request", "method"): {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"},
}
KEYS = {
    "Bundle": {"resourceType", "id", "type", "entry"},
    "DiagnosticReport": {
        *("resourceType", "id", "meta", "text", "identifier", "status", "category", "code", "subject", "issued"),
        *("effectiveDateTime", "result", "imagingStudy", "conclusion", "presentedForm"),
    },
    "Observation": {
        *("resourceType", "id", "meta", "status", "category", "code", "subject", "effectiveDateTime", "bodySite"),
        *("valueCodeableConcept", "valueString", "valueQuantity", "note", "device", "hasMember", "component"),
    },
}


def resources(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in made["entry"]]


def report_of(made: dict[str, Any]) -> dict[str, Any]:
    return resources(made)[0]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def breaches(of: Any, name: str = "") -> Iterator[str]:
    """Values that R4's required bindings do not allow."""
    if isinstance(of, list):
        for one in of:
            yield from breaches(one, name)
    elif isinstance(of, dict):
        name = of.get("resourceType", name)
        for key, value in of.items():
            if (name, key) in ALLOWED and value not in ALLOWED[name, key]:
                yield f"{name}.{key} = {value}"
            yield from breaches(value, key)


def test_a_bundle_reads_back_to_summary_and_findings(result: ReportResult) -> None:
    assert fhir_back.read(bundle(result, REPORT)) == statements_back.expected(result)


@given(result=results())
def test_any_result_reads_back(result: ReportResult) -> None:
    assume(says_something(result))
    assert fhir_back.read(json.loads(json.dumps(bundle(result, REPORT)))) == statements_back.expected(result)


@settings(max_examples=30)
@given(result=results())
def test_any_bundle_is_valid_r4(result: ReportResult) -> None:
    made = bundle(result, REPORT)
    Bundle.model_validate(made)
    assert list(breaches(made)) == []
    assert [set(one) - KEYS[one["resourceType"]] for one in (made, *resources(made))] == [set()] * (
        len(made["entry"]) + 1
    )
    assert [one for one in resources(made) if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", one["id"])] == []


def test_the_check_of_bindings_finds_a_breach(result: ReportResult) -> None:
    made = bundle(result, REPORT)
    report_of(made)["status"] = "bogus"
    Bundle.model_validate(made)  # the library lets it pass
    assert list(breaches(made)) == ["DiagnosticReport.status = bogus"]


def test_a_bare_report_is_valid(result: ReportResult) -> None:
    made = bundle(result, Report(text=""))
    Bundle.model_validate(made)
    assert {"subject", "effectiveDateTime", "issued", "imagingStudy", "presentedForm"} & set(report_of(made)) == set()


def test_everything_is_preliminary_and_tagged(result: ReportResult) -> None:
    made = resources(bundle(result, REPORT))
    assert {one["status"] for one in made} == {"preliminary"}
    assert {one["meta"]["tag"][0]["display"] for one in made} == {INTENDED_USE}
    assert INTENDED_USE in made[0]["text"]["div"]


def test_the_report_tells_whose_it_is(result: ReportResult) -> None:
    report = report_of(bundle(result, REPORT))
    assert [(one["type"]["coding"][0]["code"], one["value"]) for one in report["identifier"]] == [
        ("ACSN", "A-1"),
        ("FILL", "case-1"),
    ]
    assert report["subject"] == {"identifier": {"value": "P-1", "assigner": {"display": "RIS"}}}
    assert (report["effectiveDateTime"], report["issued"]) == ("2024-05-06", "2024-05-07T08:09:10+02:00")
    assert report["imagingStudy"] == [{"identifier": {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}}]


def test_the_study_of_a_dicom_source_is_named(result: ReportResult) -> None:
    source = DicomReference(study_uid="1.9", series_uid="1.9.1", sop_uid="1.9.1.1", sop_class_uid="1.2")
    report = report_of(bundle(result, REPORT.model_copy(update={"reference": source})))
    assert report["imagingStudy"][0]["identifier"]["value"] == "urn:oid:1.9"


def test_the_text_goes_along_as_it_was_read(result: ReportResult) -> None:
    [form] = report_of(bundle(result, REPORT))["presentedForm"]
    assert (form["contentType"], base64.b64decode(form["data"]).decode()) == ("text/plain; charset=utf-8", REPORT.text)


def test_a_time_without_a_zone_is_no_instant(result: ReportResult) -> None:
    metadata = REPORT.metadata.model_copy(update={"issued": "2024-05-07T08:09:10"})
    assert "issued" not in report_of(bundle(result, REPORT.model_copy(update={"metadata": metadata})))


def test_words_of_the_report_stand_as_notes(result: ReportResult) -> None:
    notes = [note["text"] for one in resources(bundle(result, REPORT))[1:] for note in one.get("note", ())]
    assert "Maturity: “mature heterotopic”" in notes
    assert "Relation to nerve or vessel: “Abuts the sciatic nerve”" in notes


def test_markup_in_a_value_stays_text(result: ReportResult) -> None:
    [finding] = result.findings
    grade = finding.grades[0].model_copy(update={"value": "<b>&"})
    summary = result.summary.model_copy(
        update={"grades": (result.summary.grades[0].model_copy(update={"value": "<b>&"}),)}
    )
    evil = result.model_copy(
        update={"findings": (finding.model_copy(update={"grades": (grade,)}),), "summary": summary}
    )
    div = report_of(bundle(evil, REPORT))["text"]["div"]
    assert "brooker &lt;b&gt;&amp;" in div
    assert "<b>" not in div


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (Kind.HETEROTOPIC_OSSIFICATION, ["OIFM_GMTS_025797", "OIFMA_GMTS_761902.1", "OIFMA_GMTS_201098.4"]),
        (Kind.TUMOUR, []),
        (Kind.MIMIC, []),
    ],
)
def test_the_finding_model_describes_heterotopic_ossification_alone(
    kind: Kind, codes: list[str], result: ReportResult
) -> None:
    [finding] = result.findings
    other = result.model_copy(update={"findings": (finding.model_copy(update={"kind": kind}),)})
    lesion = next(one for one in resources(bundle(other, REPORT))[1:] if "bodySite" in one)
    own = load_fhir().finding_model.system
    concepts = [
        lesion["code"],
        *(part["valueCodeableConcept"] for part in lesion["component"] if "valueCodeableConcept" in part),
    ]
    assert [c["code"] for concept in concepts for c in concept["coding"] if c["system"] == own] == codes


@pytest.mark.parametrize(
    ("attribute", "ours", "without"),
    [
        ("presence", set(HoStatus), {HoStatus.HISTORICAL, HoStatus.NOT_MENTIONED}),
        ("change", set(Change), {Change.MATURED, Change.RECURRED}),
    ],
)
def test_every_value_has_its_own_in_the_finding_model_or_is_known_to_have_none(
    attribute: str, ours: set[str], without: set[str]
) -> None:
    assert set(getattr(load_fhir().finding_model, attribute).values) == ours - without


def test_every_scheme_of_the_codes_has_an_address() -> None:
    schemes = {code.scheme for codes in load_codes().terms.values() for code in codes.values()}
    assert set(load_fhir().system) == schemes


def test_the_same_report_and_rules_give_the_same_bytes(result: ReportResult, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with FhirWriter(tmp_path / name) as writer:
            writer.write(result, REPORT)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_bundle_is_put_so_that_sending_it_again_changes_nothing(result: ReportResult) -> None:
    made = bundle(result, REPORT)
    urls = [entry["request"]["url"] for entry in made["entry"]]
    assert {entry["request"]["method"] for entry in made["entry"]} == {"PUT"}
    assert len(urls) == len(set(urls))


def test_every_reference_is_in_the_bundle(result: ReportResult) -> None:
    made = bundle(result, REPORT)
    there = {entry["request"]["url"] for entry in made["entry"]}
    asked = set(re.findall(r'"reference": "([^"]+)"', json.dumps(made)))
    assert asked == {url for url in there if url.startswith("Observation/")}


def test_every_report_is_one_line(result: ReportResult, tmp_path: Path) -> None:
    with FhirWriter(tmp_path / "out.ndjson") as writer:
        writer.write(result, REPORT)
        writer.write(result.model_copy(update={"report_id": "b"}), REPORT)
    assert [line["resourceType"] for line in lines(tmp_path / "out.ndjson")] == ["Bundle", "Bundle"]
