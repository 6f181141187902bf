"""A mesh for the chaos run alone, in `.local/chaos` (`NAVETTE_CHAOS_RUN`): new at the begin, gone at the end.

Also when the run fails or is interrupted: what is needed to understand it is copied before. `KEEP=1` leaves it running.
"""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def armory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where crash sites are armed: a folder a service, a file a site (`mesh.crash`)."""
    return tmp_path_factory.mktemp("armory")


@pytest.fixture(scope="session")
def stack(armory: Path) -> Generator[Stack]:
    """The stack, up with every service as it is in the checkout, each looking for its crash sites."""
    stack = Stack(Layout.of(os.environ.get("NAVETTE_CHAOS_RUN") or REPOSITORY / ".local" / "chaos"))
    if stack.layout.ports_file.exists():
        stack.reset()
    before = signal.signal(signal.SIGTERM, _interrupted)
    os.environ["NAVETTE_CRASH_FOLDER"] = str(armory)
    try:
        stack.up()
        yield stack
    finally:
        if not os.environ.get("KEEP"):
            stack.reset()
        signal.signal(signal.SIGTERM, before)
        del os.environ["NAVETTE_CRASH_FOLDER"]
