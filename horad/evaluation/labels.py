"""The labels that one summary carries, field by field, and which of them are scored.

Gold labels and predicted summaries have the same form. Their values are open here: a value outside the vocabularies
is a wrong answer to be counted, not a file to be refused.
"""

from pydantic import BaseModel, ConfigDict

# Values that say nothing: neither a label of the gold nor one of a prediction.
SILENT = frozenset({"not_stated", "not_described", "not_mentioned", "unknown", "", None})
FIELDS = (
    "ho_detect",
    "ho_status",
    "sites",
    "site_only",
    "maturity",
    "marrow_signal",
    "neurovascular",
    "grades",
    "features",
    "tumour",
    "modality",
    "risk_factors",
)
# The summary's field behind a scored field that looks at only a part of it.
BEHIND = {"ho_detect": "ho_status", "site_only": "sites"}

# Diagnoses that owe no place in a differential.
UNRANKED = frozenset({"unknown", "normal", "other", "fracture", "arthritis"})
_OWED_WHERE_SPOKEN_OF = frozenset({"modality", "risk_factors"})
_OWED_WHERE_A_LESION_IS = frozenset({"features", "neurovascular", "marrow_signal"})
_DETECTED = frozenset({"present", "possible"})
_ARABIC = {"I": "1", "II": "2", "III": "3", "IV": "4"}

# A label is one value, or what belongs together: site and side, system and grade, feature and presence.
Label = tuple[str, ...]


class _Open(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlaceLabel(_Open):
    """A site and its side."""

    site: str
    side: str | None = None


class GradeLabel(_Open):
    """A grade; a number as well as a numeral or a letter."""

    system: str
    value: str | int | float | None


class RelationLabel(_Open):
    """The relation to nerves and vessels."""

    relation: str | None = None


class Labels(_Open):
    """A summary as it is compared; null and nothing mean the same."""

    ho_status: str | None = None
    sites: tuple[PlaceLabel, ...] | None = None
    maturity: str | None = None
    marrow_signal: str | None = None
    neurovascular: RelationLabel | None = None
    grades: tuple[GradeLabel, ...] | None = None
    features: dict[str, str] | None = None
    tumour: str | None = None
    modality: tuple[str, ...] | None = None
    risk_factors: tuple[str, ...] | None = None


class GoldLabels(Labels):
    """What a reader labelled; ``disputed`` names fields on which two readers differed, and which are not scored."""

    diagnosis: str | None = None
    disputed: tuple[str, ...] | None = None

    @property
    def speaks(self) -> bool:
        """Whether the text speaks of heterotopic ossification or of a tumour."""
        return self.ho_status != "not_mentioned" or self.tumour != "not_mentioned"

    @property
    def has_lesion(self) -> bool:
        """Whether it does, or a lesion or a mimic is the diagnosis."""
        return self.speaks or self.diagnosis not in UNRANKED

    def is_disputed(self, field: str) -> bool:
        """Whether two readers differed on a field, or on ``features.NAME``."""
        disputed = self.disputed or ()
        return field in disputed or BEHIND.get(field, field) in disputed

    def owes(self, field: str) -> bool:
        """Whether the report takes part in the score of a field at all."""
        if field in _OWED_WHERE_SPOKEN_OF:
            return self.speaks
        return self.has_lesion if field in _OWED_WHERE_A_LESION_IS else True


def labels_of(summary: Labels, field: str) -> frozenset[Label]:
    """The labels that say something."""
    match field:
        case "ho_detect":
            return frozenset({("ho",)} if summary.ho_status in _DETECTED else ())
        case "ho_status" | "maturity" | "marrow_signal" | "neurovascular" | "tumour":
            value = value_of(summary, field)
            return frozenset() if value is None or value in SILENT else frozenset({(value,)})
        case "sites":
            return frozenset((place.site, place.side or "unspecified") for place in summary.sites or ())
        case "site_only":
            return frozenset((place.site,) for place in summary.sites or ())
        case "grades":
            return frozenset(_grade(grade) for grade in summary.grades or ())
        case "features":
            return frozenset((summary.features or {}).items())
        case "modality" | "risk_factors":
            return frozenset((value,) for value in getattr(summary, field) or ())
    raise KeyError(field)


def value_of(summary: Labels, field: str) -> str | None:
    """The one value of a field that holds no list."""
    if field == "neurovascular":
        return summary.neurovascular.relation if summary.neurovascular else None
    value: str | None = getattr(summary, field)
    return value


def compared(gold: GoldLabels, answer: Labels, field: str) -> tuple[frozenset[Label], frozenset[Label]]:
    """The labels of both sides that are scored: none where readers differed on the field."""
    if gold.is_disputed(field):
        return frozenset(), frozenset()
    wanted, given = labels_of(gold, field), labels_of(answer, field)
    if field != "features":
        return wanted, given
    open_ = {label for label in wanted | given if gold.is_disputed(f"features.{label[0]}")}
    return wanted - open_, given - open_


def name_of(label: Label) -> str:
    """A label on one line: "hip left", "brooker III", "ankylosis absent"."""
    return " ".join(label)


def _grade(grade: GradeLabel) -> Label:
    value = str(grade.value).upper()
    return grade.system, _ARABIC.get(value, value) if grade.system == "other" else value
