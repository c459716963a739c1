"""Work on untrusted files in a child process, under limits of memory and time.

A crafted PDF, workbook or image can make its parser take gigabytes, run for ever or abort the process. Such a parser
runs here, in a child that answers one call after the other; what goes wrong there is a ``ConfinedError`` here, and the
next call gets a new child. Arguments and answers are JSON, so that a child that was taken over can send nothing but
data. Large arrays go through a file whose path is an argument.
"""

import contextlib
import gc
import importlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any, Literal, Self

from horad.errors import HoradError

Cause = Literal["memory", "time", "crash", "error"]

_START_SECONDS = 60.0
_PARENT_DIED = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
_KILL = 9


class ConfinedError(HoradError):
    """A confined call gave no answer; ``cause`` says whether memory, time, a crash or an exception ended it."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Confined:
    """A child process that answers calls one after another, each within ``seconds`` and ``memory_bytes``.

    The limit on memory is one on address space, and needs a system that has such limits; the one on time always holds.
    ``imports`` are modules that the child loads before its first call, as far as they are installed; ``prepare`` is a
    module-level function that it then calls, for what its libraries do on first use.
    """

    def __init__(
        self,
        *,
        memory_bytes: int,
        seconds: float,
        imports: Sequence[str] = (),
        prepare: Callable[[], object] | None = None,
    ) -> None:
        self._memory_bytes, self._seconds, self._imports = memory_bytes, seconds, imports
        self._prepare = "" if prepare is None else _name(prepare)
        self._is_ready = False
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The JSON answer of a module-level function, called in the child with JSON arguments.

        Raises:
            ConfinedError: if the call ran out of memory or time, ended the child, or raised; no message quotes content.
        """
        child = self._running()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps([_name(function), arguments]).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            raise self._ended() from None
        return self._answer(self._seconds)

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._child = None

    def start(self) -> None:
        """Start the child without waiting for it, so that it gets ready while other work is done."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._answers, self._is_ready = queue.SimpleQueue(), False
            # -P and the parent's own path: a file in the current folder must not pass for a module.
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **_ONE_THREAD}
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", __name__, str(self._memory_bytes), self._prepare, *self._imports],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            threading.Thread(target=_drain, args=(self._child.stdout, self._answers), daemon=True).start()

    def _running(self) -> subprocess.Popen[bytes]:
        self.start()
        if not self._is_ready:
            self._answer(_START_SECONDS)
            self._is_ready = True
        assert self._child is not None
        return self._child

    def _answer(self, seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise ConfinedError("time", f"took longer than {seconds:g} s") from None
        if not line:
            raise self._ended()
        answer = json.loads(line)
        if "failure" in answer:
            cause: Cause = "memory" if answer["failure"] == "MemoryError" else "error"
            what = "needs more memory than is allowed" if cause == "memory" else f"raised {answer['failure']}"
            raise ConfinedError(cause, what)
        return answer["answer"]

    def _ended(self) -> ConfinedError:
        self.close()
        return ConfinedError("crash", "ended the process that read it")


# Numeric libraries reserve address space for every thread.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _drain(pipe: IO[bytes] | None, answers: "queue.SimpleQueue[bytes]") -> None:
    assert pipe is not None
    with contextlib.suppress(OSError, ValueError):
        while line := pipe.readline():
            answers.put(line)
    answers.put(b"")


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def _serve(memory_bytes: int, prepare: str, imports: Sequence[str]) -> None:
    """The child: answer calls until the parent closes the pipe."""
    die_with_parent()
    _limit_memory(memory_bytes)
    # What a library prints must not mix with the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _get_ready(prepare, imports)
    _send(answers, {"answer": "ready"})
    for line in sys.stdin.buffer:
        name, arguments = json.loads(line)
        try:
            _send(answers, {"answer": _function(name)(*arguments)})
        except (Exception, RecursionError) as error:  # noqa: BLE001 - only its type may leave: a message may quote content
            _send(answers, {"failure": type(error).__name__})


def _get_ready(prepare: str, imports: Sequence[str]) -> None:
    """Load what the calls need, without the garbage collector, which would walk over all of it again and again."""
    gc.disable()
    for module in imports:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    if prepare:
        with contextlib.suppress(Exception):  # what is wrong shows in the call
            _function(prepare)()
    gc.freeze()
    gc.enable()


def _send(answers: IO[bytes], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Have the system end this process when its parent ends, where it can."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - Linux only

        ctypes.CDLL(None).prctl(_PARENT_DIED, _KILL)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
