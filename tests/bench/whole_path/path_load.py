"""A supplier's software that sends as fast as it is let: one invoice of one line after the other."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx

from actors.documents import fresh, order_xml
from actors.mesh import ERP, Mesh
from actors.trade import Supplier, publish
from local_stack.fixtures import describe
from local_stack.layout import Layout

_ENOUGH: Final = "10000000"
"""Quantity of an order's first line: more than any run invoices."""
_LOOK: Final = 2.0
"""Seconds; looking is work for the database too."""
_STATES: Final = "select state, count(*) from invoicing.invoice where number like 'WP-%' group by state"
_WAITING: Final = """select count(*) from invoicing.submission s join invoicing.invoice i on i.id = s.invoice_id
    where i.state not in ('delivered', 'failed', 'cancelled')"""
Place = tuple[str, dict[str, Any]]
"""An order, and one unit of its first line as a draft takes it."""


class Load:
    """The clients, and what became of what they sent."""

    def __init__(self, http: httpx.AsyncClient, database: Any, places: list[Place]) -> None:
        self.refused = 0
        self._http = http
        self._database = database
        self._alone = asyncio.Lock()
        self._places = places
        self._open = asyncio.Event()
        self._over = False

    @classmethod
    async def begun(cls, layout: Layout, mesh: Mesh, orders: int = 4) -> "Load":
        """With orders that have arrived at the supplier, who is signed in."""
        http, places = await asyncio.to_thread(_prepared, mesh, orders)
        database = await asyncpg.connect(describe(layout).superuser_dsn.replace("/postgres?", "/navette?", 1))
        return cls(http, database, places)

    async def close(self) -> None:
        """Close what it opened."""
        await self._http.aclose()
        await self._database.close()

    async def ended(self) -> dict[str, int]:
        """How many of this bench's invoices are delivered, and how many failed."""
        async with self._alone:
            found: dict[str, int] = dict(await self._database.fetch(_STATES))
        return {state: found.get(state, 0) for state in ("delivered", "failed")}

    async def calm(self, seconds: float = 120) -> None:
        """Wait until nothing is under way. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                if not await self._waiting():
                    return
                await asyncio.sleep(_LOOK)

    @asynccontextmanager
    async def clients(self, count: int, waiting: int) -> AsyncGenerator[None]:
        """So many clients send while the block runs; they pause while more than `waiting` are under way."""
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self._client(number))
            gate = group.create_task(self._gate(waiting))
            yield
            gate.cancel()
            self._over = True
            self._open.set()

    async def _waiting(self) -> int:
        async with self._alone:
            return await self._database.fetchval(_WAITING)

    async def _gate(self, waiting: int) -> None:
        while True:
            if await self._waiting() > waiting:
                self._open.clear()
            else:
                self._open.set()
            await asyncio.sleep(_LOOK)

    async def _client(self, number: int) -> None:
        order_id, line = self._places[number % len(self._places)]
        while not self._over:
            await self._open.wait()
            body = {"order_id": order_id, "document": {"number": fresh("WP"), "lines": [line]}}
            answer = await self._http.post("/v1/invoices/submit", json=body, headers=_key())
            self.refused += not answer.is_success


def _key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


def _prepared(mesh: Mesh, orders: int) -> tuple[httpx.AsyncClient, list[Place]]:
    with mesh.machine(ERP) as erp, mesh.person("supplier") as person:
        supplier, places = Supplier(person), list[Place]()
        for _ in range(orders):
            number = fresh("CMD")
            publish(erp, order_xml(number, quantity=_ENOUGH))
            order_id = supplier.order(number)["id"]
            draft = supplier.draft(order_id, fresh("T"))
            lines = person.get(f"/v1/invoices/{draft['id']}")["draft"]["lines"]
            places.append((order_id, next(each for each in lines if each["order_line"]["line"] == "10")))
        authority = person.access.authority
        trust = ssl.create_default_context(cafile=str(authority) if authority else None)
        http = httpx.AsyncClient(
            base_url=person.access.url,
            cookies=person.http.cookies,
            headers={"origin": person.access.url},
            verify=trust,
            timeout=60,
        )
    return http, [(order_id, line | {"quantity": "1"}) for order_id, line in places]
