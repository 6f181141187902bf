"""A stack with every service, ready for tests: people in it, and crash sites that can be armed."""

import os
import subprocess
import sys
from pathlib import Path

from actors.mesh import Mesh
from local_stack import environment, ports
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

_PEOPLE = (REPOSITORY / "examples" / "demo.json", REPOSITORY / "tests" / "data" / "outsider.json")


def armory(of: Layout) -> Path:
    """Where crash sites of a stack's services are armed: a folder a service, a file a site (`mesh.crash`)."""
    return of.run / "crash"


def up(stack: Stack) -> Stack:
    """Every service as it is in the checkout, each looking for its crash sites: whoever arms none meets none."""
    os.environ["NAVETTE_CRASH_FOLDER"] = str(armory(stack.layout))
    stack.up()
    return stack


def holds_a_mesh(stack: Stack) -> bool:
    """Whether the services ever ran there, not the infrastructure alone."""
    return (stack.layout.run / "done").exists()


def seed(of: Layout, example: Path) -> Path:
    """Make what the file says; returns where the passwords and client secrets are."""
    secrets = of.secrets / example.name
    subprocess.run(
        [sys.executable, "-m", "registration", "seed", str(example), "--secrets", str(secrets)],
        env=os.environ | environment.of(of, ports.read(of), "registration"),
        check=True,
        capture_output=True,
    )
    return secrets


def peopled(stack: Stack) -> Mesh:
    """The mesh of a running stack, with the demo's companies in it and one that has nothing to do with them."""
    return Mesh.of(stack.layout, *[seed(stack.layout, example) for example in _PEOPLE])
