"""A report against the images beside it: disagreements are conflicts that tell both sides; no finding changes."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from horad.knowledge.codes import load_codes
from horad.knowledge.imaging import load_notices
from horad.records import ImageResult, Measure

Content = Mapping[str, Any]
_OPEN_SITES = frozenset({"other", "unspecified"})
_OPPOSITE = {"left": "right", "right": "left"}


def with_image(content: Content, image: ImageResult, study_date: str | None) -> dict[str, Any]:
    """The content of a result with its images, and with what the two disagree on."""
    found = list(content.get("conflicts", ()))
    if content["in_scope"]:
        for judge in (_modality, _side, _body_part, _zonal, _distance):
            found += judge(content, image)
    found += _date(study_date, image)
    return {**content, "image": image.model_dump(mode="json"), "conflicts": found}


def _modality(content: Content, image: ImageResult) -> Iterator[dict[str, Any]]:
    shown = load_codes().modalities.get((image.modality or "").upper())
    told = [name for name in content["summary"].get("modality", ()) if name != "unspecified"]
    if shown and told and shown not in told:
        yield _conflict("image_modality_conflict", ", ".join(told), shown, _spans(content, "modality"))


def _side(content: Content, image: ImageResult) -> Iterator[dict[str, Any]]:
    shown = load_notices().sides.get(image.laterality or "")
    told = {place["side"] for place in content["summary"].get("sites", ())}
    if shown in _OPPOSITE and told == {_OPPOSITE[shown]}:
        yield _conflict("image_side_conflict", _OPPOSITE[shown], shown, _spans(content, "sites"))


def _body_part(content: Content, image: ImageResult) -> Iterator[dict[str, Any]]:
    told = {place["site"] for place in content["summary"].get("sites", ())} - _OPEN_SITES
    if image.sites and told and not told & set(image.sites):
        shown = (image.body_part or "/".join(image.sites)).lower()
        yield _conflict("image_body_part_conflict", _listed(told), _plain(shown), _spans(content, "sites"))


def _date(study_date: str | None, image: ImageResult) -> Iterator[dict[str, Any]]:
    try:
        told = dt.datetime.fromisoformat(study_date.strip()).date() if study_date else None
    except ValueError:
        return
    if told and image.study_date and told.isoformat() != image.study_date:
        yield _conflict("image_date_conflict", told.isoformat(), image.study_date, [])


def _zonal(content: Content, image: ImageResult) -> Iterator[dict[str, Any]]:
    """The sign of the zonal index, where its whole interval has one, against where the report sees the mineral."""
    measure = next((one for one in image.measures if one.name == "zonal_index_hu"), None)
    if measure is None:
        return
    low, high = _interval(measure)
    notices = load_notices()
    against: tuple[tuple[str, str], ...]
    features = content["summary"].get("features", {})
    rim, core = notices.zonal.peripheral, notices.zonal.central
    if low > 0:
        shown, against = notices.words["denser_rim"].format(low=low, high=high), ((rim, "absent"), (core, "present"))
    elif high < 0:
        shown, against = notices.words["denser_core"].format(low=-high, high=-low), ((rim, "present"),)
    else:
        return
    for feature, value in against:
        if features.get(feature) == value:
            told = f"{_plain(feature)} {value}"
            yield _conflict("image_zonal_conflict", told, shown, _spans(content, f"features.{feature}"))


def _distance(content: Content, image: ImageResult) -> Iterator[dict[str, Any]]:
    """Relations stated of a structure against the distance to it, beyond what the series resolves."""
    named = {measure.structure for measure in image.measures if measure.structure}
    for finding in content.get("findings", ()):
        for relation in finding.get("neurovascular", ()):
            for structure in sorted(named):
                if len(named) == 1 or _same(structure, relation["structure"]):
                    yield from _against(content, relation, _of(image.measures, structure), structure)


def _against(
    content: Content, relation: Content, measured: Mapping[str, Measure], structure: str
) -> Iterator[dict[str, Any]]:
    notices, gap, area = load_notices(), measured.get("min_distance_mm"), measured.get("contact_area_mm2")
    told = _plain(f"{relation['relation']} {relation['structure'] or ''}")
    spans = _spans(content, "neurovascular")
    stated = relation.get("distance_mm")
    if gap is None:
        return
    low, high = _interval(gap)
    apart = notices.words["distance"].format(low=low, high=high, structure=structure)
    if stated is not None and not low <= stated <= high:
        yield _conflict(
            "image_distance_conflict", f"{stated:g} mm to {_plain(relation['structure'] or structure)}", apart, spans
        )
    elif relation["relation"] in notices.relations.touching and low > 0:
        yield _conflict("image_distance_conflict", told, apart, spans)
    elif relation["relation"] in notices.relations.apart and area is not None and _interval(area)[0] > 0:
        contact = notices.words["contact"].format(structure=structure, area=area.value)
        yield _conflict("image_distance_conflict", told, contact, spans)


def _of(measures: Sequence[Measure], structure: str) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures if measure.structure == structure}


def _same(structure: str, told: str | None) -> bool:
    """Whether a mask and a structure of the report have one name, or share a word that is not only its kind."""
    words = [set(_plain(name or "").lower().split()) for name in (structure, told)]
    return words[0] == words[1] or bool((words[0] & words[1]) - load_notices().relations.kinds)


def _interval(measure: Measure) -> tuple[float, float]:
    low = measure.value if measure.low is None else measure.low
    high = measure.value if measure.high is None else measure.high
    return low, high


def _spans(content: Content, field: str) -> list[int]:
    return [index for index, span in enumerate(content.get("evidence", ())) if span["field"] == field]


def _conflict(code: str, report: str, image: str, evidence: list[int]) -> dict[str, Any]:
    message = load_notices().conflicts[code].format(report=report, image=image)
    return {"code": code, "message": message, "evidence": evidence}


def _listed(names: set[str]) -> str:
    return _plain(", ".join(sorted(names)))


def _plain(name: str) -> str:
    return name.replace("_", " ").strip()
