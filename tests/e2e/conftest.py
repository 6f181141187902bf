"""The demo's supplier, buyer, ERP and operator, signed in once."""

from collections.abc import Generator

import pytest

from actors.mesh import Mesh
from actors.session import Machine, Person
from actors.trade import Supplier


@pytest.fixture(scope="session")
def erp(mesh: Mesh) -> Generator[Machine]:
    """The buyer's program."""
    with mesh.erp() as machine:
        yield machine


@pytest.fixture(scope="session")
def buyer(mesh: Mesh) -> Generator[Person]:
    """Administrator and accountant of the buyer."""
    with mesh.person("buyer") as person:
        yield person


@pytest.fixture(scope="session")
def second(mesh: Mesh) -> Generator[Person]:
    """Another administrator of the buyer, who publishes what the first one wrote."""
    with mesh.person("buyer-second") as person:
        yield person


@pytest.fixture(scope="session")
def supplier(mesh: Mesh) -> Generator[Supplier]:
    """Administrator and accountant of the supplier."""
    with mesh.person("supplier") as person:
        yield Supplier(person)


@pytest.fixture(scope="session")
def operator(mesh: Mesh) -> Generator[Person]:
    """Who runs the installation."""
    with mesh.person("operator") as person:
        yield person
