"""The only place where po-sync's parts are made."""

from pathlib import Path

from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.token_validity import DirectoryValidFrom
from po_sync import jobs
from po_sync.api import ROUTERS
from po_sync.env import Env
from po_sync.handlers import handlers
from po_sync.intake.files import FileWorker
from po_sync.settings import Settings
from rules.checker import AsyncChecker

NAME = "po-sync"


def build() -> Service[Env]:
    """po-sync, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    objects = MinioObjects.from_settings(settings)
    checker = AsyncChecker()
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        clock=clock_for(settings.environment),
        checker=checker,
    )

    async def close() -> None:
        await checker.close()
        await objects.close()

    app = create_app(
        title="Navette po-sync",
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
        sequencers=(jobs.waiting_orders(env),),
        jobs=(FileWorker(env, f"{NAME}-{settings.instance}").run,),
        probes={"objects": probe(objects, "documents")},
        close=close,
    )
