import json
import shutil
from pathlib import Path

import pytest

from horad.cli import app
from horad.knowledge.load import load_rules


def test_the_rules_as_shipped_have_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["rules", "check"]) == 0
    assert "no problems" in capsys.readouterr().err


def test_a_problem_is_told_and_exit_1(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(root / "models", tmp_path / "models")
    rule = '[[rule]]\nid = "odd.rule"\nfield = "ho"\nvalue = "ho"\nphrases = ["odd bone"]\nsource = ["NOBODY"]\n'
    rule += 'match = ["An [even bone]."]\nno_match = ["Nothing."]\n'
    (tmp_path / "models" / "lexicon" / "odd.toml").write_text(rule)
    assert app.run(["rules", "check", "--models", str(tmp_path / "models")]) == 1
    err = capsys.readouterr().err
    assert "odd.rule: source 'NOBODY' is not in references.bib" in err
    assert "odd.rule: must match 'An even bone.'" in err


def test_a_file_that_does_not_load_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.toml").write_text("[[rule]\n")
    assert app.run(["rules", "check", "--models", str(tmp_path)]) == 2
    assert "bad.toml: not readable as TOML" in capsys.readouterr().err


def test_every_rule_is_listed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert app.run(["rules", "list", "--json"]) == 0
    listed = [json.loads(line)["id"] for line in capsysbinary.readouterr().out.splitlines()]
    assert listed == [rule.id for rule in load_rules().rules]


def test_the_rules_of_one_field_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["rules", "list", "ho"]) == 0
    assert "ho." in capsys.readouterr().out


def test_an_unknown_field_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["rules", "list", "colour"]) == 2
    assert "no rule makes the field 'colour'; the fields are: " in capsys.readouterr().err


def test_why_names_value_words_rule_and_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.txt").write_text("CT of the pelvis. Heterotopic ossification about the left hip.\n")
    assert app.run(["rules", "why", str(tmp_path / "case.txt"), "ho_status"]) == 0
    out = capsys.readouterr().out
    words = "ossification “Heterotopic ossification” unknown 18–42 ho.heterotopic-ossification (RP-HO,"
    assert words in " ".join(out.split())
    assert "site and side" not in out


def test_why_a_diagnosis_prints_its_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.txt").write_text("CT of the pelvis. Mature heterotopic ossification about the left hip.\n")
    assert app.run(["rules", "why", str(tmp_path / "case.txt"), "osteosarcoma"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert [part for part in ("osteosarcoma", "prior", "maturity: mature", "sum", "rank") if part not in words] == []


def test_why_a_diagnosis_of_a_report_without_one_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.txt").write_text("Chest radiograph. Clear lungs.\n")
    assert app.run(["rules", "why", str(tmp_path / "case.txt"), "ho"]) == 0
    assert "no differential" in capsys.readouterr().out
