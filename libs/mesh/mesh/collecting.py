"""Python's garbage collector, set for a process that serves for long."""

import gc

_THRESHOLDS = (20_000, 20, 50)


def settle() -> None:
    """Leave what start-up made out of every later collection, and collect less often.

    A batch of facts makes tens of thousands of short-lived objects without cycles; with Python's own thresholds they
    provoke full collections that walk all modules, classes and schemas.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
