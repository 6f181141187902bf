"""One gateway for all live tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from gateway.testing.edge import NAMES, Edge, running_edge
from gateway.testing.serving import free_ports


@pytest.fixture(scope="session")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with running_edge(tmp_path_factory.mktemp("gateway"), free_ports(NAMES)) as running:
        yield running
