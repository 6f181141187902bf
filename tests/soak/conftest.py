"""A mesh of its own for long runs, in `.local/soak`; stopped at the end, its data left to be looked at."""

import os
from collections.abc import Generator

import pytest

from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack


@pytest.fixture(scope="session")
def soaked() -> Generator[Stack]:
    """The stack, up with every service as it is in the checkout, and with nothing of an earlier run."""
    stack = Stack(Layout.of(os.environ.get("NAVETTE_SOAK_RUN") or REPOSITORY / ".local" / "soak"))
    if stack.layout.ports_file.exists():
        stack.reset()
    stack.up()
    yield stack
    if not os.environ.get("KEEP"):
        stack.down()
