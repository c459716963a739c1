from collections.abc import Iterator
from pathlib import Path

import pytest

from horad.review.store import Store
from horad.review.values import FIELDS
from tests.review.made import client, decision, entry, post, read_whole

HTMX = {"hx-request": "true"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "decisions.sqlite") as opened:
        yield opened


def test_the_page_shows_the_report_its_marks_and_every_field(store: Store) -> None:
    html = client(store).get("/report/1").text
    assert (
        '<mark class="tone-ho_status is-ho_status" title="ossification: ho.named">heterotopic ossification</mark>'
        in html
    )
    assert [name for name in FIELDS if f'id="field-{name}"' not in html] == []
    assert "not a medical device" in html


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        pytest.param({"verdict": "accept"}, ("accept", "present"), id="accept"),
        pytest.param({"verdict": "uncertain"}, ("uncertain", "present"), id="uncertain"),
        pytest.param({"verdict": "correct", "value": "absent"}, ("correct", "absent"), id="correct"),
        pytest.param({"verdict": "correct", "value": "present"}, ("accept", "present"), id="corrected to what it was"),
    ],
)
def test_a_decision_is_kept(form: dict[str, str], kept: tuple[str, str], store: Store) -> None:
    answer = post(client(store), "/report/1/ho_status", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/report/1#field-ho_status")
    assert [(d.reviewer, d.part, d.field, d.verdict, d.value) for d in store.current()] == [
        ("AB", "reading", "ho_status", *kept)
    ]


def test_htmx_gets_the_field_and_the_progress_alone(store: Store) -> None:
    html = post(client(store), "/report/1/ho_status", HTMX, verdict="accept").text
    assert (html.count('<section class="field decided accept"'), html.count("<section")) == (1, 1)
    assert "10 open" in html
    assert "<html" not in html


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        pytest.param("/report/1/colour", {"verdict": "accept"}, 404, id="no such field"),
        pytest.param("/report/2/tumour", {"verdict": "accept"}, 404, id="no such report"),
        pytest.param("/report/0/tumour", {"verdict": "accept"}, 404, id="number zero"),
        pytest.param("/report/1/tumour", {"verdict": "maybe"}, 422, id="no such verdict"),
        pytest.param("/report/1/tumour", {}, 422, id="no verdict"),
        pytest.param("/report/1/tumour", {"verdict": "correct", "value": "likely"}, 422, id="outside the vocabulary"),
        pytest.param("/report/1/tumour", {"verdict": "accept", "pad": "x" * 100_001}, 413, id="too large"),
    ],
)
def test_what_was_not_offered_is_refused_and_not_kept(path: str, form: dict[str, str], code: int, store: Store) -> None:
    assert post(client(store), path, **form).status_code == code
    assert store.current() == []


def test_the_rest_is_accepted_and_what_was_decided_stays(store: Store) -> None:
    page = client(store)
    post(page, "/report/1/tumour", verdict="uncertain")
    assert post(page, "/report/1/accept-rest", HTMX).text.count("field decided accept") == len(FIELDS) - 1
    assert {d.field: d.verdict for d in store.current()} == {**dict.fromkeys(FIELDS, "accept"), "tumour": "uncertain"}


def test_the_second_reader_sees_nothing_of_the_first(store: Store) -> None:
    store.append(read_whole(entry(), "AB", {"tumour": "suspected"}))
    second = client(store, reader="CD")
    pages = [second.get(path).text for path in ("/", "/report/1", "/differences", "/agreement", "/gold.jsonl")]
    assert [html for html in pages if "AB" in html or "corrected" in html or "field decided" in html] == []
    assert second.get("/differences/1").status_code == 404
    assert second.get("/gold.jsonl").content == b""


def test_differences_are_withheld_while_a_third_reader_is_reading(store: Store) -> None:
    store.append([*read_whole(entry(), "AB", {"tumour": "suspected"}), *read_whole(entry(), "CD")])
    store.append([decision(entry(), "tumour", reader="EF")])
    reading, fresh = client(store, reader="EF"), client(store, reader="GH")
    assert reading.get("/differences/1").status_code == 404
    assert "1 more cannot be shown" in reading.get("/differences").text
    assert fresh.get("/differences/1").status_code == 200


@pytest.mark.parametrize(
    ("form", "ruled"),
    [
        pytest.param({"take": "AB"}, ("accept", "suspected"), id="the first reader's"),
        pytest.param({"take": "CD"}, ("accept", "not_mentioned"), id="the second reader's"),
        pytest.param({"verdict": "correct", "value": "possible"}, ("correct", "possible"), id="another value"),
        pytest.param({"verdict": "uncertain"}, ("uncertain", "suspected"), id="left in dispute"),
    ],
)
def test_a_difference_is_ruled_on(form: dict[str, str], ruled: tuple[str, str], store: Store) -> None:
    store.append([*read_whole(entry(), "AB", {"tumour": "suspected"}), *read_whole(entry(), "CD")])
    page = client(store, reader="AB")
    assert "suspected" in page.get("/differences/1").text
    assert post(page, "/differences/1/tumour", HTMX, **form).status_code == 200
    assert [(d.field, d.verdict, d.value) for d in store.current() if d.part == "adjudication"] == [("tumour", *ruled)]


@pytest.mark.parametrize("form", [{"take": "EF"}, {"take": ""}, {"verdict": ""}], ids=["third", "nobody", "none"])
def test_a_ruling_for_nobody_is_refused(form: dict[str, str], store: Store) -> None:
    store.append([*read_whole(entry(), "AB", {"tumour": "suspected"}), *read_whole(entry(), "CD")])
    assert post(client(store), "/differences/1/tumour", **form).status_code == 422


def test_what_readers_agree_on_cannot_be_ruled_on(store: Store) -> None:
    store.append([*read_whole(entry(), "AB"), *read_whole(entry(), "CD")])
    assert post(client(store), "/differences/1/tumour", take="AB").status_code == 404


def test_without_a_name_the_page_asks_who_reads(store: Store) -> None:
    page = client(store, reader=None)
    assert page.get("/").headers["location"] == "/reader"
    assert post(page, "/report/1/tumour", verdict="accept").status_code == 403
    assert post(page, "/reader", name="  Zoë  Ångström ").headers["location"] == "/"
    post(page, "/report/1/tumour", verdict="accept")
    assert [d.reviewer for d in store.current()] == ["Zoë Ångström"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\u202eb"], ids=["none", "blank", "long", "turned about"])
def test_a_name_that_is_none_is_refused(name: str, store: Store) -> None:
    assert post(client(store, reader=None), "/reader", name=name).status_code == 422


def test_next_leads_to_the_next_report_with_open_fields_and_around(store: Store) -> None:
    reports = [entry(name, f"{name}.") for name in ("a", "b", "c")]
    store.append(read_whole(reports[1]))
    page = client(store, *reports)
    assert [page.get(f"/next/{number}").headers["location"] for number in (0, 1, 3)] == [
        "/report/1",
        "/report/3",
        "/report/1",
    ]
    store.append([*read_whole(reports[0]), *read_whole(reports[2])])
    assert page.get("/next/1").headers["location"] == "/"


@pytest.mark.parametrize(("show", "count"), [("all", 3), ("open", 2), ("done", 1)])
def test_the_queue_is_narrowed(show: str, count: int, store: Store) -> None:
    reports = [entry(name, f"{name}.") for name in ("a", "b", "c")]
    store.append(read_whole(reports[1]))
    assert client(store, *reports).get(f"/?show={show}").text.count('href="/report/') == count


def test_a_long_queue_is_turned_over_in_pages(store: Store) -> None:
    page = client(store, *[entry(str(number), f"{number}.") for number in range(205)])
    assert [page.get(f"/?page={number}").text.count('href="/report/') for number in (1, 3, 99)] == [100, 5, 5]


def test_a_picture_is_shown_beside_its_report_only(store: Store, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    page = client(store, entry("a", image=picture), entry("b", "b."))
    assert ['src="/report/' in page.get(f"/report/{number}").text for number in (1, 2)] == [True, False]
    answer = page.get("/report/1/image")
    assert (answer.headers["content-type"], answer.content) == ("image/png", picture.read_bytes())
    assert page.get("/report/2/image").status_code == 404


def test_a_decision_that_cannot_be_written_is_not_called_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client(store)
    store._connection.execute("PRAGMA query_only = 1")
    answer = post(page, "/report/1/tumour", HTMX, verdict="accept")
    assert (answer.status_code, "could not be written" in answer.text) == (500, True)


def test_agreement_is_shown_of_the_moment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("horad.review.agreement._REST", 0)
    page = client(store)
    assert "No report has been finished" in page.get("/agreement").text
    store.append([*read_whole(entry(), "AB", {"tumour": "suspected"}), *read_whole(entry(), "CD")])
    html = page.get("/agreement", headers=HTMX).text
    assert ("AB and CD" in html, "<html" in html) == (True, False)


def test_a_reader_who_could_see_the_other_answer_does_not_change_the_own(store: Store) -> None:
    store.append([*read_whole(entry(), "AB", {"tumour": "suspected"}), *read_whole(entry(), "CD")])
    first, third = client(store, reader="AB"), client(store, reader="EF")
    assert post(first, "/report/1/tumour", verdict="accept").status_code == 409
    assert post(first, "/report/1/maturity", verdict="uncertain").status_code == 303
    assert post(third, "/report/1/tumour", verdict="accept").status_code == 303
    assert [d.value for d in store.current() if (d.reviewer, d.field) == ("AB", "tumour")] == ["suspected"]
