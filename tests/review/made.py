"""Reports under review for the tests of this folder, in a few words, and a browser that is let in."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import httpx

from horad.records import ReportResult
from horad.review.app import Review, make_app
from horad.review.guard import Guard, Keys
from horad.review.reports import Entry, Queue
from horad.review.store import Decision, Store
from horad.review.values import FIELDS, proposals

TEXT = "CT. Mature heterotopic ossification about the left hip, Brooker III. No mass."
PORT = 8123
HOME = f"http://127.0.0.1:{PORT}"


def entry(name: str = "a", text: str = TEXT, image: Path | None = None, **summary: Any) -> Entry:
    """A report and its result; summary values that are not given say nothing."""
    start = text.find("heterotopic ossification")
    end = start + len("heterotopic ossification")
    mark = {"start": start, "end": end, "text": text[start:end], "section": "findings", "rule": "ho.named"}
    return Entry(
        ReportResult.model_validate(
            {
                "report_id": name,
                "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "in_scope": True,
                "summary": {"ho_status": "present", **summary},
                "evidence": [{**mark, "field": "ho_status"}] if start >= 0 else [],
                "provenance": {"horad": "0", "rules_sha256": "r"},
            }
        ),
        text,
        image,
    )


def decision(
    of: Entry, field: str, value: Any = None, reader: str = "AB", *, verdict: str = "", part: str = "reading"
) -> Decision:
    """A decision; without a value, what horad proposes is accepted."""
    proposed = proposals(of.result)[field]
    settled = verdict or ("accept" if value is None else "correct")
    given = proposed if value is None else value
    return Decision(reader, part, *of.key, field, settled, given, proposed, "r")  # type: ignore[arg-type]


def read_whole(
    of: Entry, reader: str = "AB", corrected: Mapping[str, Any] | None = None, doubted: tuple[str, ...] = ()
) -> list[Decision]:
    """The decisions of a reader who finished a report."""
    given = corrected or {}
    return [
        decision(of, field, given.get(field), reader, verdict="uncertain" if field in doubted else "")
        for field in FIELDS
    ]


class Browser:
    """A browser at the page: it keeps its cookies and follows nothing."""

    def __init__(self, app: Guard) -> None:
        self._app = app
        self._cookies = httpx.Cookies()

    def request(self, method: str, url: str, **rest: Any) -> httpx.Response:
        """One request and its answer."""
        return asyncio.run(self._ask(method, url, rest))

    def get(self, url: str, **rest: Any) -> httpx.Response:
        """Open a page."""
        return self.request("GET", url, **rest)

    def post(self, url: str, **rest: Any) -> httpx.Response:
        """Send a form."""
        return self.request("POST", url, **rest)

    async def _ask(self, method: str, url: str, rest: Mapping[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(cast(Any, self._app))
        async with httpx.AsyncClient(transport=transport, base_url=HOME, cookies=self._cookies) as opened:
            answer = await opened.request(method, url, **rest)
            self._cookies = opened.cookies
            return answer


def client(store: Store, *entries: Entry, reader: str | None = "AB", let_in: bool = True) -> Browser:
    """A browser at the page; ``let_in`` has opened the address with its token."""
    keys = Keys(PORT, ("127.0.0.1", "localhost"), token="the-token", session="the-session")
    made = Browser(make_app(Review(Queue(entries or (entry(),)), store, keys, reader)))
    if let_in:
        assert made.get("/?token=the-token").status_code == 302
    return made


def csrf() -> str:
    """What the forms of the client carry."""
    return Keys(PORT, (), token="", session="the-session").csrf


def post(to: Browser, path: str, headers: Mapping[str, str] | None = None, **form: Any) -> httpx.Response:
    """Send a form as the page does."""
    return to.post(path, data={"csrf": csrf(), **form}, headers={"origin": HOME, **(headers or {})})
