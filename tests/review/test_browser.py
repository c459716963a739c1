import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from horad.review.store import Store
from horad.review.values import FIELDS
from tests.review.made import TEXT, entry, read_whole
from tests.review.served import chromium, in_thread, server, write_files

DATABASE = "results.jsonl.review.sqlite"
HOSTILE = (
    "CT. heterotopic ossification <script>window.stolen = 1</script> <img src=x onerror='window.stolen = 2'> "
    "&lt;b&gt; \u202eevil\u202c \u2066x\u2069 \x00 \x07 {{ 7*7 }} </div></main>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("console", lambda message: opened.complaints.append(message.text) if message.type == "error" else None)
    opened.foreign = []
    opened.on("request", lambda request: opened.foreign.append(request.url))
    yield opened
    context.close()


def decided(folder: Path) -> dict[str, tuple[str, Any]]:
    with Store(folder / DATABASE) as store:
        return {decision.field: (decision.verdict, decision.value) for decision in store.current()}


def keys(page: Any, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def done(page: Any, field: str) -> None:
    """Wait until the page says that a field is decided."""
    page.wait_for_selector(f"#field-{field}.decided")


def test_a_report_is_reviewed_with_the_keyboard_alone(page: Any, tmp_path: Path) -> None:
    write_files(tmp_path, [entry("a"), entry("b", TEXT + " ")])
    with server(tmp_path, "--reviewer", "AB") as running:
        page.goto(running.address)
        assert "token" not in page.url
        keys(page, "n")
        page.wait_for_selector("#field-ho_status.current")
        assert page.locator("mark.lit").all_inner_texts() == ["heterotopic ossification"]
        keys(page, "a")
        done(page, "ho_status")
        keys(page, "c", "h", "i", "p", "Tab", "l", "Enter")  # site: hip, side: left
        done(page, "sites")
        keys(page, "u")
        done(page, "maturity")
        keys(page, "k", "k", "k", "u")  # back to the first field, and another decision
        page.wait_for_selector("#field-ho_status.uncertain")
        keys(page, "j", "Shift+A")
        page.wait_for_selector("#progress:has-text('finished')")
        keys(page, "n")
        page.wait_for_url("**/report/2")
        page.wait_for_selector("#field-ho_status.current")
    assert decided(tmp_path) == {
        **{decision.field: ("accept", decision.value) for decision in read_whole(entry())},
        "ho_status": ("uncertain", "present"),
        "sites": ("correct", [{"site": "hip", "side": "left"}]),
        "maturity": ("uncertain", "not_stated"),
    }
    assert page.complaints == []


def test_a_kill_between_two_decisions_loses_none_and_the_page_says_what_was_not_saved(
    page: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, [entry()])
    with server(tmp_path, "--reviewer", "AB") as running:
        page.goto(running.address)
        keys(page, "n")
        page.wait_for_selector("#field-ho_status.current")
        keys(page, "a")
        done(page, "ho_status")
        running.kill()
        keys(page, "a")
        page.wait_for_selector("#problem:has-text('Not saved')")
    assert decided(tmp_path) == {"ho_status": ("accept", "present")}
    with server(tmp_path, "--reviewer", "AB") as running:
        page.goto(running.address)
        keys(page, "n")
        page.wait_for_selector("#field-sites.current")
        keys(page, "a")
        done(page, "sites")
        running.kill()
    assert decided(tmp_path) == {"ho_status": ("accept", "present"), "sites": ("accept", [])}


def test_a_hostile_report_is_shown_as_text(page: Any, tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store, in_thread(store, [entry("<i>a</i>", HOSTILE)]) as address:
        page.goto(address)
        assert page.locator("td a").inner_text() == "<i>a</i>"
        keys(page, "n")
        page.wait_for_selector("#field-ho_status.current")
        shown = page.locator("#text").text_content()
        assert page.locator("#text script, #text img").count() == 0
        assert page.evaluate("window.stolen") is None
    named = {"\u202e": "202E", "\u202c": "202C", "\u2066": "2066", "\u2069": "2069", "\0": "0000", "\a": "0007"}
    assert shown == "".join(f"⟨U+{named[letter]}⟩" if letter in named else letter for letter in HOSTILE)
    assert page.complaints == []


def test_the_page_asks_nobody_else_and_hides_its_address(page: Any, tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store, in_thread(store, [entry()]) as address:
        home = address.partition("?")[0]
        page.goto(address)
        keys(page, "n")
        page.wait_for_selector("#field-ho_status.current")
        assert [url for url in page.foreign if not url.startswith(home)] == []
        assert [url for url in page.foreign if "token" in url] == [address]
        assert page.evaluate("document.cookie") == ""
        assert page.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)]") == [
            ["htmx-current-path-for-history", "/report/1"]
        ]


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 720), (1024, 768), (768, 1024)], ids=["desk", "tablet", "tablet upright"]
)
def test_text_and_fields_are_in_sight_together(width: int, height: int, page: Any, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": height})
    with Store(tmp_path / "d.sqlite") as store, in_thread(store, [entry()]) as address:
        page.goto(address)
        keys(page, "n")
        page.wait_for_selector("#field-ho_status.current")
        boxes = [page.locator(name).bounding_box() for name in ("mark", "#field-ho_status", ".keys", ".foot")]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    assert [box for box in boxes if box["x"] < 0 or box["x"] + box["width"] > width] == []
    assert [box for box in boxes if box["y"] < 0 or box["y"] + box["height"] > height] == []


@pytest.mark.slow
def test_two_readers_in_two_browsers_then_a_ruling_by_keyboard(browser: Any, page: Any, tmp_path: Path) -> None:
    with Store(tmp_path / "d.sqlite") as store, in_thread(store, [entry()], reader=None) as address:
        for name, verdict in (("AB", ("a",)), ("CD", ("c", "a", "Enter"))):  # the second corrects to "absent"
            context = browser.new_context()
            own = context.new_page()
            own.goto(address)
            own.keyboard.type(name)
            keys(own, "Enter")
            own.wait_for_selector("h1:has-text('Reports')")
            keys(own, "n")
            own.wait_for_selector("#field-ho_status.current")
            assert own.locator(".field.decided").count() == 0
            keys(own, *verdict)
            done(own, "ho_status")
            keys(own, "Shift+A")
            own.wait_for_selector("#progress:has-text('finished')")
            context.close()
        page.goto(address)
        page.keyboard.type("EF")
        keys(page, "Enter")
        page.wait_for_selector("h1:has-text('Reports')")
        page.goto(address.partition("?")[0] + "differences/1")
        page.wait_for_selector("#field-ho_status.current")
        keys(page, "2")
        done(page, "ho_status")
        assert [(d.reviewer, d.value) for d in store.current() if d.part == "adjudication"] == [("EF", "absent")]


@pytest.mark.slow
def test_a_decision_that_was_answered_outlives_a_kill_at_any_moment(
    tmp_path: Path, portion: Callable[[int], int]
) -> None:
    chance = random.Random(7)
    write_files(tmp_path, [entry()])
    answered = 0
    for _ in range(portion(20)):
        with server(tmp_path, "--reviewer", "AB") as running, httpx.Client(follow_redirects=True, timeout=60) as client:
            html = client.get(running.address).text + client.get(httpx.URL(running.address).join("/report/1")).text
            token = html.partition('name="csrf" value="')[2].partition('"')[0]
            home = running.address.partition("/?")[0]
            for _ in range(chance.randrange(1, 20)):
                field, verdict = chance.choice(FIELDS), chance.choice(("accept", "uncertain"))
                form = {"csrf": token, "verdict": verdict}
                path, headers = f"{home}/report/1/{field}", {"origin": home, "hx-request": "true"}
                assert client.post(path, data=form, headers=headers).status_code == 200
                answered += 1
            running.kill()
        with Store(tmp_path / DATABASE) as store:
            assert store._connection.execute("SELECT count(*) FROM decision").fetchone()[0] == answered
