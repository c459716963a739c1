"""The identifiers in one text: presidio with a blank spaCy engine, and horad's own recognisers in its registry."""

import functools
import logging
from collections.abc import Iterable, Iterator
from typing import Any

import regex

from horad.datasets.deidentify.people import PeopleFinder
from horad.datasets.deidentify.spans import Span
from horad.datasets.extra import needed
from horad.knowledge.deidentify import Identifiers, load_identifiers
from horad.knowledge.load import RuleBook, load_rules

_SURE = 0.35  # presidio's scores of what its own patterns leave open are lower
# presidio's names of what its own recognisers find, by horad's kind.
_KINDS = {
    "PHONE_NUMBER": "phone",
    "IP_ADDRESS": "ip",
    "US_SSN": "ssn",
    "UK_NHS": "health_plan",
    "UK_NINO": "ssn",
    "CREDIT_CARD": "account",
    "IBAN_CODE": "account",
    "MAC_ADDRESS": "ip",
}


class Ordinary(frozenset[str]):
    """Words that mean something in reports, in lower case; asked for with any spelling that the rules know."""

    _canon: Any

    @classmethod
    def of(cls, rules: RuleBook, tables: Identifiers) -> "Ordinary":
        """The words of all rules and those of the tables."""
        made = cls(rules.vocabulary | tables.names.not_names | tables.names.eponym_heads)
        made._canon = functools.cache(rules.canon)
        return made

    def __contains__(self, word: object) -> bool:
        return super().__contains__(word) or (isinstance(word, str) and super().__contains__(self._canon(word)))


class Recogniser:
    """Finds identifiers in texts; made once, it serves many.

    Raises:
        HoradError: if the extra ``dataset`` is not installed.
    """

    def __init__(self) -> None:
        self.tables = load_identifiers()
        self.ordinary = Ordinary.of(load_rules(), self.tables)
        self._people = PeopleFinder(self.tables.names, self.ordinary)
        self._eponyms = frozenset(word.lower() for word in self.tables.names.eponyms)
        self._analyzer = _analyzer(self)

    def find(self, text: str) -> list[Span]:
        """Every identifier but dates; finds may overlap."""
        if not text.strip():
            return []
        found = self._analyzer.analyze(text=text, language="en", score_threshold=_SURE)
        return [Span(one.start, one.end, _KINDS.get(one.entity_type, one.entity_type.lower()), "form") for one in found]

    def forms(self, text: str) -> Iterator[Span]:
        """What has a form of the tables."""
        for form, pattern in self.tables.forms:
            for match in pattern.finditer(text):
                yield Span(*match.span("id"), form.kind, form.id)

    def people(self, text: str) -> Iterable[Span]:
        """Names of people."""
        return self._people.find(text)

    def unknown_capitals(self, text: str) -> int:
        """How many words with a capital inside a sentence are no words of reports: each may be a missed name."""
        words = (match[0].lower() for match in _INSIDE.finditer(text))
        return sum(word not in self.ordinary and word not in self._eponyms for word in words)


_INSIDE = regex.compile(r"(?<=[\p{Ll},] )\p{Lu}\p{Ll}{2,}(?![\p{L}\]])")


def _analyzer(recogniser: Recogniser) -> Any:
    """The engine of presidio over its own recognisers of numbers and over horad's; no model, no network."""
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    presidio = needed("presidio_analyzer", "horad dataset deidentify")
    known = needed("presidio_analyzer.predefined_recognizers", "horad dataset deidentify")
    own = (
        _own_recogniser(recogniser.forms, sorted({form.kind for form, _ in recogniser.tables.forms}), "forms"),
        _own_recogniser(recogniser.people, ["name"], "people"),
    )
    names = ("PhoneRecognizer", "IpRecognizer", "UsSsnRecognizer", "NhsRecognizer", "CreditCardRecognizer")
    theirs = [getattr(known, name)() for name in (*names, "IbanRecognizer")]
    registry = presidio.RecognizerRegistry(recognizers=[*own, *theirs], supported_languages=["en"])
    return presidio.AnalyzerEngine(registry=registry, nlp_engine=_blank_engine(), supported_languages=["en"])


def _own_recogniser(find: Any, kinds: list[str], name: str) -> Any:
    presidio = needed("presidio_analyzer", "horad dataset deidentify")

    class Own(presidio.EntityRecognizer):  # type: ignore[misc, name-defined]
        """A recogniser of horad in presidio's registry."""

        def load(self) -> None:
            """Nothing to load."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
            """What horad finds, as presidio's results."""
            del nlp_artifacts
            return [
                presidio.RecognizerResult(span.kind.upper(), span.start, span.end, 1.0)
                for span in find(text)
                if span.kind.upper() in entities
            ]

    return Own(supported_entities=[kind.upper() for kind in kinds], name=name)


def _blank_engine() -> Any:
    """The interface of presidio over ``spacy.blank``: words, and no model to be fetched."""
    import spacy

    engines = needed("presidio_analyzer.nlp_engine", "horad dataset deidentify")

    class Blank(engines.SpacyNlpEngine):  # type: ignore[misc, name-defined]
        """A spaCy engine without a model."""

        def load(self) -> None:
            """Make the pipeline."""
            self.nlp = {"en": spacy.blank("en")}

    return Blank(models=[{"lang_code": "en", "model_name": "blank"}])
