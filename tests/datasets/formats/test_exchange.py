import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from horad.datasets.formats import brat, conll, docbin, hugging_face, label_studio, prodigy
from horad.datasets.formats.document import Document, Span, gold_lines
from horad.datasets.formats.exchange import READ, WRITE, bring_back, export
from horad.errors import HoradError, SourceError
from horad.evaluation.cases import read_cases
from horad.evaluation.gold import GoldReport
from horad.run.one import read
from tests.datasets.formats.made import TEXTS, documents, said

TEXT = "CT.\r\n🦴 Mature heterotopic\r\nossification, left hip."
SPANS = (
    Span(0, 2, "modality"),
    Span(7, 13, "maturity"),
    Span(14, 39, "ho_status"),
    Span(27, 49, "sites"),
    Span(41, 45, "features.cortical_rim"),
    Span(41, 45, "sites"),
)
ONE = Document("a/1", TEXT, SPANS, said(ho_status="present", sites=[{"site": "hip", "side": "left"}]), "horad 0", 0.5)
EMPTY = Document("empty", "", (), said(), "horad 0")


def annotated(path: Path, change: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
    """Make Label Studio's predictions into annotations, as a person does who accepts them."""
    tasks = json.loads(path.read_bytes())
    for task in tasks:
        [prediction] = task.pop("predictions")
        task["annotations"] = [{"result": prediction["result"], "updated_at": "2026-01-01", "was_cancelled": False}]
        change(task)
    path.write_text(json.dumps(tasks), "utf-8")


def there_and_back(form: str, given: list[Document], folder: Path) -> list[Document]:
    out = folder / "out.spacy"
    WRITE[form](given, out)
    if form == "label-studio":
        annotated(out)
    return list(READ[form](out))


def core(document: Document, *, in_bio: bool = False) -> tuple[Any, ...]:
    spans = tuple(conll._kept(document)) if in_bio else document.spans
    return document.id, document.text, spans, dict(document.labels)


@pytest.mark.parametrize("form", WRITE)
def test_a_report_comes_back_as_it_went_out(form: str, tmp_path: Path) -> None:
    back = there_and_back(form, [ONE, EMPTY], tmp_path)
    assert list(map(core, back)) == [core(ONE, in_bio=form == "conll"), core(EMPTY)]


@pytest.mark.parametrize("form", WRITE)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(made=st.lists(documents(), min_size=1, max_size=3, unique_by=lambda document: document.id))
def test_any_report_comes_back(form: str, made: list[Document], tmp_path_factory: pytest.TempPathFactory) -> None:
    back = there_and_back(form, made, tmp_path_factory.mktemp("form"))
    assert list(map(core, back)) == [core(document, in_bio=form == "conll") for document in made]


@pytest.fixture(scope="module")
def results(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, read."""
    out = tmp_path_factory.mktemp("results") / "results.jsonl"
    samples = {
        path.stem: path.read_bytes().decode() for path in sorted((root / "sample_data" / "reports").glob("*.txt"))
    }
    out.write_text("".join(f"{read(text, id=name).model_dump_json()}\n" for name, text in samples.items()), "utf-8")
    return out


@pytest.mark.parametrize("form", WRITE)
def test_results_go_out_and_come_back_as_gold_that_scores_full(
    form: str, results: Path, root: Path, tmp_path: Path
) -> None:
    samples = root / "sample_data" / "reports"
    done = export(results, samples, form, tmp_path / "out")
    if form == "label-studio":
        annotated(tmp_path / "out")
    assert (done.reports, done.complaint) == (15, "")
    assert bring_back(tmp_path / "out", form, tmp_path / "gold.jsonl") == 15
    cases = read_cases([str(tmp_path / "gold.jsonl"), str(results)])
    wrong = [
        (case.id, field)
        for case in cases
        for field in (
            "ho_status",
            "maturity",
            "marrow_signal",
            "neurovascular",
            "tumour",
            "sites",
            "grades",
            "features",
        )
        if getattr(case.gold, field) != getattr(case.answer.labels, field)
    ]
    assert wrong == []


# Label Studio


@pytest.mark.parametrize("count", ["code points", "UTF-16", "code points, CRLF once", "UTF-16, CRLF once"])
@given(text=TEXTS, data=st.data())
def test_regions_are_laid_on_their_words_however_they_were_counted(count: str, text: str, data: st.DataObject) -> None:
    # No word stands twice, so that no other count can meet the same words by chance.
    text = f"zero 🦴 {text} mark"
    theirs = text.replace("\r\n", "\n") if "CRLF" in count else text
    size = (lambda words: len(words.encode("utf-16-le")) // 2) if "UTF-16" in count else len
    start = size(theirs[: theirs.rindex("mark")])
    region = {"start": start, "end": start + 4, "text": "mark"}
    assert label_studio._place(text, region) == (text.rindex("mark"), len(text))


def test_of_several_annotations_the_last_counts_and_differences_are_in_dispute(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        [first] = task["annotations"]
        later = json.loads(json.dumps(first))
        later["updated_at"] = "2026-01-02"
        [status] = [part for part in later["result"] if part["from_name"] == "ho_status"]
        status["value"]["choices"] = ["possible"]
        cancelled = {**first, "updated_at": "2026-01-03", "was_cancelled": True, "result": []}
        task["annotations"] = [later, cancelled, first]

    label_studio.write([ONE], tmp_path / "out", {})
    annotated(tmp_path / "out", change)
    [back] = label_studio.read(tmp_path / "out")
    assert (back.labels["ho_status"], back.labels["disputed"]) == ("possible", ["ho_status"])


def test_what_an_annotator_emptied_says_nothing(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        task["annotations"][0]["result"] = []

    label_studio.write([ONE], tmp_path / "out", {})
    annotated(tmp_path / "out", change)
    [back] = label_studio.read(tmp_path / "out")
    assert (back.spans, dict(back.labels)) == ((), said())


def test_words_that_an_annotator_wrote_may_be_one_text(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        value = {"text": "sciatic nerve"}
        task["annotations"][0]["result"].append({"from_name": "structures", "type": "textarea", "value": value})

    label_studio.write([ONE], tmp_path / "out", {})
    annotated(tmp_path / "out", change)
    [back] = label_studio.read(tmp_path / "out")
    assert back.labels["neurovascular"]["structures"] == ["sciatic nerve"]


def test_a_task_that_nobody_annotated_is_passed_over(tmp_path: Path) -> None:
    label_studio.write([ONE], tmp_path / "out", {})
    with pytest.raises(SourceError, match="holds no report that was labelled"):
        bring_back(tmp_path / "out", "label-studio", tmp_path / "gold.jsonl")


def test_a_region_off_its_words_is_refused(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        task["data"]["text"] = "Another text."

    label_studio.write([ONE], tmp_path / "out", {})
    annotated(tmp_path / "out", change)
    with pytest.raises(SourceError, match="task 1 cannot be read; .* leave the texts as they were"):
        list(label_studio.read(tmp_path / "out"))


def test_a_prediction_has_its_model_and_its_score(tmp_path: Path) -> None:
    label_studio.write([ONE, EMPTY], tmp_path / "out", {"brooker": ["I"]})
    tasks = json.loads((tmp_path / "out").read_bytes())
    [[one], [empty]] = (task["predictions"] for task in tasks)
    assert (one["model_version"], one["score"], "score" in empty) == ("horad 0", 0.5, False)
    config = (tmp_path / "out.config.xml").read_text("utf-8")
    names = {part["from_name"] for part in one["result"]}
    assert [name for name in names if f'name="{name}" toName="text"' not in config] == []


# Others


def test_brat_breaks_spans_at_line_ends(tmp_path: Path) -> None:
    brat.write([ONE], tmp_path / "out")
    lines = (tmp_path / "out" / "report-000001.ann").read_bytes().decode().split("\n")
    assert lines[0] == "T1\tDocument 0 3\tCT."
    assert "T4\tho_status 14 25;27 39\theterotopic ossification" in lines
    assert "T6\tfeatures-cortical_rim 41 45\tleft" in lines


def test_words_joined_by_hand_in_brat_are_spans_of_their_own(tmp_path: Path) -> None:
    brat.write([ONE], tmp_path / "out")
    notes = tmp_path / "out" / "report-000001.ann"
    notes.write_text("T1\ttumour 0 2;7 13\tCT Mature\nR1\tx Arg1:T1 Arg2:T1\n", "utf-8")
    [back] = brat.read(tmp_path / "out")
    assert back.spans == (Span(0, 2, "tumour"), Span(7, 13, "tumour"))


def test_prodigy_tokens_cover_the_spans_and_only_accepted_answers_count(tmp_path: Path) -> None:
    prodigy.write([ONE], tmp_path / "out.jsonl")
    [task] = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    tokens = task["tokens"]
    assert [token for token in tokens if TEXT[token["start"] : token["end"]] != token["text"]] == []
    bounds = [(tokens[s["token_start"]]["start"], tokens[s["token_end"]]["end"]) for s in task["spans"]]
    assert bounds == [(span.start, span.end) for span in SPANS]
    rows = [{**task, "report_id": answer, "answer": answer} for answer in ("accept", "reject", "ignore")]
    (tmp_path / "out.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert [document.id for document in prodigy.read(tmp_path / "out.jsonl")] == ["accept"]


def test_conll_keeps_crossing_labels_in_their_columns(tmp_path: Path) -> None:
    conll.write([ONE], tmp_path / "out.conll")
    rows = [line.split("\t") for line in (tmp_path / "out.conll").read_text("utf-8").split("\n") if "\t" in line]
    assert rows[4][:5] == ["heterotopic", "14", "25", "B-ho_status", "O"]
    assert conll.lost(ONE) == 1


def test_a_docbin_is_plain_spacy(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    docbin.write([ONE], tmp_path / "out.spacy")
    [doc] = DocBin().from_disk(tmp_path / "out.spacy").get_docs(spacy.blank("en").vocab)
    assert [(span.start_char, span.end_char, span.label_) for span in doc.spans["horad"]] == [
        (span.start, span.end, span.label) for span in SPANS
    ]
    assert (doc.text, doc.cats["ho_status=present"]) == (TEXT, 1.0)


def test_the_parquet_names_its_features_as_datasets_does(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    hugging_face.write([ONE], tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert set(features) == set(schema.names)


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize(
    "content", [b"", b"not this", b'{"a": 1}\n', b"[{}]", b"\xff\xfe"], ids=["empty", "words", "json", "list", "bytes"]
)
def test_a_file_of_another_kind_is_refused(form: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(content)
    with pytest.raises(SourceError, match=r"/in|labelled"):
        bring_back(tmp_path / "in", form, tmp_path / "gold.jsonl")
    assert not (tmp_path / "gold.jsonl").exists()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(Document("a", "ab", (Span(0, 3, "sites"),)), "outside the text", id="beyond the end"),
        pytest.param(Document("a", "ab", (Span(1, 1, "sites"),)), "outside the text", id="empty"),
        pytest.param(Document("a", "ab", (), {"features": [1]}), "'features' is not of the right kind", id="label"),
    ],
)
def test_gold_that_cannot_be_right_is_refused(document: Document, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        list(gold_lines([document]))


def test_an_id_stands_once() -> None:
    with pytest.raises(SourceError, match="'empty' stands twice"):
        list(gold_lines([EMPTY, EMPTY]))


def test_gold_keeps_the_spans_beside_the_labels() -> None:
    [row] = gold_lines([ONE])
    assert row["spans"][1] == {"start": 7, "end": 13, "text": "Mature", "label": "maturity"}
    assert GoldReport.model_validate(row).gold.ho_status == "present"


@pytest.mark.parametrize(
    "act", [lambda p: export(p, p, "xmi", p), lambda p: bring_back(p, "xmi", p)], ids=["out", "in"]
)
def test_an_unknown_form_is_named_with_those_there_are(act: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(HoradError, match="'xmi' is not a form .* label-studio, brat"):
        act(tmp_path)


def test_fhir_goes_out_only(results: Path, root: Path, tmp_path: Path) -> None:
    done = export(results, root / "sample_data" / "reports", "fhir", tmp_path / "out.ndjson")
    bundles = list(map(json.loads, (tmp_path / "out.ndjson").read_text("utf-8").splitlines()))
    reports = [bundle["entry"][0]["resource"] for bundle in bundles]
    assert (done.reports, len(reports)) == (15, 15)
    assert {report["resourceType"] for report in reports} == {"DiagnosticReport"}
    with pytest.raises(HoradError, match="'fhir' is not a form that labels come back in"):
        bring_back(tmp_path / "out.ndjson", "fhir", tmp_path / "gold.jsonl")
