"""Legal holds: what a court, an authority or a dispute needs is kept, whatever its term.

The row decides; the store's own hold on each locked version is the second barrier. Both are changed under one lock of
the invoice, the store's first when a hold comes and before the row when it goes: whatever breaks off in between, the
row still holds.
"""

from uuid import UUID

from sqlalchemy import RowMapping

from archive.env import Env
from archive.errors import being_eliminated, eliminated, hold_lifted, no_such_hold, not_archived
from archive.store import holds
from contracts.ids import new_id
from contracts.refs import DocumentRef
from mesh import audit
from mesh.transaction import Transaction


async def place(env: Env, invoice_id: UUID, by: str, reason: str) -> UUID:
    """Hold every deposit of an invoice. Raises NotFound, Gone, Conflict when it is leaving."""
    async with env.pipeline.transaction() as tx:
        await holds.alone(tx, invoice_id)
        deposits = await holds.deposits(tx, invoice_id)
        if not deposits:
            raise not_archived()
        if all(deposit["eliminated_at"] for deposit in deposits):
            raise eliminated()
        if await holds.leaving(tx, invoice_id):
            raise being_eliminated()
        for ref in _kept(deposits):
            await env.objects.hold(ref, held=True)
        hold_id = new_id()
        await holds.place(tx, hold_id, deposits[0], by, reason, env.clock.now())
        _note(tx, by, "hold.place", invoice_id, hold_id, reason)
    return hold_id


async def lift(env: Env, hold_id: UUID, by: str, reason: str) -> None:
    """Take one hold away; while another lies on the invoice, the store keeps its own. Raises NotFound, Conflict."""
    async with env.pipeline.transaction() as tx:
        hold = await holds.one(tx, hold_id)
        if hold is None:
            raise no_such_hold()
        await holds.alone(tx, hold["invoice_id"])
        hold = await holds.one(tx, hold_id)
        assert hold is not None
        if hold["lifted_at"] is not None:
            raise hold_lifted()
        if await holds.lying_on(tx, hold["invoice_id"]) == 1:
            for ref in _kept(await holds.deposits(tx, hold["invoice_id"])):
                await env.objects.hold(ref, held=False)
        await holds.lift(tx, hold_id, by, reason, env.clock.now())
        _note(tx, by, "hold.lift", hold["invoice_id"], hold_id, reason)


def _kept(deposits: list[RowMapping]) -> list[DocumentRef]:
    return [DocumentRef.model_validate(deposit["object"]) for deposit in deposits if deposit["object"] is not None]


def _note(tx: Transaction, by: str, action: str, invoice_id: UUID, hold_id: UUID, reason: str) -> None:
    detail = {"hold": str(hold_id), "reason": reason}
    audit.note(tx, actor=by, action=action, subject=str(invoice_id), detail=detail)
