"""Notifications without its processes: a test runs handlers, numbering and queues step by step."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contracts.facts import Fact
from contracts.registration import Role
from mesh.records import Received
from mesh.sequencer import Sequencer
from mesh.testing import FrozenClock
from mesh.testing_tokens import TokenIssuer
from notifications import mail_queue, webhook_queue
from notifications.env import Env
from notifications.handlers import handlers
from notifications.numbering import number_items


@dataclass
class Running:
    """One installation over a database of its own."""

    env: Env
    app: FastAPI
    issuer: TokenIssuer
    system: FrozenClock
    sequencer: Sequencer = field(init=False)

    def __post_init__(self) -> None:
        self.sequencer = Sequencer(self.env.pipeline, "feed", lambda tx: number_items(tx, self.env))

    async def handle(self, *facts: Received[Fact]) -> None:
        """Handle facts as a consumer does: each in a transaction, projections first."""
        for received in facts:
            handler = handlers.find(received.envelope.type)
            assert handler is not None, received.envelope.type
            async with self.env.pipeline.transaction() as tx:
                for project in handler.projectors:
                    await project(tx, [received], self.env)
                if handler.record is not None:
                    await handler.record(tx, [received], self.env)

    async def number(self) -> int:
        """Number everything that is there; returns how many items that were."""
        total = 0
        while numbered := await self.sequencer.once():
            total += numbered
        return total

    async def send_webhooks(self) -> int:
        """Send what is due to webhooks now; returns how much that was."""
        return await webhook_queue.dispatcher(self.env).once()

    async def send_mails(self) -> int:
        """Send the mails that are due now; returns how many."""
        return await mail_queue.dispatcher(self.env).once()

    async def emitted(self, type_name: str) -> list[dict[str, Any]]:
        """The payloads of every fact of a type that left, in order."""
        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows(
                "select payload from outbox where headers ->> 'ce_type' = :type order by seq",
                type=f"navette.{type_name}.v1",
            )
        return [orjson.loads(bytes(row["payload"])) for row in rows]

    def person(self, company_id: UUID, *roles: Role, user_id: UUID | None = None) -> AsyncClient:
        """The API as a person of a company sees it."""
        return self._client(company_id, *roles, subject=user_id or uuid4())

    def machine(self, company_id: UUID, *scopes: str) -> AsyncClient:
        """The API as a company's program sees it."""
        return self._client(company_id, subject="erp-1", kind="client", scopes=scopes)

    def _client(self, company_id: UUID, *roles: Role, **token: Any) -> AsyncClient:
        headers = self.issuer.headers("notifications", company_id, *roles, **token)
        return AsyncClient(transport=ASGITransport(self.app), base_url="https://api.test", headers=headers)
