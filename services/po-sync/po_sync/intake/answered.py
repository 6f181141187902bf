"""Whether orders are answered: asked for each invoice of a batch side by side, and looked up once for all of them."""

import asyncio
from uuid import UUID

from mesh.db import Database
from po_sync.store import orders


class Answered:
    """Questions of one process; what is asked while no look has begun is answered by the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: set[UUID] = set()
        self._next: asyncio.Task[set[UUID]] | None = None

    async def has(self, order_id: UUID) -> bool:
        """Whether the supplier answered this order, as far as it is known now."""
        self._asked.add(order_id)
        if self._next is None:
            self._next = asyncio.create_task(self._look())  # begins when all that are prepared beside have asked
        return order_id in await asyncio.shield(self._next)

    async def _look(self) -> set[UUID]:
        asked, self._asked, self._next = self._asked, set(), None
        return await orders.answered(self._database, asked)
