import json
from pathlib import Path

import pytest

from horad.cli import app
from tests.evaluation.made import gold_row, result_row, span, write_lines

SECRET = "Mature heterotopic ossification about the left hip of Mrs. Nobody."


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    gold = [
        gold_row("one", SECRET, ho_status="present", maturity="mature"),
        gold_row("two", "No HO.", ho_status="absent"),
    ]
    found = [span("heterotopic ossification", "ho_status", "ho.named", SECRET)]
    results = [result_row("one", {"ho_status": "possible"}, found), result_row("two", {"ho_status": "absent"})]
    return [str(write_lines(tmp_path / "gold.jsonl", gold)), str(write_lines(tmp_path / "results.jsonl", results))]


def test_the_table_says_every_score_and_no_text(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *files]) == 0
    streams = capsys.readouterr()
    lines = [line.split() for line in streams.out.splitlines()]
    assert ["ho_status", "2", "0.500", "0.500", "0.500", "0.000", "–", "1.000"] in [line[:8] for line in lines]
    assert ["tumour", "0", "–"] in lines
    assert (streams.err, "Nobody" in streams.out) == ("", False)


def test_errors_are_listed_with_words_and_rules(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *files, "--errors", "ho_status"]) == 0
    out = capsys.readouterr().out
    assert "ho_status: 1 report wrong" in out
    assert "“heterotopic ossification” ho.named" in out
    assert "Mature ‹heterotopic ossification› about the left hip of Mrs. Nobody." in out


def test_json_is_one_object_on_stdout(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *files, "--json"]) == 0
    streams = capsys.readouterr()
    document = json.loads(streams.out)
    assert (document["reports"], document["scores"]["ho_status"]["f1"]) == (2, 0.5)
    assert (streams.err, "Nobody" in streams.out) == ("", False)


def test_the_page_is_written_beside_the_table(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "page.html"
    assert app.run(["evaluate", *files, "--html", str(target)]) == 0
    assert "Mrs. Nobody" in target.read_text("utf-8")
    assert capsys.readouterr().err == f"page → {target}\n"


@pytest.mark.parametrize(
    ("demands", "code", "complaint"),
    [
        pytest.param(["ho_detect=1"], 0, "", id="reached"),
        pytest.param(
            ["ho_detect=1", "ho_status=0.9"], 1, "horad: ho_status is 0.5000, short of 0.9\n", id="not reached"
        ),
    ],
)
def test_a_demand_decides_the_exit_code(
    demands: list[str], code: int, complaint: str, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = [option for demand in demands for option in ("--min", demand)]
    assert app.run(["evaluate", *files, *options]) == code
    assert capsys.readouterr().err == complaint


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--errors", "colour"], id="unknown field"),
        pytest.param(["--min", "colour=0.9"], id="unknown score"),
        pytest.param(["--min", "sites"], id="no number"),
        pytest.param(["--min", "sites=high"], id="no number but a word"),
        pytest.param(["--min", "sites=90"], id="percent"),
        pytest.param(["--min", "sites=nan"], id="not a number"),
        pytest.param(["nowhere.jsonl"], id="no such file"),
        pytest.param(["--html", "no/such/folder/page.html"], id="no such folder"),
    ],
)
def test_wrong_usage_and_unreadable_files_are_exit_2(
    options: list[str], files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["evaluate", *files, *options]) == 2
    streams = capsys.readouterr()
    assert (streams.out, bool(streams.err), "Nobody" in streams.err) == ("", True, False)


def test_ids_that_do_not_match_are_exit_2(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = write_lines(tmp_path / "few.jsonl", [result_row("two")])
    assert app.run(["evaluate", files[0], str(results)]) == 2
    assert capsys.readouterr().err == "horad: 1 of 2 gold ids have no prediction: 'one'\n"


def test_a_text_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write_lines(tmp_path / "g.jsonl", [gold_row("\x1b[2J", "\x1b[31mHO.", ho_status="present")])
    results = write_lines(tmp_path / "r.jsonl", [result_row("\x1b[2J", {"ho_status": "[red]\x07"})])
    assert app.run(["evaluate", str(gold), str(results), "--errors", "ho_status"]) == 0
    out = capsys.readouterr().out
    assert ("\x1b" in out, "\x07" in out, "[red]" in out) == (False, False, True)


@pytest.fixture
def ranked(tmp_path: Path) -> list[str]:
    rows = [gold_row(f"r{n}", SECRET, ho_status="present", diagnosis="ho") for n in range(6)]
    chances = [{"diagnosis": "ho", "probability": 0.9}, {"diagnosis": "osteosarcoma", "probability": 0.1}]
    answers = [{**result_row(f"r{n}", {"ho_status": "present"}), "differential": chances} for n in range(6)]
    return [str(write_lines(tmp_path / "g.jsonl", rows)), str(write_lines(tmp_path / "r.jsonl", answers))]


def test_the_calibration_is_measured(ranked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *ranked, "--calibration"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "6 reports with a ranked diagnosis top 1 1.000 top 3 1.000" in words
    assert "as given 0.100 0.100 – 0.100 0.020" in words
    assert "Nobody" not in words


def test_the_calibration_as_json(ranked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *ranked, "--calibration", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["n"], document["as_given"]["ece"], len(document["fit"]["folds"])) == (6, 0.1, 5)


def test_the_reliability_plot_is_written(ranked: list[str], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert app.run(["evaluate", *ranked, "--calibration", "--plot", str(tmp_path / "plot.png")]) == 0
    assert (tmp_path / "plot.png").is_file()


def test_a_plot_without_calibration_is_a_usage_error(ranked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["evaluate", *ranked, "--plot", "plot.png"]) == 2
    assert "--calibration" in capsys.readouterr().err
