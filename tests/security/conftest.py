"""What the tenant matrix is about, and the superuser's view: what the mesh itself cannot hide from its tests."""

from collections.abc import AsyncGenerator, Generator
from typing import Any, cast

import asyncpg
import pytest

from actors import subject as subjects
from actors.case import Subject
from actors.mesh import Mesh
from actors.trade import Supplier
from local_stack import postgres


@pytest.fixture
async def superuser(mesh: Mesh) -> AsyncGenerator[Any]:
    """A connection that sees every row."""
    connection: Any = cast(Any, await asyncpg.connect(postgres.superuser_dsn(mesh.layout, "navette")))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def subject(mesh: Mesh) -> Generator[Subject]:
    """Objects of the demo's companies."""
    with mesh.erp() as erp, mesh.person("buyer") as buyer, mesh.person("supplier") as supplier:
        made = subjects.make(erp, buyer, Supplier(supplier))
        yield made
        subjects.put_away(buyer, made)
