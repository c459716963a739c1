"""One engine in one process, for ``benchmarks/text.py``: ``python text_peer.py ENGINE JOB``.

Loads the engine, then reads the names of corpora from standard input, one a line, and answers each with a line of JSON
about one pass over it. It imports nothing of horad unless horad is the engine, so it runs in any environment.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Reader = Callable[[str], object]


def main() -> None:
    """Answer commands until standard input ends."""
    engine, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
    start = time.process_time()
    read = ENGINES[engine](job["terms"])
    answer({"loaded": time.process_time() - start})
    for line in sys.stdin:
        answer(one_pass(read, job[line.strip()]))


def answer(told: dict[str, Any]) -> None:
    """One line of JSON; logs of the engines go to standard error."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def one_pass(read: Reader, texts: list[str]) -> dict[str, float]:
    """CPU seconds of one pass over some texts, and the peak of memory so far."""
    start = time.process_time()
    for text in texts:
        read(text)
    seconds = time.process_time() - start
    return {"seconds": seconds, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def tokeniser(_terms: list[str]) -> Reader:
    """The tokeniser of spaCy alone."""
    import spacy  # noqa: PLC0415

    return spacy.blank("en").tokenizer


def horad(_terms: list[str]) -> Reader:
    """All the rules of horad, to the result record."""
    from horad import read  # noqa: PLC0415

    read("Heterotopic ossification of the left hip.")
    return read


def medspacy(terms: list[str]) -> Reader:
    """The default pipeline (tokeniser, PyRuSH, target matcher, ConText) with the terms as targets."""
    import medspacy as package  # noqa: PLC0415
    from medspacy.ner import TargetRule  # noqa: PLC0415

    nlp = package.load()
    nlp.get_pipe("medspacy_target_matcher").add([TargetRule(term, "FINDING") for term in terms])
    return lambda text: [(span.start_char, span._.is_negated) for span in nlp(text).ents]


def edsnlp(terms: list[str]) -> Reader:
    """Normaliser, sentences, matcher and the four qualifiers."""
    import edsnlp as package  # noqa: PLC0415

    nlp = package.blank("eds")
    for pipe in ("eds.normalizer", "eds.sentences"):
        nlp.add_pipe(pipe)
    nlp.add_pipe("eds.matcher", config={"terms": {"finding": terms}, "attr": "NORM"})
    for pipe in ("eds.negation", "eds.hypothesis", "eds.family", "eds.history"):
        nlp.add_pipe(pipe)
    return lambda text: [(span.start_char, span._.negation) for span in nlp(text).ents]


def negspacy(terms: list[str]) -> Reader:
    """Sentencizer, entity ruler and negex."""
    import spacy  # noqa: PLC0415
    from negspacy.negation import Negex  # noqa: F401, PLC0415  registers the factory

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "FINDING", "pattern": term} for term in terms])
    nlp.add_pipe("negex", config={"ent_types": ["FINDING"]})
    return lambda text: [(span.start_char, span._.negex) for span in nlp(text).ents]


ENGINES = {"tokeniser": tokeniser, "horad": horad, "medspacy": medspacy, "edsnlp": edsnlp, "negspacy": negspacy}

if __name__ == "__main__":
    main()
