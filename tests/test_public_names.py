import subprocess
import sys
from importlib.metadata import version

import pytest

import horad


def test_the_public_names_are_exact_and_sorted() -> None:
    assert horad.__all__ == ["assert_span", "load", "read", "read_many"]


@pytest.mark.parametrize("name", horad.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert callable(getattr(horad, name))
    assert name in dir(horad)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'horad' has no attribute 'nothing'"):
        horad.nothing  # noqa: B018


def test_the_version_is_that_of_the_distribution() -> None:
    assert horad.__version__ == version("horad")


def test_importing_horad_loads_nothing_heavy() -> None:
    heavy = "('spacy', 'pyarrow', 'rich', 'jinja2')"
    code = f"import sys, horad, horad.records, horad.cli.app; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
