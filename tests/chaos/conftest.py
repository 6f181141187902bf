"""The stack of the tests, with a mesh in which nothing has happened yet; left running to be looked at."""

import pytest

from actors.stack import holds_a_mesh, up
from local_stack.layout import Layout
from local_stack.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    """Up, and empty: what earlier tests left would be judged with this run."""
    stack = Stack(Layout.of_tests())
    if holds_a_mesh(stack):
        stack.reset()
    return up(stack)
