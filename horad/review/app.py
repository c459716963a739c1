"""The pages and what they do; who may ask at all is settled before, in ``guard``."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import parse_qs, quote, unquote

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from horad.errors import HoradError
from horad.review import joined, pages
from horad.review.agreement import LiveAgreement
from horad.review.choices import chosen
from horad.review.guard import App, Guard, Keys, cookie, cookies
from horad.review.reports import Entry, Queue
from horad.review.store import A_NAME, Decision, Part, Store, Verdict, is_name
from horad.review.values import FIELDS, proposals

_STATIC = Path(__file__).with_name("static")
_LARGEST_FORM = 100_000
_PER_PAGE = 100
_VERDICTS: Mapping[str, Verdict] = {"accept": "accept", "correct": "correct", "uncertain": "uncertain"}

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Review:
    """What the pages work on; without a ``reviewer`` the page asks who reads."""

    queue: Queue
    store: Store
    keys: Keys
    reviewer: str | None = None


def make_app(review: Review) -> Guard:
    """The application behind its guard."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=_STATIC))
    site = _Site(review)
    app.add_api_route("/", site.reports, methods=["GET"])
    app.add_api_route("/report/{number}", site.report, methods=["GET"])
    app.add_api_route("/report/{number}/image", site.image, methods=["GET"])
    app.add_api_route("/report/{number}/accept-rest", site.accept_rest, methods=["POST"])
    app.add_api_route("/report/{number}/{field}", site.decide, methods=["POST"])
    app.add_api_route("/next/{number}", site.next_open, methods=["GET"])
    app.add_api_route("/differences", site.differences, methods=["GET"])
    app.add_api_route("/differences/{number}", site.difference, methods=["GET"])
    app.add_api_route("/differences/{number}/{field}", site.rule, methods=["POST"])
    app.add_api_route("/agreement", site.agreement, methods=["GET"])
    app.add_api_route("/gold.jsonl", site.gold, methods=["GET"])
    app.add_api_route("/reader", site.ask_reader, methods=["GET"])
    app.add_api_route("/reader", site.set_reader, methods=["POST"])
    return Guard(cast(App, app), review.keys)


async def _form(request: Request) -> Form:
    """The fields of a form of this page, read within a limit."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413, "The form is too large.")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError:
        raise HTTPException(400, "The form could not be read.") from None


Filled = Annotated[Form, Depends(_form)]


@dataclass(frozen=True)
class _Turn:
    """Who decides on which report, in which part."""

    request: Request
    number: int
    entry: Entry
    reader: str
    part: Part = "reading"

    def decision(self, field: str, verdict: Verdict, value: Any) -> Decision:
        """The decision on a field."""
        proposed, rules = proposals(self.entry.result)[field], self.entry.result.provenance.rules_sha256
        return Decision(self.reader, self.part, *self.entry.key, field, verdict, value, proposed, rules)


class _Site:
    """One handler per page; they run in threads, and the store takes one at a time."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._queue, self._store, self._keys = review.queue, review.store, review.keys
        self._templates = pages.environment()
        self._live = LiveAgreement(review.queue, review.store)

    # Reading

    def reports(self, request: Request, page: int = 1, show: str = "all") -> Response:
        """The queue with this reader's progress."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        counts = self._store.counts(reader)
        rows = [(number, entry, counts.get(entry.key, 0)) for number, entry in enumerate(self._queue.entries, start=1)]
        kept = [row for row in rows if show == "all" or (row[2] == len(FIELDS)) == (show == "done")]
        last = max(1, -(-len(kept) // _PER_PAGE))
        page = min(max(page, 1), last)
        return self._page(
            "reports.html",
            reader,
            rows=kept[(page - 1) * _PER_PAGE : page * _PER_PAGE],
            page=page,
            last=last,
            show=show,
            done=sum(row[2] == len(FIELDS) for row in rows),
            queue=self._queue,
        )

    def report(self, request: Request, number: int) -> Response:
        """One report with its fields."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        entry = self._entry(number)
        views = pages.readings(entry, self._store.current(entry.key), reader)
        return self._page("report.html", reader, **self._of_report(number, entry, views), part="reading")

    def next_open(self, request: Request, number: int) -> Response:
        """The next report after this one in which a field is still open, else the queue."""
        counts = self._store.counts(self._reader(request) or "")
        places = [*range(number, len(self._queue)), *range(min(number, len(self._queue)))]
        for place in places:
            if counts.get(self._queue.entries[place].key, 0) < len(FIELDS):
                return RedirectResponse(f"/report/{place + 1}", 303)
        return RedirectResponse("/", 303)

    def decide(self, request: Request, number: int, field: str, form: Filled) -> Response:
        """Keep a decision, then show the field as decided."""
        turn = self._turn(request, number, form)
        if field not in FIELDS:
            raise HTTPException(404, "There is no such field.")
        self._check_blind(turn, field)
        value = proposed = proposals(turn.entry.result)[field]
        verdict = _verdict(form)
        if verdict == "correct":
            value = _chosen(field, form)
            verdict = "accept" if value == proposed else "correct"
        self._keep([turn.decision(field, verdict, value)])
        return self._after(turn, field)

    def accept_rest(self, request: Request, number: int, form: Filled) -> Response:
        """Accept every field that is still open."""
        turn = self._turn(request, number, form)
        proposed = proposals(turn.entry.result)
        views = pages.readings(turn.entry, self._store.current(turn.entry.key), turn.reader)
        self._keep([turn.decision(view.name, "accept", proposed[view.name]) for view in views if view.is_open])
        return self._after(turn, None)

    def image(self, number: int) -> Response:
        """The picture of a report."""
        image = self._entry(number).image
        if image is None:
            raise HTTPException(404, "There is no picture.")
        return FileResponse(image, media_type="image/png")

    # Two readers

    def differences(self, request: Request) -> Response:
        """The reports on which finished readers differ."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        by_report = joined.grouped(self._store.current())
        rows, withheld = [], 0
        for number, entry in enumerate(self._queue.entries, start=1):
            decisions = by_report.get(entry.key, [])
            found = joined.disagreements(decisions)
            if found and joined.may_see(decisions, reader):
                rows.append((number, entry, found))
            withheld += bool(found) and not joined.may_see(decisions, reader)
        return self._page("differences.html", reader, rows=rows, withheld=withheld)

    def difference(self, request: Request, number: int) -> Response:
        """One report with the fields to rule on."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        entry = self._entry(number)
        views = self._rulings(entry, reader)
        return self._page("report.html", reader, **self._of_report(number, entry, views), part="adjudication")

    def rule(self, request: Request, number: int, field: str, form: Filled) -> Response:
        """Keep a ruling: a reader's answer, a value of its own, or that the field stays in dispute."""
        turn = self._turn(request, number, form, "adjudication")
        decisions = self._store.current(turn.entry.key)
        found = {item.field: item for item in joined.disagreements(decisions)}
        if field not in found or not joined.may_see(decisions, turn.reader):
            raise HTTPException(404, "There is nothing to rule on.")
        answers = {answer.reviewer: answer.value for answer in found[field].readings}
        verdict: Verdict = "accept"
        if taken := form.get("take"):
            if taken[-1] not in answers:
                raise HTTPException(422, "That reader has not answered.")
            value = answers[taken[-1]]
        else:
            verdict = _verdict(form)
            value = _chosen(field, form) if verdict == "correct" else found[field].readings[0].value
        self._keep([turn.decision(field, verdict, value)])
        return self._after(turn, field)

    def agreement(self, request: Request) -> Response:
        """How well readers agree, measured again when there is a new decision."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        name = "_agreement.html" if _is_fragment(request) else "agreement.html"
        return self._page(name, reader, figures=self._live.figures())

    def gold(self, request: Request) -> Response:
        """The gold labels as a file, of the reports that this reader has finished or rules on."""
        reader = self._reader(request)
        if reader is None:
            return RedirectResponse("/reader", 303)
        body = b"".join(joined.gold_lines(self._queue, self._store, shown_to=reader))
        headers = {"content-disposition": 'attachment; filename="gold.jsonl"'}
        return Response(body, media_type="application/x-ndjson", headers=headers)

    # Who reads

    def ask_reader(self, request: Request) -> Response:
        """Ask who reads."""
        return self._page("reader.html", self._reader(request) or "", problem="")

    def set_reader(self, form: Filled) -> Response:
        """Remember who reads, in this browser."""
        self._check_csrf(form)
        name = " ".join("".join(form.get("name", ())).split())
        if self._review.reviewer is not None:
            return RedirectResponse("/", 303)
        if not is_name(name):
            return self._page("reader.html", "", status=422, problem=f"Give {A_NAME}.")
        answer = RedirectResponse("/", 303)
        answer.headers.append("set-cookie", cookie(self._keys.reader_cookie, quote(name, safe="")))
        return answer

    # Parts

    def _reader(self, request: Request) -> str | None:
        if self._review.reviewer is not None:
            return self._review.reviewer
        name = unquote(cookies(request.headers.getlist("cookie")).get(self._keys.reader_cookie, ""))
        return name if is_name(name) else None

    def _entry(self, number: int) -> Entry:
        if not 1 <= number <= len(self._queue):
            raise HTTPException(404, "There is no such report.")
        return self._queue.entries[number - 1]

    def _turn(self, request: Request, number: int, form: Form, part: Part = "reading") -> _Turn:
        self._check_csrf(form)
        reader = self._reader(request)
        if reader is None:
            raise HTTPException(403, "Say who reads first.")
        return _Turn(request, number, self._entry(number), reader, part)

    def _check_csrf(self, form: Form) -> None:
        given = (form.get("csrf") or [""])[-1]
        if not secrets.compare_digest(given.encode(), self._keys.csrf.encode()):
            raise HTTPException(403, "The form is not from this page, or from before a restart; load the page again.")

    def _check_blind(self, turn: _Turn, field: str) -> None:
        """A reader who could have seen another's answer does not change an own one: that would be no second reading."""
        found = joined.disagreements(self._store.current(turn.entry.key))
        if any(d.reviewer == turn.reader for item in found if item.field == field for d in item.readings):
            raise HTTPException(409, "Another reader has answered otherwise; rule on the field under Differences.")

    def _keep(self, decisions: list[Decision]) -> None:
        try:
            self._store.append(decisions)
        except HoradError:
            raise HTTPException(500, "The decision could not be written. Is the disk full?") from None

    def _rulings(self, entry: Entry, reader: str) -> list[pages.FieldView]:
        decisions = self._store.current(entry.key)
        if not joined.may_see(decisions, reader):
            raise HTTPException(404, "Nothing to rule on: two readers must have finished the report, and you too.")
        return pages.rulings(entry, joined.disagreements(decisions))

    def _of_report(self, number: int, entry: Entry, views: Sequence[pages.FieldView]) -> dict[str, Any]:
        return {
            "number": number,
            "count": len(self._queue),
            "entry": entry,
            "result": entry.result,
            "pieces": pages.pieces(entry),
            "views": views,
            **pages.differential(entry.result),
        }

    def _after(self, turn: _Turn, field: str | None) -> Response:
        """The field as decided, or all of them, put into the page by htmx; else the page again."""
        number, entry, reader, part = turn.number, turn.entry, turn.reader, turn.part
        where = "differences" if part == "adjudication" else "report"
        if not _is_fragment(turn.request):
            return RedirectResponse(f"/{where}/{number}" + (f"#field-{field}" if field else ""), 303)
        if part == "adjudication":
            views = self._rulings(entry, reader)
        else:
            views = pages.readings(entry, self._store.current(entry.key), reader)
        shown = [view for view in views if field in (None, view.name)]
        return self._page(
            "_after.html", reader, views=shown, every=views, number=number, part=part, result=entry.result
        )

    def _page(self, name: str, reader: str, status: int = 200, **values: Any) -> HTMLResponse:
        html = self._templates.get_template(name).render(
            reader=reader, csrf=self._keys.csrf, fixed_reader=self._review.reviewer is not None, **values
        )
        return HTMLResponse(html, status)


def _verdict(form: Form) -> Verdict:
    given = (form.get("verdict") or [""])[-1]
    if given not in _VERDICTS:
        raise HTTPException(422, "Accept, correct or doubt the field.")
    return _VERDICTS[given]


def _chosen(field: str, form: Form) -> Any:
    try:
        return chosen(field, form)
    except HoradError as error:
        raise HTTPException(422, str(error)) from None


def _is_fragment(request: Request) -> bool:
    """Whether htmx asks, which puts the answer into the page."""
    return request.headers.get("hx-request") == "true"
