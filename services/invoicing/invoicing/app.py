"""The only place where invoicing's parts are made."""

from pathlib import Path

from contracts.topics import INVOICES_EVENTS, ORDERS_EVENTS, REGISTRATION_STATE, RULEBOOKS_STATE
from invoicing import exporting, jobs
from invoicing.api import ROUTERS
from invoicing.env import Env
from invoicing.handlers import handlers
from invoicing.settings import Settings
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
from mesh.runtime import Service
from mesh.screening import scanner_at
from mesh.token_validity import DirectoryValidFrom

NAME = "invoicing"


def build() -> Service[Env]:
    """invoicing, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    objects = MinioObjects.from_settings(settings)
    scanner = scanner_at(settings.clamd)
    env = Env(api=api, pipeline=pipeline, objects=objects, clock=clock_for(settings.environment), scanner=scanner)

    app = create_app(
        title="Navette invoicing",
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
        topics=(ORDERS_EVENTS, INVOICES_EVENTS),
        state_topics=(REGISTRATION_STATE, RULEBOOKS_STATE),
        jobs=(exporting.worker(env),),
        sequencers=(jobs.watchdog(env),),
        probes={"objects": probe(objects, "documents")},
        close=objects.close,
    )
