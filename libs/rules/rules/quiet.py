"""Garbage collection put off for the length of one document."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Generator[None]:
    """A document's tree is tens of thousands of objects that all go together: looking for garbage among them costs a
    third of a check, and finds none. May be nested.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
