"""Who may ask: the right host name, our own pages, whoever holds the token; and what every answer must carry."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": browsers would then send the origin "null" with our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_REFUSALS = {
    "host": (400, "The address is not one of this server's. Open the address that horad review printed."),
    "origin": (403, "The request does not come from this page. Open the address that horad review printed."),
    "token": (403, "The token is missing or old. Open the address that horad review printed."),
}


@dataclass(frozen=True)
class Keys:
    """The secrets of one run of the server, and the names it answers to."""

    port: int
    hosts: tuple[str, ...]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers do not tell ports apart, so the port is in it."""
        return f"horad_review_{self.port}"

    @property
    def reader_cookie(self) -> str:
        """The name of the cookie that remembers who reads."""
        return f"horad_reader_{self.port}"

    @property
    def csrf(self) -> str:
        """What every form carries."""
        return hmac.new(self.session.encode(), b"csrf", "sha256").hexdigest()

    @property
    def addresses(self) -> frozenset[str]:
        """Every value of the Host header that is ours."""
        return frozenset(f"{host}:{self.port}" for host in self.hosts)


class Guard:
    """Stand before the application."""

    def __init__(self, app: App, keys: Keys) -> None:
        self._app, self._keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no web sockets
        refusal = self._refusal(scope)
        if refusal is not None:
            await _answer(send, *_REFUSALS[refusal])
        elif (entry := self._entry(scope)) is not None:
            await _answer(send, 302, "", entry)
        elif not self._is_in(scope):
            await _answer(send, *_REFUSALS["token"])
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> str | None:
        if _headers(scope, b"host") not in [[address] for address in self._keys.addresses]:
            return "host"
        origins = _headers(scope, b"origin")
        ours = {f"http://{address}" for address in self._keys.addresses}
        if (origins or scope["method"] in _CHANGES) and not (len(origins) == 1 and origins[0] in ours):
            return "origin"
        return None

    def _entry(self, scope: Scope) -> list[tuple[str, str]] | None:
        """The headers that let a browser in which brought the token, and take it out of the address."""
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = query.pop("token", [""])[0]
        if scope["method"] != "GET" or not given or not _same(given, self._keys.token):
            return None
        clean = scope["path"] + (f"?{urlencode(query, doseq=True)}" if query else "")
        if not clean.startswith("/") or clean.startswith(("//", "/\\")):
            clean = "/"
        return [("location", clean), ("set-cookie", cookie(self._keys.cookie, self._keys.session))]

    def _is_in(self, scope: Scope) -> bool:
        return _same(cookies(_headers(scope, b"cookie")).get(self._keys.cookie, ""), self._keys.session)


def cookie(name: str, value: str) -> str:
    """A cookie that no script reads, no other site sends, and the browser forgets when it closes."""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict"


def cookies(headers: Iterable[str]) -> dict[str, str]:
    """The cookies of a request."""
    found: dict[str, str] = {}
    for header in headers:
        for part in header.split(";"):  # one malformed cookie of another application must not hide ours
            try:
                found.update({name: morsel.value for name, morsel in SimpleCookie(part.strip()).items()})
            except CookieError:
                continue
    return found


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _same(given: str, ours: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def _with_headers(send: Send) -> Send:
    async def send_more(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            ours = {name.encode() for name in _HEADERS}
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours]
            message = {**message, "headers": [*kept, *_encoded(_HEADERS.items())]}
        await send(message)

    return send_more


async def _answer(send: Send, status: int, words: str, more: Iterable[tuple[str, str]] = ()) -> None:
    body = words.encode()
    own = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))]
    headers = _encoded([*_HEADERS.items(), *own, *more])
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _encoded(pairs: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in pairs]
