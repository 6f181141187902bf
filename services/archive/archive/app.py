"""The only place where the archive's parts are made."""

from pathlib import Path

from archive.api import ROUTERS
from archive.env import Env
from archive.handlers import BUCKET, handlers
from archive.keys import LogKey
from archive.numbering import number_entries
from archive.settings import Settings
from contracts.topics import INVOICES_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.objects import MinioObjects, probe
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
    env = Env(
        api=api,
        pipeline=pipeline,
        objects=objects,
        key=LogKey(pipeline, Vault.from_settings(settings)),
        clock=clock_for(settings.environment),
        lock_days=settings.lock_days,
    )

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
        probes={"objects": probe(objects, BUCKET)},
        close=objects.close,
    )
