"""What connected tests of notifications stand on: a database of their own, migrated for real, and real adapters."""

import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

import notifications
from contracts.facts import Fact
from local_stack.fixtures import Infra, infra
from local_stack.fresh import FreshDatabase, fresh_database
from mesh import migrations
from mesh.db import Database
from mesh.handlers import Prepared
from mesh.http import create_app
from mesh.mail import Mailer
from mesh.records import Received
from mesh.sequencer import Sequencer
from mesh.testing import FrozenClock
from mesh.testing_tokens import TokenIssuer, always_valid
from mesh.vault import Vault
from notifications.api import ROUTERS
from notifications.domain.targets import TargetRules
from notifications.env import Env
from notifications.handlers import handlers
from notifications.live import News
from notifications.numbering import number_items
from notifications.webhook_sender import WebhookSender

__all__ = ["infra"]

PORTAL = "https://portal.test"


@dataclass
class Running:
    """Notifications without its processes: handlers, numbering and queues are run by the test, step by step."""

    fresh: FreshDatabase
    env: Env
    app: FastAPI
    issuer: TokenIssuer
    system: FrozenClock

    async def handle(self, *facts: Received[Fact]) -> None:
        """Handle facts as a consumer does: each in a transaction, projections first."""
        for received in facts:
            handler = handlers.find(received.envelope.type)
            assert handler is not None, received.envelope.type
            async with self.env.pipeline.transaction() as tx:
                for project in handler.projectors:
                    await project(tx, [received], self.env)
                if handler.record is not None:
                    given = [Prepared(received, None)] if handler.prepare else [received]
                    await handler.record(tx, given, self.env)

    async def number(self) -> int:
        """Number everything that is there."""
        sequencer = Sequencer(self.env.pipeline, "feed", lambda tx: number_items(tx, self.env))
        total = 0
        while numbered := await sequencer.once():
            total += numbered
        return total

    async def emitted(self) -> list[tuple[str, dict[str, object]]]:
        """Type and payload of every fact that left, in order."""
        import orjson

        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows("select headers ->> 'ce_type' as type, payload from outbox order by seq")
        return [(row["type"], orjson.loads(bytes(row["payload"]))) for row in rows]

    def client(self, headers: dict[str, str]) -> AsyncClient:
        """A client of the HTTP application in this process."""
        return AsyncClient(transport=ASGITransport(self.app), base_url="https://api.test", headers=headers)


@pytest.fixture
async def running(infra: Infra) -> AsyncGenerator[Running]:
    service = "notifications"
    async with fresh_database(infra, service) as fresh:
        folder = Path(notifications.__file__).parent / "migrations"
        await migrations.migrate(SecretStr(fresh.dsn("owner")), service, folder)
        api = Database(SecretStr(fresh.dsn("api")), service=service, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=service, role="pipeline")
        system, issuer = FrozenClock(), TokenIssuer()
        targets = TargetRules(loopback=True)
        env = Env(
            api=api,
            pipeline=pipeline,
            vault=Vault([os.urandom(32)]),
            mailer=Mailer("127.0.0.1", infra.smtp_port, sender="Navette <no-reply@navette.test>", public_url=PORTAL),
            webhooks=WebhookSender(targets),
            targets=targets,
            news=News(pipeline),
            clock=FrozenClock(),
            system=system,
            valid_from=always_valid,
            public_url=PORTAL,
            holder="notifications-0",
        )
        app = create_app(
            title="Navette notifications",
            service=service,
            routers=ROUTERS,
            authenticator=issuer.authenticator(service),
            database=api,
            state={"env": env},
        )
        try:
            yield Running(fresh, env, app, issuer, system)
        finally:
            await env.webhooks.close()
            await api.close()
            await pipeline.close()
