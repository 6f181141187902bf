"""What connected tests of notifications stand on: a database of their own, migrated for real, and real adapters."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from pydantic import SecretStr

import notifications
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.http import create_app
from mesh.mail import Mailer
from mesh.testing import FrozenClock
from mesh.testing_tokens import TokenIssuer, always_valid
from mesh.vault import Vault
from notifications.api import ROUTERS
from notifications.domain.targets import TargetRules
from notifications.env import Env
from notifications.live import News
from notifications.testing.running import Running
from notifications.webhook_sender import WebhookSender

__all__ = ["infra"]

SERVICE = "notifications"
PORTAL = "https://portal.test"


@pytest.fixture
async def running(infra: Infra) -> AsyncGenerator[Running]:
    folder = Path(notifications.__file__).parent / "migrations"
    async with fresh_database(infra, SERVICE, folder) as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service=SERVICE, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=SERVICE, role="pipeline")
        system, issuer, targets = FrozenClock(), TokenIssuer(), TargetRules(loopback=True)
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
            service=SERVICE,
            routers=ROUTERS,
            authenticator=issuer.authenticator(SERVICE),
            database=api,
            state={"env": env},
        )
        try:
            yield Running(env, app, issuer, system)
        finally:
            await env.webhooks.close()
            await api.close()
            await pipeline.close()
