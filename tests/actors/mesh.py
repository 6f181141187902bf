"""The running mesh, and the way to become somebody in it."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from actors.session import Machine, Nobody, Person
from local_stack import ports
from local_stack.layout import REPOSITORY, Layout
from navette.gateway import Access, Gateway

BUYER = UUID("019a0000-0000-7000-8000-000000000001")
SUPPLIER = UUID("019a0000-0000-7000-8000-000000000002")
OUTSIDER = UUID("019a0000-0000-7000-8000-000000000004")
UNIT = UUID("019a0000-0000-7000-8000-000000000011")
ERP = "erp-brasseries-du-rhin"
EXAMPLES = REPOSITORY / "examples"


@dataclass(frozen=True)
class Mesh:
    """A running mesh with the demo's companies and people in it, and those of `tests/data/outsider.json`."""

    layout: Layout
    access: Access
    people: dict[str, str]
    clients: dict[str, str]

    @classmethod
    def of(cls, layout: Layout, *secrets: Path) -> "Mesh":
        """The mesh of a layout; `secrets` are the files that seeding wrote."""
        found = [json.loads(file.read_text()) for file in secrets]
        people = {name: secret for each in found for name, secret in each["users"].items()}
        clients = {name: secret for each in found for name, secret in each["clients"].items()}
        return cls(layout, Access.find(layout.run), people, clients)

    @cached_property
    def ports(self) -> dict[str, int]:
        """Where each part listens."""
        return ports.read(self.layout)

    def sign_in(self, name: str) -> Gateway:
        """The command line's session of `supplier`, `buyer` or `operator`."""
        email = self._email(name)
        return Gateway(self.access, email=email, password=self.people[email])

    def person(self, name: str) -> Person:
        """Somebody signed in with a browser: `supplier`, `buyer`, `operator`, `outsider`, `buyer-viewer` …"""
        email = self._email(name)
        return Person(self.access, email, self.people[email])

    def machine(self, client_id: str, *, audience: str = "") -> Machine:
        """A program with client credentials; with `audience` it shows that one token everywhere."""
        return Machine(self.access, client_id, self.clients[client_id], audience=audience)

    @contextmanager
    def erp(self) -> Generator[Machine]:
        """The buyer's ERP."""
        with self.machine(ERP) as machine:
            yield machine

    def nobody(self) -> Nobody:
        """Somebody without credentials."""
        return Nobody(self.access)

    def _email(self, name: str) -> str:
        return next(address for address in self.people if address.startswith(f"{name}@"))
