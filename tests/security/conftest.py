"""The superuser's view of the database: what the mesh itself cannot hide from its tests."""

from collections.abc import AsyncGenerator
from typing import Any, cast

import asyncpg
import pytest

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
