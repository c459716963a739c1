"""The Doc extensions of horad, registered here and nowhere else; all values are JSON-able."""

from typing import Any

from spacy.tokens import Doc

# name → default; tables are lists of lists so that Doc.to_bytes and DocBin carry them.
TABLES: dict[str, Any] = {
    "horad_text": None,  # doc.text, which spaCy joins anew at every access
    "horad_words": None,  # canonical words of the reading copy
    "horad_offsets": None,  # [start, end] of each word, code points of doc.text
    "horad_breaks": None,  # line breaks before each word (text/reading.py)
    "horad_sections": None,  # [first word, last word + 1, section, heading words]
    "horad_sentences": None,  # [first word, last word + 1, section, subheading start, subheading end]
    "horad_mentions": None,  # [first word, last word + 1, rule id]
    "horad_quantities": None,  # [first word, last word + 1, kind, values in mm]
    "horad_assertions": None,  # per mention: {value, historical, cues}
    "horad_relations": None,  # [kind, mention, mention or quantity]
}


def register() -> None:
    """Register the extensions; safe to call again, as spaCy may import factories twice."""
    for name, default in TABLES.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)


register()
