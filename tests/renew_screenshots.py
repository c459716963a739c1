"""Draw the pictures of the pages in ``docs/`` again: ``python -m tests.renew_screenshots``. Look at each of them.

They show the sample reports only, in Debian's chromium.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from horad.review.reports import Entry
from horad.review.store import Store
from horad.run.one import read
from horad.writers.html import page as report_page
from tests.review.made import read_whole
from tests.review.served import chromium, in_thread

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_DESK, _TABLET = {"width": 1280, "height": 720}, {"width": 768, "height": 1024}
_OTHER = {
    "maturity": "maturing",
    "tumour": "possible",
    "features": {"cortical_rim": "present", "cortical_destruction": "absent"},
}


def samples() -> list[Entry]:
    """The sample reports with their results of today."""
    files = sorted((ROOT / "sample_data" / "reports").glob("*.txt"))
    texts = {file.stem: file.read_bytes().decode() for file in files}
    return [Entry(read(text, id=name), text) for name, text in texts.items()]


@contextmanager
def opened(browser: Any, address: str, size: dict[str, int]) -> Iterator[Any]:
    """A page of a size at an address."""
    context = browser.new_context(viewport=size, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def draw_review(browser: Any, entries: Sequence[Entry], folder: Path) -> None:
    """The review page at a desk and on a tablet, a correction, the differences and the agreement."""
    with Store(folder / "decisions.sqlite") as store, in_thread(store, entries) as address:
        home = address.partition("?")[0]
        with opened(browser, address, _DESK) as page:
            page.goto(f"{home}report/2")
            page.wait_for_selector("#field-ho_status.current")
            for name in ("ho_status", "sites"):
                page.keyboard.press("a")
                page.wait_for_selector(f"#field-{name}.decided")
            for _ in range(3):
                page.keyboard.press("j")
            page.screenshot(path=DOCS / "review.png")
            page.goto(f"{home}report/5")
            page.wait_for_selector("#field-ho_status.current")
            page.keyboard.press("j")
            page.keyboard.press("c")
            page.screenshot(path=DOCS / "review_correct.png")
        with opened(browser, address, _TABLET) as page:
            page.goto(f"{home}report/15")
            page.wait_for_selector("#field-ho_status.current")
            page.keyboard.press("j")
            page.screenshot(path=DOCS / "review_tablet.png")
        for entry in entries[:6]:
            store.append([*read_whole(entry, "AB"), *read_whole(entry, "CD", _OTHER if entry is entries[0] else {})])
        with opened(browser, address, _DESK) as page:
            page.goto(f"{home}differences/1")
            page.wait_for_selector("#field-maturity.current")
            page.screenshot(path=DOCS / "review_differences.png")
            page.goto(f"{home}agreement")
            page.screenshot(path=DOCS / "review_agreement.png")


def draw_report(browser: Any, entry: Entry, folder: Path) -> None:
    """The page that ``horad read --html`` writes."""
    file = folder / "report.html"
    file.write_text(report_page([(entry.result, entry.text)]), "utf-8")
    with opened(browser, file.as_uri(), {"width": 1280, "height": 1000}) as page:
        page.screenshot(path=DOCS / "report.png")


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, chromium() as launched:
        found = samples()
        draw_review(launched, found, Path(place))
        draw_report(launched, found[0], Path(place))
