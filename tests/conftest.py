"""The whole mesh for tests that need it: started once in `.local/test`, left running for the next run."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from local_stack import ports
from local_stack.fixtures import infra
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from navette.demo import stack as demo_stack
from navette.gateway import Access, Gateway

__all__ = ["infra"]


@dataclass(frozen=True)
class Mesh:
    """A running mesh with the demo's companies and people in it."""

    layout: Layout
    access: Access
    ports: dict[str, int]
    people: dict[str, str]
    clients: dict[str, str]

    def sign_in(self, name: str) -> Gateway:
        """A session of `supplier`, `buyer` or `operator`."""
        email = next(address for address in self.people if address.startswith(f"{name}@"))
        return Gateway(self.access, email=email, password=self.people[email])


@pytest.fixture(scope="session")
def mesh() -> Mesh:
    layout = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "test")
    Stack(layout).up()
    demo_stack.seed(layout)
    secrets = json.loads((layout.secrets / "demo.json").read_text())
    return Mesh(layout, Access.find(layout.run), ports.read(layout), secrets["users"], secrets["clients"])


@pytest.fixture
def examples() -> Path:
    return REPOSITORY / "examples"
