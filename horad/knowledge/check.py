"""Lints of the rule files that need no language pipeline: ids, sources, duplicates, dead values."""

import re
from collections import Counter
from dataclasses import dataclass

from horad.knowledge.load import RuleBook
from horad.knowledge.schema import Rule

LEXICAL = "lexical"
_BIB_KEY = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one rule."""

    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


def lint(rules: RuleBook) -> list[Problem]:
    """Duplicate ids, sources that do not resolve, empty or repeated phrases, bad examples."""
    known = bibliography(rules)
    problems = [Problem(rule_id, "id used more than once") for rule_id in _repeated([r.id for r in rules.rules])]
    for rule, compiled in zip(rules.rules, rules.compiled, strict=True):
        problems += [Problem(rule.id, message) for message in _lint_rule(rule, known)]
        if not compiled.sequences and not compiled.patterns:
            problems.append(Problem(rule.id, "has no phrase and no pattern, so it can never match"))
    return problems + _clashes(rules)


def bibliography(rules: RuleBook) -> frozenset[str]:
    """The keys of ``references.bib``."""
    path = rules.folder / "references.bib"
    return frozenset(_BIB_KEY.findall(path.read_text("utf-8"))) if path.is_file() else frozenset()


def _lint_rule(rule: Rule, known: frozenset[str]) -> list[str]:
    messages = [
        f"source {key!r} is not in references.bib" for key in rule.source if key not in known and key != LEXICAL
    ]
    messages += [f"phrase {phrase!r} stands twice" for phrase in _repeated(list(rule.phrases))]
    messages += [f"match example {text!r} marks nothing with [brackets]" for text in rule.match if "[" not in text]
    if re.search(r"[A-Za-z]", "".join(rule.phrases)) is None and not rule.patterns:
        messages.append("has no words")
    return messages


def _clashes(rules: RuleBook) -> list[Problem]:
    """The same words claimed by two rules of one field with different values."""
    owner: dict[tuple[str, tuple[str, ...]], Rule] = {}
    problems = []
    for rule, compiled in zip(rules.rules, rules.compiled, strict=True):
        for sequence in sorted(compiled.sequences):
            other = owner.setdefault((rule.field, sequence), rule)
            if other is not rule and other.value != rule.value:
                words = " ".join(sequence)
                problems.append(Problem(rule.id, f"{words!r} is also claimed by {other.id} with another value"))
    return problems


def _repeated(items: list[str]) -> list[str]:
    return sorted(item for item, count in Counter(items).items() if count > 1)
