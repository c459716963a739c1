import json
from dataclasses import replace
from pathlib import Path

import pytest

from horad.run.audit import keyed
from horad.run.batch import plan, run

ROWS = [
    {"id": "SMITH-17", "patient_id": "MRN-99", "text": "CT. Heterotopic ossification of the left hip."},
    {"id": "JONES-18", "text": ""},
]


def log_of(folder: Path) -> bytes:
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    run(replace(plan([folder / "in.jsonl"], folder / "out.jsonl", workers=0), log=folder / "log.jsonl"))
    return (folder / "log.jsonl").read_bytes()


def test_reports_stand_in_the_log_as_keyed_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORAD_LOG_KEY", "of the site")
    first, second, shard = map(json.loads, log_of(tmp_path).splitlines())
    assert (first["report"], first["patient"]) == (keyed("SMITH-17", "of the site"), keyed("MRN-99", "of the site"))
    assert (first["outcome"], first["findings"], "ho.heterotopic-ossification" in first["rules"]) == (
        "written",
        1,
        True,
    )
    assert (second["outcome"], "rules" in second) == ("quarantined", False)
    assert (shard["event"], shard["read"], shard["written"], shard["quarantined"]) == ("shard", 2, 1, 1)


@pytest.mark.parametrize("secret", ["SMITH", "MRN-99", "JONES", "hip", "empty", "in.jsonl"])
def test_the_log_tells_nothing_of_whom(secret: str, tmp_path: Path) -> None:
    assert secret.encode() not in log_of(tmp_path).replace(b"site.hip", b"")


def test_without_a_key_every_run_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HORAD_LOG_KEY", raising=False)
    log_of(tmp_path)
    names = [row["report"] for row in map(json.loads, log_of(tmp_path).splitlines()) if row["event"] == "report"]
    assert len(set(names)) == 4


def test_a_key_is_part_of_the_hash() -> None:
    assert len({keyed("a", "key"), keyed("a", "other"), keyed("b", "key")}) == 3
    assert keyed(None, "key") is None
