"""The pipeline keeps spaCy's habits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from horad.pipeline.build import COMPONENTS, load, read
from horad.pipeline.tables import Tables

TEXT = "CT left hip. Mature heterotopic ossification abuts the sciatic nerve, 34 x 12 mm. No fracture."


def test_components_in_order() -> None:
    """The components stand in the order that their needs ask for."""
    assert tuple(load().pipe_names) == COMPONENTS


def test_analysis_is_clean() -> None:
    """Every component's needs are met by an earlier one."""
    analysis = load().analyze_pipes()
    assert analysis is not None
    assert not any(analysis["problems"].values())


def test_round_trip(tmp_path: Path) -> None:
    """A saved pipeline loads again and finds the same."""
    nlp = load()
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert _tables(again(TEXT)) == _tables(nlp(TEXT))


def test_docs_serialise() -> None:
    """Tables and span groups survive bytes and DocBin."""
    nlp = load()
    doc = nlp(TEXT)
    copy = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    binned = next(DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab))
    assert _tables(copy) == _tables(doc) == _tables(binned)
    assert [s.label_ for s in copy.spans["horad_mentions"]] == [s.label_ for s in doc.spans["horad_mentions"]]


def test_displacy_draws_the_mentions() -> None:
    """The span group is one displaCy can draw."""
    html = displacy.render(load()(TEXT), style="span", options={"spans_key": "horad_mentions"}, page=True)
    assert "ossification" in html


TEXTS = [
    TEXT,
    "",
    "?HO.\n\nFINDINGS:\nRight hip: no heterotopic ossification. Left hip: unchanged.\n1. Sciatic nerve: encased? No.",
    "HISTORY: Known HO, removed. The median nerve lies 4 mm from the mass and the artery too; het-\nerotopic bone [x].",
]


def told(tables: Tables) -> dict[str, object]:
    """Everything the tables hold, rows as lists."""
    rows = {name: getattr(tables, name) for name in ("offsets", "sections", "sentences", "mentions", "quantities")}
    return {
        "words": list(tables.words),
        "breaks": list(tables.breaks),
        **{name: [list(row) for row in found] for name, found in rows.items()},
        "relations": [list(row) for row in tables.relations],
        "said": [tables.said(number) for number in range(len(tables.mentions))],
    }


@pytest.mark.parametrize("text", TEXTS)
def test_the_steps_alone_find_what_the_components_find(text: str) -> None:
    """Without a Doc of the report the tables are the same."""
    nlp = load()
    assert told(read(nlp, text)) == told(Tables.of(nlp(text)))


def test_a_pipeline_with_other_components_runs_as_it_is() -> None:
    """What a component of somebody else's changes is not passed over."""
    nlp = load()

    @Language.component("forgets_mentions")
    def forget(doc: Doc) -> Doc:
        doc._.horad_mentions = []
        return doc

    nlp.add_pipe("forgets_mentions", after="horad_mentions")
    assert read(nlp, TEXT).mentions == ()
    assert read(load(), TEXT).mentions


def test_text_is_untouched() -> None:
    """The Doc holds the report as given."""
    text = "HET\u00adEROTOPIC\r\n\r\n  ossification — “Brooker Ⅱ”\t 😀 8mm"
    assert load()(text).text == text


def test_factories_without_importing_horad() -> None:
    """The entry points register the components for any blank pipeline."""
    code = "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('horad_normalise'); "
    code += "print(nlp('Two nerves.')._.horad_words)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['two', 'nerve', '.']"


def _tables(doc: Doc) -> dict[str, str]:
    # As JSON, since msgpack gives lists back as tuples.
    return {
        name: json.dumps(getattr(doc._, name))
        for name in ("horad_words", "horad_offsets", "horad_sentences", "horad_mentions")
    }
