"""A service of the running mesh once more, in this process, with one of the walls between tenants taken away.

It works on the mesh's database and object store and runs no consumer, publisher or job. Only what reads is asked for.
"""

import importlib
import os
from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any, Literal
from unittest.mock import patch
from uuid import UUID

import httpx

from actors.mesh import BUYER, SUPPLIER, Mesh
from local_stack import environment, ports, postgres
from local_stack.roles import package_of
from mesh.session import Session

Wall = Literal["filter", "row policies"]


@contextmanager
def _without_filter() -> Generator[None]:
    """Each transaction sees the rows of the subject's companies too, whoever asks; validation, which reads rulebooks as
    its pipeline, takes every unit for the asker's own."""
    begin = Session.begin

    async def all_of_them(session: Session, companies: Collection[UUID] | None = None, **how: bool) -> None:
        await begin(session, companies if companies is None else [*companies, BUYER, SUPPLIER], **how)

    async def anybodys(*_: object) -> bool:
        return True

    with patch.object(Session, "begin", all_of_them), patch("validation.api.reading.owns", anybodys):
        yield


@asynccontextmanager
async def service_without(mesh: Mesh, service: str, wall: Wall | None) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who talks to the service; `None` leaves both walls where they are."""
    variables = environment.of(mesh.layout, ports.read(mesh.layout), service)
    if wall == "row policies":  # no policy binds a superuser
        variables[f"{environment.prefix(service)}DATABASE_API"] = postgres.superuser_dsn(mesh.layout, "navette")
    with patch.dict(os.environ, variables):
        running: Any = importlib.import_module(f"{package_of(service)}.app").build()
    if running.start is not None:
        await running.start()
    transport = httpx.ASGITransport(app=running.app)
    try:
        async with (
            running.app.router.lifespan_context(running.app),
            httpx.AsyncClient(transport=transport, base_url="https://service.test", timeout=60) as client,
        ):
            with _without_filter() if wall == "filter" else nullcontext():
                yield client
    finally:
        await running.api.close()
        await running.pipeline.close()
        if running.close is not None:
            await running.close()
