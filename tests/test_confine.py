import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from horad.confine import Confined, ConfinedError
from tests import confined_calls


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    with Confined(memory_bytes=1_000_000_000, seconds=3) as child:
        yield child


def test_an_answer_comes_back_from_another_process(confined: Confined) -> None:
    assert confined.call(confined_calls.doubled, 21) == 42
    assert confined.call(confined_calls.process) != os.getpid()


def test_one_child_answers_call_after_call(confined: Confined) -> None:
    assert confined.call(confined_calls.process) == confined.call(confined_calls.process)


def test_what_the_child_prints_does_not_mix_with_its_answer(confined: Confined) -> None:
    assert confined.call(confined_calls.noisy) == "answer"


@pytest.mark.parametrize(
    ("function", "arguments", "cause", "message"),
    [
        pytest.param(
            confined_calls.greedy, [4_000_000_000], "memory", "needs more memory than is allowed", id="memory"
        ),
        pytest.param(confined_calls.endless, [], "time", "took longer than 3 s", id="time"),
        pytest.param(confined_calls.fatal, [], "crash", "ended the process that read it", id="crash"),
        pytest.param(confined_calls.failing, ["John Doe"], "error", "raised ValueError", id="error, content unquoted"),
        pytest.param(confined_calls.deep, [], "error", "raised RecursionError", id="recursion"),
    ],
)
def test_what_goes_wrong_is_told_and_the_next_call_is_answered(
    confined: Confined, function: Callable[..., Any], arguments: list[Any], cause: str, message: str
) -> None:
    with pytest.raises(ConfinedError, match=f"^{message}$") as raised:
        confined.call(function, *arguments)
    assert raised.value.cause == cause
    assert confined.call(confined_calls.doubled, 1) == 2


@pytest.mark.parametrize("prepare", [confined_calls.prepare, confined_calls.deep])
def test_a_child_prepares_itself_once_before_its_first_call(prepare: Callable[[], object]) -> None:
    with Confined(memory_bytes=1_000_000_000, seconds=3, prepare=prepare) as child:
        assert [child.call(confined_calls.prepared) for _ in range(2)] == [int(prepare is confined_calls.prepare)] * 2


def test_a_child_dies_with_its_parent() -> None:
    program = (
        "from horad.confine import Confined; from tests import confined_calls; import os, signal\n"
        "child = Confined(memory_bytes=10**9, seconds=9)\n"
        "print(child.call(confined_calls.process), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    child = int(ended.stdout)
    deadline = time.monotonic() + 10
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as status:  # noqa: PTH123
            return status.read().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False
