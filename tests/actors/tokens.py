"""Tokens that registration would not give out, signed with its own key: what only its signature makes look right."""

import asyncio
import os
import time
from collections.abc import Collection
from datetime import UTC, datetime
from unittest.mock import patch
from uuid import UUID

from contracts.registration import Role
from contracts.topics import SERVICES
from local_stack import environment, ports
from local_stack.layout import Layout
from registration import app
from registration.domain.bearer import Bearer
from registration.settings import Settings
from registration.tokens import TokenMint


def made(
    layout: Layout, user_id: UUID, company_id: UUID, names: Collection[str], *, seconds_ago: float = 0
) -> dict[str, str]:
    """Tokens of somebody with these roles and single rights for every service, made this long ago."""
    with patch.dict(os.environ, environment.of(layout, ports.read(layout), "registration")):
        settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments

    async def signed() -> dict[str, str]:
        env = app.environment(settings)
        try:
            await env.keys.load()
            mint = TokenMint(env.keys, issuer=settings.issuer, now=lambda: time.time() - seconds_ago)
            bearer = Bearer(user_id, "user", {company_id: list(names)}, valid_from=datetime(2020, 1, 1, tzinfo=UTC))
            return {service: mint.token(bearer, service) for service in SERVICES}
        finally:
            await env.api.close()
            await env.pipeline.close()

    return asyncio.run(signed())


def expired(layout: Layout, user_id: UUID, company_id: UUID) -> dict[str, str]:
    """Tokens with every role for every service, made an hour ago; they lived five minutes."""
    return made(layout, user_id, company_id, list(Role), seconds_ago=3_600)
