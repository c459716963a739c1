import inspect

import pytest

from horad import errors

ERRORS = [item for _, item in inspect.getmembers(errors, inspect.isclass) if item.__module__ == errors.__name__]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_a_horad_error_and_stands_in_the_tree(error: type[Exception]) -> None:
    assert issubclass(error, errors.HoradError)
    assert error.__name__ in (errors.__doc__ or "")
