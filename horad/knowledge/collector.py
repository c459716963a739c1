"""Loading without the garbage collector, which would walk over all that was loaded again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector while much is made that stays; use it as a decorator or in a ``with`` block.

    What is there at the end of the outermost pause is taken out of its later walks (``gc.freeze``).
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.freeze()
            gc.enable()
