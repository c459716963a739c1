"""Split a dataset by patient, and see that no report of one part is nearly one of another."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from horad.datasets.duplicates import SIMILARITY, Twins, twins
from horad.datasets.extra import needed
from horad.datasets.lines import write_lines
from horad.datasets.parts import Keyed, by_hash, by_stratum, left_out, merged
from horad.datasets.results import open_table
from horad.datasets.rows import Known, Material
from horad.datasets.write import write
from horad.errors import HoradError, SourceError
from horad.writers.commit import new_folder

Resolution = Literal["drop", "merge", "report"]
Unit = Literal["patient", "report"]
UNITS: tuple[Unit, ...] = ("patient", "report")
RESOLUTIONS: tuple[Resolution, ...] = ("drop", "merge", "report")
SPLIT, TWINS = "split.json", "near_duplicates.jsonl"


@dataclass(frozen=True)
class Plan:
    """How to split."""

    shares: Mapping[str, float]
    salt: str
    by: Unit = "patient"
    strata: Sequence[str] = ()
    resolution: Resolution = "drop"
    similarity: float = SIMILARITY
    before: Path | None = None


@dataclass
class Split:
    """Which part every report is in, which were left out for a twin, and the twins that lie across parts."""

    part_of: dict[str, str]
    across: list[Twins]
    out: dict[str, str]
    units: dict[str, str] = field(default_factory=dict)
    parts_of_units: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, str]:
        """The part of every report that is in the dataset."""
        return {name: part for name, part in self.part_of.items() if name not in self.out}


def split(material: Material, plan: Plan) -> Split:
    """Place every report.

    A patient is placed by a keyed hash; with strata, by quota and an earlier split. Near duplicates across parts are
    left out of the earlier part (``drop``), keep their patients together (``merge``; a patient may then move when
    data are added), or are only listed (``report``).
    """
    keyed = Keyed(plan.salt)
    units = {name: _unit(name, known, plan) for name, known in material.reports.items()}
    found = list(_twins(material.reports, plan.similarity))
    if plan.resolution == "merge":
        leader = merged(set(units.values()), ((units[pair.one], units[pair.other]) for pair in found), keyed)
        units = {name: leader[unit] for name, unit in units.items()}
    if plan.strata:
        before = _before(plan.before, keyed) if plan.before else {}
        placed = by_stratum(_strata(units, material.reports), plan.shares, keyed, before)
    else:
        placed = by_hash(sorted(set(units.values())), plan.shares, keyed)
    part_of = {name: placed[unit] for name, unit in units.items()}
    across = [pair for pair in found if part_of[pair.one] != part_of[pair.other]]
    out = {}
    if plan.resolution == "drop":
        out = left_out([(pair.one, pair.other) for pair in across], part_of, list(plan.shares))
    return Split(part_of, across, out, units, placed)


def write_split(folder: Path, material: Material, plan: Plan, result: Split) -> dict[str, Any]:
    """Write a file of each kind for each part, the twins, and how it was split; answer with the latter.

    A patient's id is replaced by a keyed hash: it is still one patient's, and nobody without the salt can tell whose.

    Raises:
        OutputError: if the folder holds something already or cannot be written.
    """
    document = _told(material, plan, result)
    keyed = Keyed(plan.salt)
    patients = {
        name: keyed.digest("patient", known.patient) if known.patient else None
        for name, known in material.reports.items()
    }
    with new_folder(folder) as place:
        for kind, source in material.sources.items():
            for part in plan.shares:
                names = [name for name, own in result.kept.items() if own == part]
                if kind == "results":
                    _write_results(place / f"results-{part}.parquet", source.path, names, patients)
                else:
                    rows = (_row(source.rows[name], patients[name]) for name in sorted(names) if name in source.rows)
                    write_lines(place / f"{kind}-{part}.jsonl", rows)
        write_lines(place / TWINS, (_pair(pair, result) for pair in sorted(result.across)))
        (place / SPLIT).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return document


def read_split(folder: Path) -> dict[str, Any]:
    """How a folder was split.

    Raises:
        SourceError: if it is no folder that split wrote.
    """
    try:
        document = json.loads((folder / SPLIT).read_bytes())
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("parts"), dict):
        raise SourceError(f"{folder}: holds no readable {SPLIT}; name a folder that horad dataset split wrote")
    return document


def _unit(name: str, known: Known, plan: Plan) -> str:
    return f"patient:{known.patient}" if known.patient and plan.by == "patient" else f"report:{name}"


def _twins(reports: Mapping[str, Known], similarity: float) -> list[Twins]:
    """Near duplicates of what has a text; of the rest, those with the same hash."""
    found = list(twins({name: known.text for name, known in reports.items() if known.text}, similarity))
    by_hash_of_text: dict[str, str] = {}
    for name, known in sorted(reports.items()):
        if not known.text and known.text_sha256:
            first = by_hash_of_text.setdefault(known.text_sha256, name)
            if first != name:
                found.append(Twins(first, name, 1.0))
    return found


def _strata(units: Mapping[str, str], reports: Mapping[str, Known]) -> dict[str, tuple[str, ...]]:
    """The stratum of a patient: the strata of all reports of that patient."""
    strata: dict[str, set[str]] = {}
    for name, unit in units.items():
        strata.setdefault(unit, set()).add(" / ".join(reports[name].stratum))
    return {unit: tuple(sorted(keys)) for unit, keys in sorted(strata.items())}


def _before(folder: Path, keyed: Keyed) -> dict[str, str]:
    document = read_split(folder)
    if document.get("key_check") != keyed.digest("check"):
        raise HoradError(f"{folder}: was split with another salt; give the same one")
    if not document.get("assignments"):
        raise HoradError(f"{folder}: was split by hash alone, which needs no earlier split to stay as it is")
    return dict(document["assignments"])


def _row(row: Mapping[str, Any], patient: str | None) -> dict[str, Any]:
    others = {key: value for key, value in row.items() if key != "patient_id"}
    return {**others, "patient_id": patient} if patient else others


def _write_results(target: Path, path: Path, names: Sequence[str], patients: Mapping[str, str | None]) -> None:
    pyarrow = needed("pyarrow", "Parquet")
    connection = open_table(path)
    columns = {"kept_id": sorted(names), "kept_patient": [patients[name] for name in sorted(names)]}
    part = {name: pyarrow.array(values, pyarrow.string()) for name, values in columns.items()}
    connection.register("part", pyarrow.table(part))
    chosen = "SELECT results.* REPLACE (kept_patient AS patient_id) FROM results JOIN part ON report_id = kept_id"
    write(connection.sql(f"{chosen} ORDER BY report_id"), target)


def _pair(pair: Twins, result: Split) -> dict[str, Any]:
    gone = next((name for name in (pair.one, pair.other) if name in result.out), None)
    return {
        "one": pair.one,
        "one_part": result.part_of[pair.one],
        "other": pair.other,
        "other_part": result.part_of[pair.other],
        "similarity": pair.similarity,
        "left_out": gone,
    }


def _told(material: Material, plan: Plan, result: Split) -> dict[str, Any]:
    keyed = Keyed(plan.salt)
    kept = result.kept
    counts = Counter(kept.values())
    return {
        "parts": dict(plan.shares),
        "by": plan.by,
        "stratified_by": list(plan.strata),
        "key_check": keyed.digest("check"),
        "reports": {part: counts[part] for part in plan.shares},
        "patients": {part: len(own) for part, own in _patients(material, kept, plan.shares).items()},
        "reports_without_patient": sum(not material.reports[name].patient for name in kept),
        "strata": _counts(material, kept) if material.strata else {},
        "near_duplicates": {
            "similarity": plan.similarity,
            "resolution": plan.resolution,
            "pairs_across_parts": len(result.across),
            "left_out": len(result.out),
        },
        "assignments": (
            {keyed.digest("unit", unit): part for unit, part in sorted(result.parts_of_units.items())}
            if plan.strata
            else {}
        ),
    }


def _patients(material: Material, kept: Mapping[str, str], shares: Mapping[str, float]) -> dict[str, set[str]]:
    patients: dict[str, set[str]] = {part: set() for part in shares}
    for name, part in kept.items():
        if patient := material.reports[name].patient:
            patients[part].add(patient)
    return patients


def _counts(material: Material, kept: Mapping[str, str]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name, part in sorted(kept.items()):
        own = counts.setdefault(" / ".join(material.reports[name].stratum) or "none", {})
        own[part] = own.get(part, 0) + 1
    return dict(sorted(counts.items()))
