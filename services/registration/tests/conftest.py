"""Registration on a database of its own, answering in this process."""

import base64
import os
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from local_stack.fixtures import Infra, infra
from local_stack.fresh import FreshDatabase, fresh_database
from registration import app, demo
from registration.testing import PORTAL, Running

__all__ = ["infra"]

DEMO = Path(__file__).parents[3] / "examples" / "demo.json"


@pytest.fixture(scope="module")
async def fresh(infra: Infra) -> AsyncGenerator[FreshDatabase]:
    """A migrated database; one a module."""
    async with fresh_database(infra, "registration", app.MIGRATIONS) as database:
        yield database


@pytest.fixture(scope="module")
def variables(
    infra: Infra, fresh: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Generator[pytest.MonkeyPatch]:
    """The environment of the service under test, set as long as the module runs."""
    key_file = tmp_path_factory.mktemp("keys") / "secret.key"
    key_file.touch(mode=0o600)
    key_file.write_text(base64.b64encode(os.urandom(32)).decode())
    values = {
        "ENVIRONMENT": "development",
        "DATABASE_OWNER": fresh.dsn("owner"),
        "DATABASE_API": fresh.dsn("api"),
        "DATABASE_PIPELINE": fresh.dsn("pipeline"),
        "KAFKA_BOOTSTRAP": infra.bootstrap,
        "S3_ENDPOINT": infra.s3_endpoint,
        "S3_ACCESS_KEY": infra.s3_keys("registration")[0],
        "S3_SECRET_KEY": infra.s3_keys("registration")[1],
        "JWKS_URL": "",
        "SMTP_PORT": str(infra.smtp_port),
        "SECRET_KEY_FILE": str(key_file),
        "PUBLIC_URL": PORTAL,
        "SMS_DOMAIN": "sms.navette.example",
        "MAIL_FROM": f"Navette <no-reply@{fresh.name}.navette.test>",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(f"REGISTRATION_{name}", value)
        yield patch


@pytest.fixture(scope="module")
async def running(infra: Infra, fresh: FreshDatabase, variables: pytest.MonkeyPatch) -> AsyncGenerator[Running]:
    """The service with the demo loaded; one a module."""
    service = app.build()
    await service.env.keys.load()
    kept = demo.Secrets()
    await demo.seed(service.env, demo.Demo.model_validate_json(DEMO.read_bytes()), kept)
    try:
        yield Running(service.app, service.env, kept, infra.mail_url, mail_domain=f"{fresh.name}.navette.test")
    finally:
        await service.env.api.close()
        await service.env.pipeline.close()
        await service.env.objects.close()
