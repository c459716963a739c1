"""What the tests of ``horad.confine`` call in the child."""

import os
import signal
import time


def doubled(number: int) -> int:
    return 2 * number


def process() -> int:
    return os.getpid()


_PREPARED: list[int] = []


def prepare() -> None:
    _PREPARED.append(1)


def prepared() -> int:
    return len(_PREPARED)


def noisy() -> str:
    print("this must not mix with the answer")  # noqa: T201 - that is the case
    return "answer"


def greedy(size: int) -> int:
    return len(bytearray(size))


def endless() -> None:
    while True:
        time.sleep(0.05)


def fatal() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def failing(secret: str) -> None:
    raise ValueError(secret)


def deep() -> int:
    return 1 + deep()
