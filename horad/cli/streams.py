"""The two streams: data on stdout as UTF-8 whatever the terminal says, words on stderr."""

import sys

_EXIT_QUARANTINED = 1
_EXIT_UNREADABLE = 2


def complain(message: str) -> None:
    """One line on stderr."""
    print(f"horad: {' '.join(message.split())}", file=sys.stderr)


def say(message: str) -> None:
    """One line on stderr, without a name in front: progress and results in words."""
    print(message, file=sys.stderr)


def emit(data: bytes) -> None:
    """Data on stdout."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def exit_code(*, read: int, rejected: int) -> int:
    """The exit code after reading: all clean, some rejected, or nothing readable."""
    if rejected == 0:
        return 0
    return _EXIT_QUARANTINED if read else _EXIT_UNREADABLE
