"""A self-contained HTML page: no script, no font or style from elsewhere, all text escaped."""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from horad.records import ReportResult
from horad.writers import layout, ranking

_TEMPLATE = Path(__file__).with_name("page.html")


def page(reports: Iterable[tuple[ReportResult, str]]) -> str:
    """One page with every result and the text it was read from."""
    sections = [_section(result, text) for result, text in reports]
    return str(_template().render(sections=sections, layout=layout, ranking=ranking, fields=layout.FIELDS))


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = lambda value: str(value).replace("_", " ")
    return environment.from_string(_TEMPLATE.read_text("utf-8"))


def _section(result: ReportResult, text: str) -> dict[str, object]:
    pieces = list(layout.segments(text, result.evidence))
    notices = ranking.notices(result)
    used = {family for piece in pieces for family in piece.families}
    return {
        "result": result,
        "pieces": pieces,
        "legend": [(name, label) for name, label in layout.FIELDS.items() if name in used],
        "rows": layout.rows(result),
        "rankings": ranking.rankings(result),
        "alerts": notices["alert"],
        "notices": [(kind, notice) for kind in ("conflict", "warning") for notice in notices[kind]],
    }
