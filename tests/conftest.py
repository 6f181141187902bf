"""The whole mesh for tests that need it: started once in `.local/test`, left running for the next run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actors.mesh import Mesh
from local_stack import environment, ports
from local_stack.fixtures import infra
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

__all__ = ["infra"]


def _seed(layout: Layout, example: Path) -> Path:
    """Make what the file says; returns where the passwords and client secrets are."""
    secrets = layout.secrets / example.name
    variables = environment.of(layout, ports.read(layout), "registration")
    subprocess.run(
        [sys.executable, "-m", "registration", "seed", str(example), "--secrets", str(secrets)],
        env=os.environ | variables,
        check=True,
        capture_output=True,
    )
    return secrets


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starting the mesh is not a test's own time."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.timeout(120, func_only=True))


@pytest.fixture(scope="session")
def mesh() -> Mesh:
    """Running, with the demo's companies in it and one that has nothing to do with them."""
    layout = Layout.of_tests()
    Stack(layout).up()
    examples = (REPOSITORY / "examples" / "demo.json", REPOSITORY / "tests" / "data" / "outsider.json")
    return Mesh.of(layout, *[_seed(layout, example) for example in examples])


@pytest.fixture
def examples() -> Path:
    return REPOSITORY / "examples"
