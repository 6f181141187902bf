"""The whole mesh for tests that need it: started once in `.local/test`, left running for the next run."""

from pathlib import Path

import pytest

from actors.mesh import Mesh
from actors.stack import peopled, up
from local_stack.fixtures import infra
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

__all__ = ["infra"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starting the mesh is not a test's own time."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.timeout(120, func_only=True))


@pytest.fixture(scope="session")
def mesh() -> Mesh:
    """Running, with the demo's companies in it and one that has nothing to do with them."""
    return peopled(up(Stack(Layout.of_tests())))


@pytest.fixture
def examples() -> Path:
    return REPOSITORY / "examples"
