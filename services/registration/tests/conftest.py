"""Registration on a database of its own, answering in this process."""

import base64
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from local_stack.fixtures import Infra, infra
from local_stack.fresh import FreshDatabase, fresh_database
from mesh import migrations
from mesh.runtime import Service
from registration import app, demo
from registration.env import Env

__all__ = ["infra"]

PORTAL = "https://portal.test"
DEMO = Path(__file__).parents[3] / "examples" / "demo.json"


@dataclass
class Running:
    """The service's application with its environment, on a migrated database."""

    service: Service[Env]
    fresh: FreshDatabase
    secrets: demo.Secrets

    @property
    def env(self) -> Env:
        """Its adapters."""
        return self.service.env

    @property
    def app(self) -> FastAPI:
        """Its application."""
        return self.service.app

    def client(self) -> httpx.AsyncClient:
        """A browser that is signed in nowhere, or a program."""
        transport = httpx.ASGITransport(app=self.service.app)
        return httpx.AsyncClient(transport=transport, base_url=PORTAL, headers={"origin": PORTAL})


def variables(fresh: FreshDatabase, infra: Infra, folder: Path) -> dict[str, str]:
    """The environment of the service under test."""
    key_file = folder / "secret.key"
    key_file.touch(mode=0o600)
    key_file.write_text(base64.b64encode(os.urandom(32)).decode())
    values = {
        "ENVIRONMENT": "development",
        "DATABASE_OWNER": fresh.dsn("owner"),
        "DATABASE_API": fresh.dsn("api"),
        "DATABASE_PIPELINE": fresh.dsn("pipeline"),
        "KAFKA_BOOTSTRAP": infra.bootstrap,
        "S3_ENDPOINT": infra.s3_endpoint,
        "S3_ACCESS_KEY": "",
        "S3_SECRET_KEY": "",
        "JWKS_URL": "",
        "SMTP_PORT": str(infra.smtp_port),
        "SECRET_KEY_FILE": str(key_file),
        "PUBLIC_URL": PORTAL,
    }
    return {f"REGISTRATION_{name}": value for name, value in values.items()}


@pytest.fixture(scope="module")
async def running(infra: Infra, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Running]:
    """The service with the demo loaded; one a module."""
    async with fresh_database(infra, "registration") as fresh:
        await migrations.migrate(SecretStr(fresh.dsn("owner")), app.NAME, app.MIGRATIONS)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables(fresh, infra, tmp_path_factory.mktemp("keys")).items():
                patch.setenv(name, value)
            service = app.build()
        await service.env.keys.load()
        kept = demo.Secrets()
        await demo.seed(service.env, demo.Demo.model_validate_json(DEMO.read_bytes()), kept)
        try:
            yield Running(service, fresh, kept)
        finally:
            await service.env.api.close()
            await service.env.pipeline.close()
