"""The only place where notifications' parts are made."""

from pathlib import Path

from contracts.topics import INVOICES_EVENTS, ORDERS_EVENTS, REGISTRATION_EVENTS, REGISTRATION_STATE
from mesh.auth import Authenticator
from mesh.clock import SystemClock, clock_for
from mesh.db import Database
from mesh.http import create_app
from mesh.mail import Mailer
from mesh.runtime import Service
from mesh.sequencer import Sequencer
from mesh.token_validity import DirectoryValidFrom
from mesh.vault import Vault
from notifications import mail_queue, webhook_queue
from notifications.api import ROUTERS
from notifications.domain.targets import TargetRules
from notifications.env import Env
from notifications.handlers import handlers
from notifications.live import News
from notifications.numbering import number_items
from notifications.retention import TERMS
from notifications.settings import Settings
from notifications.webhook_sender import WebhookSender

NAME = "notifications"


def build() -> Service[Env]:
    """Notifications, from its environment."""
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    api = Database(settings.database_api, service=NAME, role="api")
    pipeline = Database(settings.database_pipeline, service=NAME, role="pipeline")
    targets = TargetRules(loopback=settings.webhook_allow_loopback)
    valid_from = DirectoryValidFrom(pipeline)
    env = Env(
        api=api,
        pipeline=pipeline,
        vault=Vault.from_settings(settings),
        mailer=Mailer.from_settings(settings),
        webhooks=WebhookSender(targets),
        targets=targets,
        news=News(pipeline),
        clock=clock_for(settings.environment),
        system=SystemClock(),
        valid_from=valid_from,
        public_url=settings.public_url.rstrip("/"),
        holder=f"{NAME}-{settings.instance}",
    )
    app = create_app(
        title="Navette notifications",
        service=NAME,
        routers=ROUTERS,
        authenticator=Authenticator.from_settings(settings, audience=NAME, valid_from=valid_from),
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
        topics=(INVOICES_EVENTS, ORDERS_EVENTS, REGISTRATION_EVENTS),
        state_topics=(REGISTRATION_STATE,),
        retention=TERMS,
        sequencers=(Sequencer(pipeline, "feed", lambda tx: number_items(tx, env)),),
        jobs=(env.news.run, webhook_queue.dispatcher(env).run, mail_queue.dispatcher(env).run),
        close=env.webhooks.close,
    )
