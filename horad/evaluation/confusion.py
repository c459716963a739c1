"""Which value was taken for which, for the fields that hold one value."""

from collections import Counter
from collections.abc import Iterable, Sequence

from horad.evaluation.cases import Case
from horad.evaluation.labels import value_of
from horad.records import Record
from horad.terms import HoStatus, MarrowSignal, Maturity, Relation, Term, Tumour

# Every field with its vocabulary and the value that says nothing, which is a class of its own here.
_CLASSES: dict[str, tuple[type[Term], Term]] = {
    "ho_status": (HoStatus, HoStatus.NOT_MENTIONED),
    "maturity": (Maturity, Maturity.NOT_STATED),
    "marrow_signal": (MarrowSignal, MarrowSignal.NOT_DESCRIBED),
    "neurovascular": (Relation, Relation.NOT_DESCRIBED),
    "tumour": (Tumour, Tumour.NOT_MENTIONED),
}


class Confusion(Record):
    """Reports by gold value (rows) and predicted value (columns), both in the order of ``classes``."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def seen(self) -> "Confusion":
        """The same without the classes that neither side used."""
        used = [
            place
            for place in range(len(self.classes))
            if any(self.counts[place]) or any(row[place] for row in self.counts)
        ]
        rows = tuple(tuple(self.counts[row][column] for column in used) for row in used)
        return Confusion(classes=tuple(self.classes[place] for place in used), counts=rows)


def confusions(cases: Sequence[Case]) -> dict[str, Confusion]:
    """The confusion of every single-valued field, over the reports that count for its score."""
    return {field: _confusion(cases, field) for field in _CLASSES}


def _confusion(cases: Iterable[Case], field: str) -> Confusion:
    terms, silent = _CLASSES[field]
    pairs = Counter(
        (value_of(case.gold, field) or silent.value, value_of(case.answer.labels, field) or silent.value)
        for case in cases
        if case.gold.owes(field) and not case.gold.is_disputed(field)
    )
    known = [term.value for term in terms if term is not silent]
    foreign = sorted({value for pair in pairs for value in pair} - {*known, silent.value})
    classes = (*known, *foreign, silent.value)
    return Confusion(classes=classes, counts=tuple(tuple(pairs[gold, given] for given in classes) for gold in classes))
