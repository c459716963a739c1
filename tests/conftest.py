"""The only conftest: the --full option, shared data outside the repository, and small reports."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from horad.records import ReportResult

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, so that a change is judged by itself; HYPOTHESIS_PROFILE=search tries new ones.
_SLOW_IS_NO_FAILURE = [HealthCheck.too_slow]
settings.register_profile(
    "fixed", derandomize=True, deadline=None, max_examples=100, suppress_health_check=_SLOW_IS_NO_FAILURE
)
settings.register_profile("search", deadline=None, max_examples=500, suppress_health_check=_SLOW_IS_NO_FAILURE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the slow tests in full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    skip = pytest.mark.skip(reason="slow: runs with --full")
    for item in items:
        if "slow" in item.keywords and "portion" not in getattr(item, "fixturenames", ()):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def portion(pytestconfig: pytest.Config) -> Callable[[int], int]:
    """How many of a slow test's cases to run: all with --full, else a tenth, the same ones every time."""
    is_full = pytestconfig.getoption("--full")
    return lambda count: count if is_full else max(1, count // 10)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data shared by several projects, beside the repository; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the shared data at {folder}")
    return folder


@pytest.fixture
def result() -> ReportResult:
    """A result that uses every part of the contract."""
    return ReportResult.model_validate_json((ROOT / "tests" / "records" / "full-result.json").read_bytes())
