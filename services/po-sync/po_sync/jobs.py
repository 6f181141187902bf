"""What po-sync does by itself: orders that waited for their supplier go out once it is known."""

from mesh.sequencer import Sequencer, by_itself
from mesh.transaction import Transaction
from po_sync.env import Env
from po_sync.intake import orders

EVERY_SECONDS = 1.0


def waiting_orders(env: Env) -> Sequencer:
    """Examines waiting orders each second; the directory they wait for changes rarely."""

    async def step(tx: Transaction) -> int:
        return await orders.publish_waiting(tx, env.clock.now())

    return Sequencer(env.pipeline, "waiting-orders", step, seconds=EVERY_SECONDS, replan=True, left=by_itself)
