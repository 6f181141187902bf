"""The only place where the archive's parts are made."""

from datetime import timedelta
from pathlib import Path

import httpx

from archive import checking, eliminating, evidencing, publishing
from archive.api import ROUTERS
from archive.domain.evidence.trust import Trust
from archive.env import Env
from archive.handlers import BUCKET, handlers
from archive.keys import LogKey
from archive.numbering import number_entries
from archive.settings import Settings
from archive.timestamping import TimeStamping
from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.leases import Lease
from mesh.mail import Mailer
from mesh.objects import MinioObjects, probe
from mesh.retention import Term
from mesh.runtime import Service
from mesh.sequencer import Sequencer
from mesh.token_validity import DirectoryValidFrom
from mesh.vault import Vault

NAME = "archive"


def build() -> Service[Env]:
    """The archive, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    objects = MinioObjects.from_settings(settings)
    client = httpx.AsyncClient(trust_env=False)
    trust = Trust.of_pem(settings.trust_file.read_bytes()) if settings.trust_file else Trust(())
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        key=LogKey(pipeline, Vault.from_settings(settings)),
        clock=clock_for(settings.environment),
        lock_days=settings.lock_days,
        lock_days_without_option=settings.lock_days_without_option,
        stamps=TimeStamping(settings.tsa_url.split(), trust, client, settings.tsa_wait_seconds),
    )
    evidence = evidencing.worker(
        env,
        Lease(pipeline, "evidence", f"{NAME}-{settings.instance}", seconds=60),
        every=timedelta(minutes=settings.evidence_minutes),
        renew_before=timedelta(days=settings.renew_days),
    )

    checks = checking.worker(
        env,
        Lease(pipeline, "checks", f"{NAME}-{settings.instance}", seconds=60),
        every=timedelta(days=settings.check_days),
        rate=settings.check_rate,
    )

    eliminations = eliminating.worker(env, Lease(pipeline, "eliminations", f"{NAME}-{settings.instance}", seconds=60))

    heads = publishing.worker(
        env,
        Lease(pipeline, "heads", f"{NAME}-{settings.instance}", seconds=60),
        publishing.Places(settings.head_places.split(), client, Mailer.from_settings(settings)),
    )

    async def close() -> None:
        await client.aclose()
        await objects.close()

    app = create_app(
        title="Navette archive",
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
        sequencers=(Sequencer(pipeline, "entries", lambda tx: number_entries(tx, env)),),
        jobs=(evidence, checks, heads, eliminations),
        probes={"objects": probe(objects, BUCKET)},
        close=close,
        retention=(Term("bulk_export", "asked_at", 30), Term("finding", "found_at", 400)),
    )
