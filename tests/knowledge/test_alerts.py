from pathlib import Path

import pytest

from horad.errors import RuleError
from horad.knowledge.alerts import load_alerts
from horad.knowledge.check import bibliography
from horad.knowledge.load import load_rules


def test_every_source_resolves() -> None:
    known = bibliography(load_rules())
    assert [
        key for alert in load_alerts() for reason in alert.reason for key in reason.source if key not in known
    ] == []


def test_every_red_flag_asked_for_is_made_by_a_rule() -> None:
    made = {rule.value for rule in load_rules().rules if rule.field == "red_flag"}
    assert made == {reason.mention for alert in load_alerts() for reason in alert.reason if reason.mention}


def test_no_condition_is_a_risk_factor() -> None:
    fields = {name for alert in load_alerts() for reason in alert.reason for name in reason.model_fields_set}
    assert "risk_factors" not in fields


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[alert]\n", "not readable as TOML"),
        ('[[alert]]\ncode = "a"\nmessage = "b"\ncolour = 1\n', r"alerts.toml: alert -> 0 -> colour"),
        (
            '[[alert]]\ncode = "a"\nmessage = "b"\n[[alert.reason]]\nid = "r"\ntext = "t"\nsource = ["S"]\n',
            "no condition",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "alerts.toml").write_text(text)
    with pytest.raises(RuleError, match=message):
        load_alerts(tmp_path)
