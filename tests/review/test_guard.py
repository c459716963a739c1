import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import horad.review
from horad.review.store import Store
from tests.review.made import HOME, Browser, client, csrf

FORM = {"verdict": "accept"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "decisions.sqlite") as opened:
        yield opened


@pytest.fixture
def page(store: Store) -> Browser:
    return client(store)


def test_the_token_leaves_the_address_and_becomes_a_cookie_no_script_reads(store: Store) -> None:
    outside = client(store, let_in=False)
    answer = outside.get("/report/1?token=the-token&show=all")
    assert (answer.status_code, answer.headers["location"]) == (302, "/report/1?show=all")
    assert answer.headers["set-cookie"] == "horad_review_8123=the-session; Path=/; HttpOnly; SameSite=Strict"
    assert outside.get("/report/1").status_code == 200


@pytest.mark.parametrize("path", ["/", "/report/1", "/gold.jsonl", "/static/review.css", "/?token=wrong", "/?token="])
def test_without_the_token_nothing_is_shown(path: str, store: Store) -> None:
    answer = client(store, let_in=False).get(path)
    assert (answer.status_code, "Brooker" in answer.text) == (403, False)


@pytest.mark.parametrize("path", ["//evil.example/?token=the-token", "/\\evil.example?token=the-token"])
def test_the_token_sends_nobody_elsewhere(path: str, store: Store) -> None:
    answer = client(store, let_in=False).get(HOME + path)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example:8123", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8123.evil.example"])
def test_another_host_name_is_refused(host: str, page: Browser) -> None:
    assert page.get("/report/1", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:8123", "http://127.0.0.1:9", "null"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_origin_is_refused(method: str, origin: str, page: Browser, store: Store) -> None:
    data = {"csrf": csrf(), **FORM} if method == "POST" else None
    path = "/report/1/ho_status" if method == "POST" else "/report/1"
    assert page.request(method, path, data=data, headers={"origin": origin}).status_code == 403
    assert store.current() == []


def test_a_form_without_an_origin_is_refused(page: Browser, store: Store) -> None:
    assert page.post("/report/1/ho_status", data={"csrf": csrf(), **FORM}).status_code == 403
    assert store.current() == []


@pytest.mark.parametrize(
    "token", [{}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": "é"}], ids=["none", "empty", "wrong", "foreign"]
)
@pytest.mark.parametrize(
    "path", ["/report/1/ho_status", "/report/1/accept-rest", "/differences/1/ho_status", "/reader"]
)
def test_a_form_without_its_csrf_token_is_refused(
    path: str, token: dict[str, str], page: Browser, store: Store
) -> None:
    assert page.post(path, data={**FORM, **token}, headers={"origin": HOME}).status_code == 403
    assert store.current() == []


@pytest.mark.parametrize("path", ["/", "/report/1", "/nowhere", "/static/review.js", "/report/9"])
def test_every_answer_forbids_foreign_and_inline_code(path: str, page: Browser) -> None:
    headers = page.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("same-origin", "nosniff")
    assert (headers["cache-control"], headers["x-frame-options"]) == ("no-store", "DENY")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_are_no_pages_of_the_framework(path: str, page: Browser) -> None:
    assert page.get(path).status_code == 404


def test_a_broken_cookie_of_another_application_does_not_shut_us_out(page: Browser) -> None:
    header = "we[ird=1; horad_review_8123=the-session"
    assert page.get("/report/1", headers={"cookie": header}).status_code == 200


def test_a_cookie_of_an_earlier_run_does_not_open_the_page(store: Store) -> None:
    outside = client(store, let_in=False)
    assert outside.get("/", headers={"cookie": "horad_review_8123=old"}).status_code == 403


def test_the_library_in_the_page_is_the_one_that_is_named() -> None:
    folder = Path(horad.review.__file__).parent / "static"
    named = (folder / "README.md").read_text("utf-8").split()[-1]
    assert hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest() == named


def test_no_page_runs_code_or_takes_style_of_its_own() -> None:
    templates = sorted((Path(horad.review.__file__).parent / "templates").glob("*.html"))
    inline = re.compile(
        r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://|\|\s*safe", re.IGNORECASE
    )
    assert [path.name for path in templates if inline.search(path.read_text("utf-8"))] == []
