import json
from pathlib import Path
from typing import Any

import pytest

from horad.datasets.criteria import Wanted
from horad.datasets.find import Search
from horad.datasets.flow import as_text
from horad.datasets.results import read_results
from horad.errors import HoradError, OutputError, SourceError
from horad.records import ReportResult
from tests.datasets.made import place, result, write_results

ENCASED = {
    "id": "f1",
    "kind": "heterotopic_ossification",
    "assertion": "present",
    "neurovascular": [
        {"structure": "sciatic nerve", "relation": "encases"},
        {"structure": "femoral vein", "relation": "compresses"},
    ],
}
RESULTS = [
    result(
        "a",
        "p1",
        ho_status="present",
        sites=[place("hip"), place("knee", "right")],
        maturity="mature",
        grades=[{"system": "brooker", "value": "III"}],
        neurovascular={"relation": "compresses"},
        findings=[ENCASED],
        modality=["ct"],
        features={"ankylosis": "present"},
        differential=[{"diagnosis": "ho", "rank": 1, "probability": 1.0}],
        report_status="final",
    ),
    result("b", "p1", ho_status="present", sites=[place("hip", "bilateral")], risk_factors=["burn"], tumour="excluded"),
    result("c", "p2", ho_status="absent", sites=[], features={"ankylosis": "absent"}),
    result("d", None, ho_status="possible", sites=[place("hip", "right")], marrow_signal="fatty"),
    result(
        "e", "p3", ho_status="not_mentioned", alerts=[{"code": "encasement", "message": "told"}], text_sha256="f" * 64
    ),
    result("f", "p3", ho_status="not_mentioned", extra={"ward": "7"}, text_sha256="f" * 64),
]


@pytest.fixture(params=["parquet", "jsonl", "parts"])
def results(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param != "parts":
        return write_results(tmp_path / f"results.{request.param}", RESULTS)
    folder = tmp_path / "results"
    folder.mkdir()
    write_results(folder / "part-00000.parquet", RESULTS[:4])
    write_results(folder / "part-00001.parquet", RESULTS[4:])
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_results(tmp_path / "table.parquet", RESULTS)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({}, "abcdef", id="all"),
        pytest.param({"status": "present"}, "ab", id="status"),
        pytest.param({"status": "present, possible"}, "abd", id="either status"),
        pytest.param({"status": "not-mentioned"}, "ef", id="hyphen for underscore"),
        pytest.param({"site": "hip"}, "abd", id="site"),
        pytest.param({"site": "hip", "side": "left"}, "ab", id="left takes bilateral in"),
        pytest.param({"site": "knee", "side": "left"}, "", id="the side of another site"),
        pytest.param({"side": "bilateral"}, "b", id="bilateral is not left"),
        pytest.param({"maturity": "mature"}, "a", id="maturity"),
        pytest.param({"marrow": "fatty"}, "d", id="marrow"),
        pytest.param({"grade": "iii,IV"}, "a", id="grade of any system"),
        pytest.param({"grade": "brooker:III"}, "a", id="grade of a system"),
        pytest.param({"grade": "mcafee:III"}, "", id="grade of another system"),
        pytest.param({"relation": "encases"}, "a", id="a relation that is not the severest"),
        pytest.param({"relation": "compresses"}, "a", id="the severest relation"),
        pytest.param({"tumour": "excluded"}, "b", id="tumour"),
        pytest.param({"modality": "ct,mri"}, "a", id="modality"),
        pytest.param({"risk_factor": "burn"}, "b", id="risk factor"),
        pytest.param({"diagnosis": "ho"}, "a", id="diagnosis"),
        pytest.param({"feature": ["ankylosis"]}, "a", id="feature"),
        pytest.param({"feature": ["ankylosis=absent"]}, "c", id="feature denied"),
        pytest.param({"alert": ["encasement"]}, "e", id="alert"),
        pytest.param({"report_status": "final"}, "a", id="report status"),
        pytest.param({"unique": True}, "abcde", id="each text once"),
        pytest.param({"where": ["len(summary.sites) > 1"]}, "a", id="SQL"),
        pytest.param({"where": ["patient_id = 'p1' -- of one"]}, "ab", id="SQL with a comment"),
        pytest.param({"where": ["patient_id <> 'p1'"]}, "cef", id="SQL without a value"),
        pytest.param({"where": ["extra->>'ward' = '7'"]}, "f", id="SQL of what was carried"),
    ],
)
def test_reports_are_found_by_each_field(wanted: dict[str, Any], found: str, results: Path) -> None:
    search = Search(results, Wanted(**wanted))
    assert sorted(search.ids()) == list(found)
    assert search.flow().found == len(found)


def test_the_flow_says_who_was_left_out_and_why(table: Path) -> None:
    flow = Search(table, Wanted(status="present", site="hip")).flow()
    assert as_text(flow) == (
        "6 reports of 3 patients\n"
        "  status present\n"
        "    – 4 left out: 2 not mentioned, 1 absent, 1 possible\n"
        "  2 reports of 1 patient left\n"
        "  site hip\n"
        "    – 0 left out\n"
        "  2 reports of 1 patient left\n"
    )


def test_a_step_with_many_reasons_sums_up_the_rare_ones(tmp_path: Path) -> None:
    sites = ["hip", "knee", "elbow", "foot", "jaw", "hand", "wrist", "thigh"]
    made = [result(site, sites=[place(site)]) for site in sites] + [result("h2", sites=[place("hip")])]
    flow = Search(write_results(tmp_path / "r.parquet", made), Wanted(site="shoulder")).flow()
    assert as_text(flow).splitlines()[2] == "    – 9 left out: 2 hip, 1 elbow, 1 foot, 1 hand, 1 jaw, 3 other values"


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_what_was_found_is_written_whole(suffix: str, results: Path, tmp_path: Path) -> None:
    Search(results, Wanted(status="present,not_mentioned")).write(tmp_path / f"found{suffix}")
    found = sorted(read_results(tmp_path / f"found{suffix}"), key=lambda one: one.report_id)
    assert found == [RESULTS[0], RESULTS[1], RESULTS[4], RESULTS[5]]


def test_what_was_found_is_written_as_a_table_of_summaries(table: Path, tmp_path: Path) -> None:
    Search(table, Wanted(status="present")).write(tmp_path / "found.csv")
    lines = (tmp_path / "found.csv").read_text("utf-8").splitlines()
    assert (len(lines), lines[1].split(",")[0], lines[2].split(",")[0]) == (3, "a", "b")


def test_the_whole_contract_survives(result: ReportResult, tmp_path: Path) -> None:
    Search(write_results(tmp_path / "r.parquet", [result]), Wanted()).write(tmp_path / "again.parquet")
    assert list(read_results(tmp_path / "again.parquet")) == [result]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        pytest.param(
            {"status": "there"}, "status: no value 'there'; choose from: present, possible, absent", id="status"
        ),
        pytest.param({"site": ","}, "site: no value given; choose from: hip, knee", id="nothing"),
        pytest.param({"feature": ["colour=present"]}, "feature: no value 'colour'; choose from: zonal", id="feature"),
        pytest.param(
            {"feature": ["cleft=maybe"]}, "feature cleft: no value 'maybe'; choose from: present", id="presence"
        ),
        pytest.param({"alert": ["fire"]}, "alert: no value 'fire'; choose from: tumour_not_excluded", id="alert"),
        pytest.param({"grade": "house:III"}, "grade: no value 'house'; choose from: brooker", id="system"),
        pytest.param({"grade": ","}, "grade: no value given; write for instance III,IV", id="no grade"),
        pytest.param({"where": ["summary.colour = 1"]}, "--where 'summary.colour = 1': Binder Error", id="no column"),
        pytest.param({"where": ["1 ="]}, "--where '1 =': Parser Error", id="no SQL"),
        pytest.param(
            {"where": ["count(*) > 1"]}, "Binder Error: WHERE clause cannot contain aggregates", id="aggregate"
        ),
        pytest.param({"where": ["true) UNION SELECT (1"]}, "Parser Error", id="a way out of the brackets"),
        pytest.param({"where": ["true; DROP VIEW results"]}, "Parser Error", id="a second statement"),
    ],
)
def test_what_is_not_understood_is_told(wanted: dict[str, Any], message: str, table: Path) -> None:
    with pytest.raises(HoradError, match=message.replace("(", r"\(").replace("*", r"\*")):
        Search(table, Wanted(**wanted))


@pytest.mark.parametrize(
    "reach",
    [
        pytest.param("read_text('/etc/hostname')", id="a file"),
        pytest.param("read_csv('https://example.org/a.csv')", id="the network"),
        pytest.param("glob('/*')", id="a folder"),
    ],
)
def test_sql_reaches_nothing_but_the_results(reach: str, table: Path) -> None:
    with pytest.raises(HoradError, match="--where"):
        Search(table, Wanted(where=[f"EXISTS (FROM {reach})"]))


@pytest.mark.parametrize(
    "statement", ["COPY results TO 'out.csv'", "ATTACH 'other.db'", "SET enable_external_access = true", "LOAD httpfs"]
)
def test_the_connection_can_only_read(
    statement: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    with pytest.raises(duckdb.Error, match="Permission|Cannot|disabled|locked"):
        Search(table, Wanted())._connection.execute(statement)


def test_a_failure_on_a_row_does_not_quote_it(table: Path) -> None:
    with pytest.raises(HoradError, match=r"failed on a row \(ConversionException\)") as caught:
        Search(table, Wanted(where=["CAST(patient_id AS INTEGER) = 1"])).flow()
    assert "p1" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("none.parquet", None, "none.parquet: no such file or folder", id="missing"),
        pytest.param("text.parquet", "no table", "text.parquet: does not hold results", id="no Parquet"),
        pytest.param("a.jsonl", '{"a": 1}', "a.jsonl:1: is no result of this version", id="other lines"),
        pytest.param("a.jsonl", "{", "a.jsonl:1: is not JSON", id="broken lines"),
        pytest.param(".", "", "holds no Parquet parts", id="empty folder"),
    ],
)
def test_what_holds_no_results_is_refused(name: str, content: str | None, message: str, tmp_path: Path) -> None:
    if content:
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(SourceError, match=message):
        Search(tmp_path / name, Wanted())


def test_an_output_of_no_known_form_is_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"found.xlsx: name a file that ends in .jsonl, .parquet, .csv"):
        Search(table, Wanted()).write(tmp_path / "found.xlsx")


def test_results_without_a_column_that_is_searched_are_told(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    old = pq.read_table(write_results(tmp_path / "old.parquet", RESULTS)).drop_columns(["alerts"])
    pq.write_table(old, tmp_path / "old.parquet")
    with pytest.raises(HoradError, match="the results lack a column that is searched; an earlier version"):
        Search(tmp_path / "old.parquet", Wanted(alert=["encasement"]))


def test_parts_of_an_earlier_version_are_read_with_what_they_have(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    write_results(tmp_path / "part-0.parquet", RESULTS[:1])
    old = pq.read_table(write_results(tmp_path / "x.parquet", RESULTS[1:2])).drop_columns(["image", "conflicts"])
    pq.write_table(old, tmp_path / "part-1.parquet")
    (tmp_path / "x.parquet").unlink()
    search = Search(tmp_path, Wanted(status="present"))
    assert [one.report_id for one in search.results()] == ["a", "b"]
    assert json.loads(search.flow().model_dump_json())["reports"] == 2
