"""A mesh of its own for the chaos run, in `.local/chaos`; left running, and taken down with `local_stack down`."""

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from actors.mesh import Mesh
from local_stack import environment, ports
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Generator[Stack]:
    """The stack, up with every service as it is in the checkout."""
    stack = Stack(Layout.of(os.environ.get("NAVETTE_CHAOS_RUN") or REPOSITORY / ".local" / "chaos"))
    stack.up()
    yield stack
    if not os.environ.get("KEEP"):
        stack.down()


@pytest.fixture(scope="session")
def chaotic(stack: Stack) -> Mesh:
    """The demo's companies and people in it."""
    layout = stack.layout
    example: Path = REPOSITORY / "examples" / "demo.json"
    secrets = layout.secrets / example.name
    subprocess.run(
        [sys.executable, "-m", "registration", "seed", str(example), "--secrets", str(secrets)],
        env=os.environ | environment.of(layout, ports.read(layout), "registration"),
        check=True,
        capture_output=True,
    )
    return Mesh.of(layout, secrets)
