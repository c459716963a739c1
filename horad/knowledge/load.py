"""Rule files → one frozen, hashed rule book."""

import contextlib
import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from horad.errors import RuleError
from horad.knowledge import cache, phrases, words
from horad.knowledge.collector import collector_paused
from horad.knowledge.locate import find_folder
from horad.knowledge.phrases import Compiled, TokenPattern, compile_phrase
from horad.knowledge.schema import Rule, RuleFile
from horad.knowledge.words import Canon

_CACHE = "rules"
# Files under models/ that hold tables of another shape than [[rule]].
TABLES = frozenset(
    {
        "text/spelling.toml",
        "text/lists.toml",
        "text/headings.toml",
        "text/settings.toml",
        "alerts.toml",
        "grading/inference.toml",
        "grading/clock.toml",
    }
)
# Folders whose files have their own schema and loader.
OWN_SCHEMA = frozenset({"codes", "dataset", "differential", "imaging", "deidentify", "retired", "readers"})


@dataclass(frozen=True)
class RuleBook:
    """All rules of one ``models`` folder, compiled; the hash stamps every result."""

    folder: Path
    sha256: str
    rules: tuple[Rule, ...]
    compiled: tuple[Compiled, ...]
    lists: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Mapping[str, Any]]
    canon: Canon
    vocabulary: frozenset[str]

    @functools.cached_property
    def by_id(self) -> dict[str, Rule]:
        """Rules by their permanent id."""
        return {rule.id: rule for rule in self.rules}

    @functools.cached_property
    def values(self) -> dict[str, str]:
        """What each rule's words stand for, by the rule's id."""
        return {rule.id: rule.value for rule in self.rules}

    @functools.cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """The word lists in canonical form, by name."""
        return {name: frozenset(map(self.canon, words)) for name, words in self.lists.items()}

    def of_field(self, *fields: str) -> list[tuple[Rule, Compiled]]:
        """The rules that make mentions of the given fields, with their compiled forms."""
        return [(rule, comp) for rule, comp in zip(self.rules, self.compiled, strict=True) if rule.field in fields]


def load_rules(folder: str | None = None) -> RuleBook:
    """Load, validate and compile the rule files (cached per folder).

    Raises:
        RuleError: naming file and place, if a file is not readable or breaks the schema.
    """
    return _load(find_folder("models", folder))


@functools.lru_cache(maxsize=4)
@collector_paused()
def _load(root: Path) -> RuleBook:
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.toml"))}
    digest = _digest(files)
    kept = _Kept.recall(digest) if root == find_folder("models") else None
    documents = kept.documents if kept else {name: _parse(root / name, raw) for name, raw in files.items()}
    tables = {name: documents[name] for name in TABLES if name in documents}
    lists = _lists(tables.get("text/lists.toml", {}))
    canon = Canon(_variants(tables.get("text/spelling.toml", {})))
    rules = tuple(rule for name, data in documents.items() if _holds_rules(name) for rule in _rules(name, data))
    if kept:
        compiled, vocabulary = kept.compiled, kept.vocabulary
    else:
        compiled = tuple(_compile(rule, lists, canon) for rule in rules)
        vocabulary = frozenset(_vocabulary(compiled)) | _heading_words(tables, canon)
        if root == find_folder("models"):
            _Kept(documents, compiled, vocabulary).keep(digest)
    return RuleBook(root, digest, rules, compiled, lists, tables, canon, vocabulary)


class _Kept(NamedTuple):
    """What takes most of the time to make from the rule files."""

    documents: dict[str, dict[str, Any]]
    compiled: tuple[Compiled, ...]
    vocabulary: frozenset[str]

    @classmethod
    def recall(cls, digest: str) -> "_Kept | None":
        """The one made from the same files by this version, if it was kept."""
        try:
            value = cache.recall(_CACHE, _maker() + digest)
        except OSError:  # installed without its source
            value = None
        if value is None:
            return None
        documents, compiled, vocabulary = value
        return cls(documents, tuple(Compiled(*row) for row in compiled), vocabulary)

    def keep(self, digest: str) -> None:
        """Keep it for the next start."""
        rows = [(comp.sequences, comp.patterns, comp.needs) for comp in self.compiled]
        with contextlib.suppress(OSError):
            cache.keep(_CACHE, _maker() + digest, (self.documents, rows, self.vocabulary))


def _maker() -> str:
    """What makes the rules of the files: the very code, so that what was kept by another is not taken."""
    digest = hashlib.sha256()
    for source in (phrases.__file__, words.__file__, __file__):
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()


def _holds_rules(name: str) -> bool:
    return name not in TABLES and name.split("/", 1)[0] not in OWN_SCHEMA


def _parse(path: Path, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: not readable as TOML: {error}") from error


def _rules(name: str, data: dict[str, Any]) -> tuple[Rule, ...]:
    try:
        return RuleFile.model_validate(data).rule
    except ValidationError as error:
        first = error.errors()[0]
        place = " -> ".join(str(part) for part in first["loc"])
        index = first["loc"][1] if len(first["loc"]) > 1 and isinstance(first["loc"][1], int) else None
        rule_id = data["rule"][index].get("id", "?") if index is not None else "?"
        raise RuleError(f"{name}: {place} (rule {rule_id}): {first['msg']}") from error


def _compile(rule: Rule, lists: Mapping[str, tuple[str, ...]], canon: Canon) -> Compiled:
    sequences: set[tuple[str, ...]] = set()
    patterns: list[TokenPattern] = list(rule.patterns)
    for phrase in rule.phrases:
        try:
            compiled = compile_phrase(phrase, lists, canon)
        except RuleError as error:
            raise RuleError(f"rule {rule.id}: {error}") from error
        sequences |= compiled.sequences
        patterns += compiled.patterns
    return Compiled.of(sequences, patterns)


def _lists(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in table.get("lists", {}).items()}


def _variants(table: Mapping[str, Any]) -> dict[str, str]:
    return {variant: word for word, variants in table.get("variants", {}).items() for variant in variants}


def _vocabulary(compiled: tuple[Compiled, ...]) -> set[str]:
    words = {word for comp in compiled for sequence in comp.sequences for word in sequence}
    words.update(*(forms for comp in compiled for needs in comp.needs for forms in needs))
    return words


def _heading_words(tables: Mapping[str, Mapping[str, Any]], canon: Canon) -> frozenset[str]:
    headings = tables.get("text/headings.toml", {}).get("sections", {})
    return frozenset(canon(word) for names in headings.values() for name in names for word in name.split())


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, raw in sorted(files.items()):
        digest.update(name.encode() + b"\0" + raw + b"\0")
    return digest.hexdigest()
