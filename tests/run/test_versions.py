import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from horad.records import Metadata, Report
from horad.run.batch import plan, run
from horad.run.versions import REPEATED_MESSAGE, identity_of
from tests.readers.dicom_made import BASIC_TEXT, document, item, save

Row = dict[str, Any]


def rows_of(files: list[list[Row]], folder: Path, size: int = 2) -> tuple[list[Row], Row]:
    """The rows that come of these files, sorted, and the run report."""
    for number, rows in enumerate(files):
        lines = (json.dumps({"text": "CT.", **row}) + "\n" for row in rows)
        (folder / f"{number}.jsonl").write_text("".join(lines))
    sources = [folder / f"{number}.jsonl" for number in range(len(files))]
    run(replace(plan(sources, folder / "out.jsonl", workers=0), shard_records=size))
    written = [json.loads(line) for line in (folder / "out.jsonl").read_bytes().splitlines()]
    report = json.loads((folder / "out.jsonl.run.json").read_bytes())
    return sorted(written, key=lambda row: json.dumps(row, sort_keys=True)), report


def version(text: str, issued: str | None = None, status: str | None = None, **more: str) -> Row:
    row = {"id": "r", "accession_number": "A1", "text": text, "issued": issued, "report_status": status, **more}
    return {key: value for key, value in row.items() if value is not None}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


FIRST = version("CT one.", "2026-01-02T08:00:00", "final")
LATER = version("CT two.", "2026-01-02T09:00:00", "corrected")


PRELIMINARY = version("CT pm.", "2026-01-02T07:30:00-02:00", "preliminary")
UNDATED = version("CT f.", None, "final")
CANCELLED = version("CT one.", "2026-01-03", "cancelled")


@pytest.mark.parametrize(
    ("versions", "kept", "counts"),
    [
        pytest.param([FIRST, LATER], "CT two.", (1, 0), id="corrected after final"),
        pytest.param([LATER, FIRST], "CT two.", (1, 0), id="corrected read before final"),
        pytest.param([FIRST, PRELIMINARY], "CT pm.", (1, 0), id="time zones"),
        pytest.param([UNDATED, version("CT p.", None, "preliminary")], "CT f.", (1, 0), id="status"),
        pytest.param([LATER, version("CT p.", None, "preliminary")], "CT two.", (1, 0), id="one has no time"),
        pytest.param([version("CT c.", None, "corrected"), FIRST], "CT c.", (1, 0), id="correction has no time"),
        pytest.param([UNDATED, version("CT u.", "2026-01-02")], "CT f.", (1, 0), id="status before time"),
        pytest.param([FIRST, FIRST, FIRST], "CT one.", (2, 0), id="sent three times"),
        pytest.param([FIRST, CANCELLED], None, (1, 1), id="cancelled"),
        pytest.param([CANCELLED, FIRST], None, (1, 1), id="cancelled, read first"),
        pytest.param([CANCELLED, version("CT 4.", "2026-01-04", "final")], "CT 4.", (1, 0), id="cancelled, sent anew"),
        pytest.param([version("CT one.", None, "cancelled")], None, (0, 1), id="cancelled alone"),
    ],
)
def test_the_last_version_counts(
    versions: list[Row], kept: str | None, counts: tuple[int, int], tmp_path: Path
) -> None:
    other = {"id": "other", "text": "CT other."}
    written, report = rows_of([[other], *([row] for row in versions)], tmp_path)
    texts = {row["text_sha256"] for row in written} - {digest("CT other.")}
    assert texts == ({digest(kept)} if kept else set())
    assert (report["superseded"], report["cancelled"], report["quarantined"]) == (*counts, 0)
    assert len(report["set_aside"]) == sum(counts)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_files_changes_nothing(order: tuple[int, ...], tmp_path: Path) -> None:
    files = [[FIRST, {"id": "x"}], [LATER], [version("CT three.", "2026-01-02T09:00:00", "corrected"), {"id": "x"}]]
    (tmp_path / "as-is").mkdir()
    (tmp_path / "moved").mkdir()
    expected, _ = rows_of(files, tmp_path / "as-is")
    moved, _ = rows_of([files[index] for index in order], tmp_path / "moved")
    assert moved == expected


ROW = st.builds(
    version,
    st.sampled_from(["CT a.", "CT b."]),
    st.sampled_from([None, "2026-01-01", "2026-01-02"]),
    st.sampled_from([None, "preliminary", "final", "corrected", "cancelled"]),
    id=st.sampled_from(["1", "2"]),
    patient_id=st.sampled_from(["p", "q"]),
)


@given(st.lists(ROW, min_size=1, max_size=7), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_cut_give_the_same_rows(tmp_path: Path, rows: list[Row], random: Any, size: int) -> None:
    keep = {"id": "keep"}
    shuffled = random.sample(rows, len(rows))
    cut = random.randrange(len(rows))
    expected, report = rows_of([[keep, *rows]], tmp_path)
    files = [[keep, *shuffled[:cut]], shuffled[cut:]]
    again, report_again = rows_of(files, tmp_path, size)
    assert again == expected
    assert [report_again[name] for name in ("superseded", "cancelled")] == [report["superseded"], report["cancelled"]]


def test_rows_that_repeat_an_id_without_status_are_all_kept_with_a_warning(tmp_path: Path) -> None:
    written, report = rows_of([[{"id": "a", "text": "CT 1."}], [{"id": "a", "text": "CT 2."}, {"id": "b"}]], tmp_path)
    warnings = [(row["report_id"], [warning["message"] for warning in row["warnings"]]) for row in written]
    assert sorted(warnings) == [("a", [REPEATED_MESSAGE]), ("a", [REPEATED_MESSAGE]), ("b", [])]
    assert (report["read"], report["written"], report["superseded"]) == (3, 3, 0)


def test_a_preliminary_report_is_read_and_marked(tmp_path: Path) -> None:
    [row], _ = rows_of([[version("CT.", None, "preliminary")]], tmp_path)
    assert row["report_status"] == "preliminary"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param({"id": "1"}, {"id": "1"}, True, id="id"),
        pytest.param({"id": "1"}, {"id": "2"}, False, id="another id"),
        pytest.param({"id": "1", "accession_number": "a"}, {"id": "2", "accession_number": "a"}, True, id="accession"),
        pytest.param({"id": "a"}, {"accession_number": "a"}, False, id="an id is no accession number"),
        pytest.param({"id": "1", "patient_id": "p"}, {"id": "1", "patient_id": "q"}, False, id="another patient"),
        pytest.param({"id": "1", "sender": "s"}, {"id": "1", "sender": "t"}, False, id="another sender"),
    ],
)
def test_a_report_is_known_by_accession_else_id_within_patient_and_sender(one: Row, other: Row, is_same: bool) -> None:
    identities = [identity_of(Report(text="", metadata=Metadata.from_mapping(row))) for row in (one, other)]
    assert (identities[0] == identities[1]) is is_same


def test_a_report_without_a_name_has_no_versions() -> None:
    assert identity_of(Report(text="CT.")) is None


def _replaces(uid: str) -> Items:
    one, series, study = Dataset(), Dataset(), Dataset()
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = BASIC_TEXT, uid
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "1.2.3.1", Items([one])
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "1.2.3", Items([series])
    return Items([study])


def _chain(folder: Path, links: dict[str, str | None], names: Sequence[str]) -> list[str]:
    """The texts that are written of documents that name one before; their times are those of their order."""
    (folder / "in").mkdir()
    for (uid, before), name in zip(links.items(), names, strict=True):
        more = {"PredecessorDocumentsSequence": _replaces(before)} if before else {}
        at = {"SOPInstanceUID": uid, "ContentTime": f"10{len(list((folder / 'in').iterdir())):02}00"}
        text = [item("TEXT", "Findings", TextValue=f"Text of {uid}.")]
        dataset = document(text, AccessionNumber="", **at, **more)
        dataset.file_meta.MediaStorageSOPInstanceUID = uid
        save(dataset, folder / "in" / f"{name}.dcm")
    run(replace(plan([folder / "in"], folder / "out.jsonl", workers=0), keep_text=True))
    rows = (folder / "out.jsonl.texts.jsonl").read_bytes().splitlines()
    return sorted(json.loads(row)["text"].split()[-1] for row in rows)


@pytest.mark.parametrize("names", [*itertools.permutations("abc")], ids="".join)
def test_a_chain_of_corrected_documents_is_one_report_in_any_order(tmp_path: Path, names: tuple[str, ...]) -> None:
    links = {"1.2.1": None, "1.2.2": "1.2.1", "1.2.3": "1.2.2"}
    assert _chain(tmp_path, links, names) == ["1.2.3."]


@pytest.mark.parametrize(
    ("links", "kept"),
    [
        pytest.param({f"1.2.{n}": f"1.2.{n - 1}" for n in range(1, 41)}, ["1.2.40."], id="long"),
        pytest.param({"1.1": None, "1.2": "1.1", "1.3": "1.1"}, ["1.3."], id="two of one"),
        pytest.param({"1.2": "1.1", "1.3": "1.2"}, ["1.3."], id="the first is not there"),
        pytest.param({"1.1": None, "1.3": "1.2"}, ["1.1.", "1.3."], id="a link is not there"),
        pytest.param({"1.1": "1.3", "1.2": "1.1", "1.3": "1.2"}, ["1.3."], id="a ring"),
        pytest.param({"1.1": "1.1", "1.2": None}, ["1.1.", "1.2."], id="of itself"),
    ],
)
def test_links_are_followed_as_far_as_they_go(tmp_path: Path, links: dict[str, str | None], kept: list[str]) -> None:
    assert _chain(tmp_path, links, [f"{n:02}" for n in range(len(links))]) == kept
