"""Time without Python's own tidying up: what other tests left behind is not what the measured code costs."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Generator[None]:
    """The garbage collector rests; all that lay about was collected before."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
