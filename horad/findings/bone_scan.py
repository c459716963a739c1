"""The three phases of a bone scan, as far as described."""

from horad.findings.view import Mention, View

_PHASES = ("flow", "pool", "delayed")
_READ = frozenset({"findings", "impression", "addendum", "unknown"})
_NOT_SAID = frozenset({"hypothetical", "asked", "family", "general"})
_REACH, _REACH_BACK = 10, 4


def bone_scan(view: View) -> dict[str, str | None] | None:
    """``{flow, pool, delayed}``, or None where no phase of a bone scan is described."""
    if not any(mention.value == "bone_scan" for mention in view.of("modality")):
        return None
    levels: dict[str, str | None] = dict.fromkeys(_PHASES)
    for phase in view.of("scan_phase"):
        if phase.section not in _READ or phase.assertion in _NOT_SAID:
            continue
        level = _level(view, phase)
        for name in _PHASES if phase.value == "all" else (phase.value,):
            levels[name] = levels[name] or level
    return levels if any(levels.values()) else None


def _level(view: View, phase: Mention) -> str | None:
    """What is said of the phase: in its own words, just before it, or after it.

    In "flow and pool images are normal" a phase without a word of its own takes that of the next one.
    """
    words = view.within(phase.sentence, "tracer_level")
    inside = [word for word in words if phase.start <= word.start < phase.end]
    before = [word for word in words if _stands_before(view, word, phase)]
    after = [word for word in words if phase.end <= word.start <= phase.end + _REACH]
    chosen = inside[:1] or before[-1:] or after[:1]
    if not chosen:
        return None
    denied = chosen[0].assertion == "absent" and chosen[0].value == "increased"
    return "normal" if denied else chosen[0].value


def _stands_before(view: View, word: Mention, phase: Mention) -> bool:
    gap = view.words[word.end : phase.start]
    return word.end <= phase.start and len(gap) <= _REACH_BACK and not {",", ";", "but"}.intersection(gap)
