import json
from dataclasses import replace
from pathlib import Path

import pytest

from horad.errors import SourceError
from horad.review.reports import load
from horad.run.batch import plan, run
from tests.review.made import TEXT, entry
from tests.review.served import write_files


def test_results_of_a_batch_find_the_texts_kept_beside_them_or_named(root: Path, tmp_path: Path) -> None:
    samples, parts = root / "sample_data" / "reports", tmp_path / "parts"
    run(replace(plan([samples], parts), keep_text=True))
    kept, named = load(parts), load(parts, samples)
    assert (len(kept), kept.matched.complaint) == (15, "")
    assert kept == named
    assert kept.entries[6].text == (samples / "07_hip_absent.txt").read_bytes().decode()


def test_texts_kept_beside_one_file_are_found(tmp_path: Path) -> None:
    results, texts = write_files(tmp_path, [entry()])
    texts.rename(tmp_path / "results.jsonl.texts.jsonl")
    assert load(results).entries[0].text == TEXT


def test_a_result_without_its_very_text_is_counted_and_left_out(tmp_path: Path) -> None:
    results, texts = write_files(tmp_path, [entry("a"), entry("b"), entry("c")])
    rows = [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT + " "}, {"id": "z", "text": TEXT}]
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    queue = load(results, texts)
    assert ([item.result.report_id for item in queue.entries], queue.matched.without, queue.matched.other) == (
        ["a"],
        1,
        1,
    )


def test_a_report_without_text_needs_none(tmp_path: Path) -> None:
    results, texts = write_files(tmp_path, [entry("a"), entry("cancelled", "")])
    texts.write_text(json.dumps({"id": "a", "text": TEXT}) + "\n", "utf-8")
    assert [item.text for item in load(results, texts).entries] == [TEXT, ""]


def test_windows_line_ends_and_rare_letters_are_kept(tmp_path: Path) -> None:
    text = "CT.\r\n🦴 heterotopic ossification\r\n"
    assert load(*write_files(tmp_path, [entry("a", text)])).entries[0].text == text


def test_a_picture_is_found_by_id_or_by_hash(tmp_path: Path) -> None:
    reports = [entry("sub/a", "a."), entry("../b", "b."), entry("c", "c."), entry("d", "d.")]
    names = ("images/sub/a", "b", f"images/{reports[2].result.text_sha256}", "images/d")
    (tmp_path / "images" / "sub").mkdir(parents=True)
    for name in names[:3]:
        (tmp_path / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "images" / "d.png").write_bytes(b"<svg onload='x'>")
    queue = load(*write_files(tmp_path, reports), tmp_path / "images")
    assert [bool(item.image) for item in queue.entries] == [True, False, True, False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda folder: (folder / "results.jsonl").unlink(), "no such file", id="no results"),
        pytest.param(lambda folder: (folder / "results.jsonl").write_text("{}\n"), ":1: is no result", id="no result"),
        pytest.param(lambda folder: (folder / "results.jsonl").write_text(""), "there are no results", id="empty"),
        pytest.param(
            lambda folder: (folder / "texts.jsonl").write_text('{"id": "z", "text": "z"}\n'),
            "none of the 1 results has its text .1 without, 0 with another text.; .* --texts",
            id="other texts",
        ),
        pytest.param(
            lambda folder: (folder / "results.jsonl").write_text((folder / "results.jsonl").read_text() * 2),
            "'a' stands twice",
            id="twice",
        ),
    ],
)
def test_what_cannot_be_reviewed_is_named(change: object, message: str, tmp_path: Path) -> None:
    results, texts = write_files(tmp_path, [entry()])
    change(tmp_path)  # type: ignore[operator]
    with pytest.raises(SourceError, match=message):
        load(results, texts)


def test_without_kept_texts_they_are_asked_for(tmp_path: Path) -> None:
    results, _ = write_files(tmp_path, [entry()])
    with pytest.raises(SourceError, match="--texts"):
        load(results)
