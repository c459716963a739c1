"""The scales of ordinal fields, lowest first; a value that stands on none of them says nothing of order."""

import functools

from horad.knowledge.load import load_rules
from horad.terms import Maturity, Relation

MATURITY = (Maturity.IMMATURE.value, Maturity.MATURING.value, Maturity.MATURE.value)
RELATION = tuple(relation.value for relation in Relation if relation is not Relation.NOT_DESCRIBED)


@functools.cache
def grade_scales() -> dict[str, tuple[str, ...]]:
    """The levels of every grading system whose rule names them, a level's parts after the level itself."""
    scales = {}
    for rule in load_rules().rules:
        levels, parts = rule.attributes.get("levels"), rule.attributes.get("parts") or ()
        if rule.field == "grade_system" and isinstance(levels, tuple) and isinstance(parts, tuple):
            scales[rule.value] = tuple(f"{level}{part}" for level in levels for part in ("", *parts))
    return scales
