"""Brings the mesh up and the demo's companies into it."""

import os
import subprocess
import sys
from pathlib import Path

from local_stack import environment, ports
from local_stack.layout import REPOSITORY, Layout
from navette.errors import CommandError


def run(*command: str, **variables: str) -> None:
    """Run a command with its output shown. Raises CommandError when it fails."""
    done = subprocess.run(command, cwd=REPOSITORY, env=os.environ | variables, check=False)
    if done.returncode:
        raise CommandError(f"`{' '.join(command)}` failed ({done.returncode}); its own words are above.")


def up(layout: Layout) -> None:
    """Start whatever does not run."""
    run(sys.executable, "-m", "local_stack", "up", "--run", str(layout.run))


def seed(layout: Layout) -> None:
    """Create the demo's companies, people and the buyer's ERP client; doing it again changes nothing."""
    secrets = layout.secrets / "demo.json"
    variables = environment.of(layout, ports.read(layout), "registration")
    example = REPOSITORY / "examples" / "demo.json"
    run(sys.executable, "-m", "registration", "seed", str(example), "--secrets", str(secrets), **variables)


def repository_file(*parts: str) -> Path:
    """A file of the checkout."""
    return REPOSITORY.joinpath(*parts)
