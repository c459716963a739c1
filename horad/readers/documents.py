"""Documents whose parsers may be driven to excess: read in a child process under limits, one child for all of them."""

import atexit
import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from horad.confine import Confined, ConfinedError
from horad.errors import HoradError, RecordError
from horad.knowledge.sources import load_limits

_REASONS = {
    "memory": "needs more memory to be read than is allowed; it may be made to do harm",
    "time": "takes longer to be read than is allowed; it may be made to do harm",
    "crash": "ends the process that reads it; it may be made to do harm",
    "error": "is damaged, or not of the form it claims",
}


def confined(function: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of a parser, called in the child: ``{"problem": reason}`` where it refuses.

    Raises:
        RecordError: if the parser refused, failed, or went beyond a limit.
    """
    try:
        answer = _child().call(function, *arguments)
    except ConfinedError as error:
        raise RecordError(_REASONS[error.cause]) from None
    if problem := answer.get("problem"):
        raise RecordError(problem)
    return answer


def refuse_large(path: Path) -> None:
    """Refuse a file that is larger than documents may be.

    Raises:
        RecordError: saying how large it may be.
    """
    most = load_limits().documents.file_bytes
    if path.stat().st_size > most:
        raise RecordError(f"is larger than {most // 1_000_000} MB, the most a document may have")


def need(module: str, what: str) -> None:
    """Refuse a form whose library is not installed.

    Raises:
        HoradError: with the line that installs it.
    """
    if importlib.util.find_spec(module) is None:
        raise HoradError(f"{what} needs an extra: pip install 'horad[documents]'")


@functools.cache
def _child() -> Confined:
    limits = load_limits().documents
    child = Confined(memory_bytes=limits.memory_bytes, seconds=limits.seconds)
    atexit.register(child.close)
    return child
