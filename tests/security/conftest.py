"""What the tenant matrix is about, and the superuser's view: what the mesh itself cannot hide from its tests."""

from collections.abc import AsyncGenerator, Generator
from typing import Any, cast

import asyncpg
import pytest

from actors import subject as subjects
from actors.case import Subject
from actors.mesh import Mesh
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
    with subjects.subject(mesh) as made:
        yield made
