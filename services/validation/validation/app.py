"""The only place where validation's parts are made."""

from pathlib import Path

import httpx

from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.token_validity import DirectoryValidFrom
from mesh.vies import Vies
from rules.checker import MEMORY_LIMIT, AsyncChecker
from rules.shadow import MEMORY_LIMIT as OFFICIAL_MEMORY
from rules.shadow import Shadow
from validation import shadowing
from validation.api import ROUTERS
from validation.confirming import VatNumbers, count
from validation.env import Env
from validation.handlers import handlers
from validation.settings import Settings
from validation.vat_registers import FileVatRegister, Remembering, VatRegister, ViesRegister

NAME = "validation"


def _vat_register(settings: Settings, client: httpx.AsyncClient) -> VatRegister | None:
    if settings.environment == "development" and settings.vat_register_file:
        return Remembering(FileVatRegister(settings.vat_register_file), count, seconds=(0, 0))
    return Remembering(ViesRegister(Vies(client, settings.vies_url)), count) if settings.vies_url else None


def build() -> Service[Env]:
    """validation, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    objects = MinioObjects.from_settings(settings)
    limit = OFFICIAL_MEMORY if settings.official_rules else MEMORY_LIMIT
    checker = AsyncChecker(settings.rules_directory, memory_limit=limit, official=settings.official_rules)
    official = AsyncChecker(settings.rules_directory, memory_limit=OFFICIAL_MEMORY, official=True)
    shadow = Shadow(official, settings.shadow_share, shadowing.tell) if settings.shadow_share else None
    client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=4))
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        checker=checker,
        clock=clock_for(settings.environment),
        vat_numbers=VatNumbers(_vat_register(settings, client)),
        shadow=shadow,
    )

    async def close() -> None:
        await checker.close()
        await official.close()
        await objects.close()
        await client.aclose()

    app = create_app(
        title="Navette validation",
        service=NAME,
        routers=ROUTERS,
        authenticator=Authenticator.from_settings(settings, audience=NAME, valid_from=DirectoryValidFrom(pipeline)),
        database=api,
        state={"env": env},
    )
    return Service(
        name=NAME,
        settings=settings,
        app=app,
        env=env,
        handlers=handlers,
        api=api,
        pipeline=pipeline,
        migrations=Path(__file__).parent / "migrations",
        topics=(INVOICES_EVENTS,),
        state_topics=(REGISTRATION_STATE,),
        jobs=[shadow.run] if shadow else [],
        probes={"objects": probe(objects, "documents")},
        close=close,
    )
