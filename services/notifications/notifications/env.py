"""What routes, handlers and jobs of notifications work with."""

from dataclasses import dataclass

from mesh.auth import ValidFrom
from mesh.clock import Clock
from mesh.db import Database
from mesh.mail import Mailer
from mesh.vault import Vault
from notifications.domain.targets import TargetRules
from notifications.live import News
from notifications.webhook_sender import WebhookSender


@dataclass(frozen=True)
class Env:
    """The adapters of one process; made in `app.py` only.

    `clock` gives business time (when something was delivered); `system` the machine's, by which attempts are due: a
    demo that moves the business day must not exhaust a queue.
    """

    api: Database
    pipeline: Database
    vault: Vault
    mailer: Mailer
    webhooks: WebhookSender
    targets: TargetRules
    news: News
    clock: Clock
    system: Clock
    valid_from: ValidFrom
    public_url: str
    holder: str
