"""What invoicing does by itself: it notices deliveries that nobody answered in time."""

from datetime import timedelta
from typing import Final

from contracts.invoices import InvoiceOverdue
from invoicing.env import Env
from invoicing.store import watch
from mesh import outbox
from mesh.sequencer import Sequencer, by_itself
from mesh.transaction import Transaction

PATIENCE: Final = timedelta(hours=24)
EXPECTED: Final = ("204", "205", "206", "207", "208", "210", "211")
"""Any word of the buyer's ends the waiting."""
_EVERY: Final = 30.0
_MOST: Final = 500


def watchdog(env: Env) -> Sequencer:
    """One alert for a delivery that stayed without a word for 24 hours; a replay finds it noticed already."""

    async def step(tx: Transaction) -> int:
        now = env.clock.now()
        rows = await watch.overdue(tx, now, PATIENCE, limit=_MOST)
        for row in rows:
            fact = InvoiceOverdue(
                invoice_id=row["invoice_id"],
                supplier_id=row["supplier_id"],
                buyer_id=row["buyer_id"],
                unit_id=row["unit_id"],
                delivery_id=row["delivery_id"],
                expected=EXPECTED,
                deadline=row["deadline"],
                noticed_at=now,
            )
            outbox.emit(tx, fact, subject=row["invoice_id"], tenant=row["supplier_id"])
        return len(rows)

    return Sequencer(env.pipeline, "watchdog", step, seconds=_EVERY, replan=True, left=by_itself)
