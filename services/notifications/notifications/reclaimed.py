"""A company that went back to its own people: what others set up in its name before that hears of it no more."""

from collections.abc import Sequence

from contracts.registration import CompanyState
from mesh.handlers import Handlers
from mesh.records import Received
from mesh.transaction import Transaction
from notifications import webhook_queue
from notifications.env import Env
from notifications.store import preferences, webhooks


def register(handlers: Handlers[Env]) -> None:
    """Let the service act on companies' states."""
    handlers.records(CompanyState)(_end_what_was_before)


async def _end_what_was_before(tx: Transaction, batch: Sequence[Received[CompanyState]], env: Env) -> None:
    """What its own people have looked at since, and switched on again, stays."""
    for received in batch:
        company_id, at = received.fact.company_id, received.fact.reclaimed_at
        if at is None:
            continue
        for webhook_id in await webhooks.untouched_since(tx, company_id, at):
            await webhook_queue.disable(tx, webhook_id, company_id, "RECLAIMED", env)
        await preferences.forget_channel(tx, company_id, at)
