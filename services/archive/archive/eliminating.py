"""Elimination after term (NF Z42-013): one person proposes, another decides, and each original leaves a certificate.

Of each: look at term and holds, in the row and in the store; note that its removal begins; remove the version, with no
bypass of anything; then, in one transaction, write the certificate as an entry of the log and forget what is gone. The
deposit's own leaf stays, and with it the proofs of all others.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError

from archive.domain.audit import UNREADABLE
from archive.env import Env
from archive.errors import already_decided, no_such_elimination, nothing_due, other_plan, second_person
from archive.store import eliminations, entries, holds
from contracts.ids import derived_id, new_id
from contracts.invoices import InvoiceEliminated, InvoiceSealed
from contracts.refs import DocumentRef
from mesh import audit, outbox
from mesh.errors import Undone
from mesh.leases import Lease
from mesh.objects import ObjectMissing, StillLocked

MOST: Final = 10_000
_PAGE: Final = 100
_EVERY: Final = 10.0
_log = structlog.get_logger(__name__)


async def propose(env: Env, by: str, reason: str, supplier_id: UUID | None) -> UUID:
    """Name what has outlived its term and is not held, at most `MOST` originals. Raises Conflict when nothing has."""
    now = env.clock.now()
    async with env.pipeline.transaction() as tx:
        rows = await eliminations.due(tx, now, supplier_id, MOST)
        if not rows:
            raise nothing_due()
        elimination_id = new_id()
        digest = hashlib.sha256("".join(f"{row['id']} {row['sha256']}\n" for row in rows).encode()).digest()
        entry_ids = [row["id"] for row in rows]
        await eliminations.propose(
            tx, elimination_id, entry_ids, digest, before=now, supplier_id=supplier_id, by=by, reason=reason, at=now
        )
        detail = {"originals": len(rows), "digest": digest.hex(), "reason": reason}
        audit.note(tx, actor=by, action="elimination.propose", subject=str(elimination_id), detail=detail)
    return elimination_id


async def approve(env: Env, elimination_id: UUID, by: str, reason: str, digest: str) -> None:
    """Let a proposal run, by somebody else than who proposed it. Raises NotFound, Forbidden, Conflict."""
    await _decide(env, elimination_id, by, reason, "running", digest)


async def refuse(env: Env, elimination_id: UUID, by: str, reason: str) -> None:
    """Nothing of it happens. Who proposed it may say so too. Raises NotFound, Conflict."""
    await _decide(env, elimination_id, by, reason, "refused", None)


async def _decide(env: Env, elimination_id: UUID, by: str, reason: str, state: str, digest: str | None) -> None:
    async with env.pipeline.transaction() as tx:
        proposal = await eliminations.locked(tx, elimination_id)
        if proposal is None:
            raise no_such_elimination()
        if proposal["state"] != "proposed":
            raise already_decided()
        if digest is not None and proposal["proposed_by"] == by:
            raise second_person()
        if digest is not None and bytes(proposal["digest"]).hex() != digest:
            raise other_plan()
        await eliminations.decide(tx, elimination_id, state, by, reason, env.clock.now())
        action = "elimination.approve" if digest is not None else "elimination.refuse"
        audit.note(tx, actor=by, action=action, subject=str(elimination_id), detail={"reason": reason})


async def once(env: Env) -> bool:
    """Do some of the oldest elimination that runs; False when none does. Raises Undone while the store is away."""
    async with env.pipeline.transaction() as tx:
        running = await eliminations.next_running(tx)
        if running is None:
            return False
        open_items = await eliminations.open_items(tx, running["id"], _PAGE)
        if not open_items:
            await eliminations.end(tx, running["id"], env.clock.now())
            by = "archive"
            audit.note(tx, actor=by, action="elimination.end", subject=str(running["id"]))
    for entry_id in open_items:
        await _eliminate(env, running, entry_id)
    return True


@dataclass(frozen=True)
class Leaving:
    """A deposit whose removal begins: its row, and what the row refers to, read before anything is removed."""

    deposit: RowMapping
    object: DocumentRef
    sealed: InvoiceSealed


async def _eliminate(env: Env, elimination: RowMapping, entry_id: UUID) -> None:
    leaving = await begin(env, elimination["id"], entry_id)
    if leaving is None:
        return
    try:
        await env.objects.eliminate(leaving.object)
    except StillLocked as error:
        async with env.pipeline.transaction() as tx:
            await eliminations.mark(tx, elimination["id"], entry_id, "kept", str(error), env.clock.now())
        return
    await _certify(env, elimination, leaving)


async def begin(env: Env, elimination_id: UUID, entry_id: UUID) -> Leaving | None:
    """The deposit, once it is shown that nothing keeps it and noted that its removal begins; else why it is kept.

    None, too, when the item is not open any more. A row that cannot be read keeps its original: no certificate could
    be written of it.
    """
    async with env.pipeline.transaction() as tx:
        await holds.alone(tx, await entries.invoice_of(tx, entry_id))
        state = await eliminations.locked_item(tx, elimination_id, entry_id)
        if state not in ("waiting", "under_way"):
            return None
        deposit = await entries.one(tx, entry_id)
        assert deposit is not None, "items refer to entries"
        lying = await holds.lying_on(tx, deposit["invoice_id"])
        leaving, why = await _leaving(env, deposit, lying, begun=state == "under_way")
        if leaving is None:
            await eliminations.mark(tx, elimination_id, entry_id, "kept", why, env.clock.now())
        else:
            await eliminations.mark(tx, elimination_id, entry_id, "under_way", None, None)
    return leaving


async def _leaving(env: Env, deposit: RowMapping, lying: int, *, begun: bool) -> tuple[Leaving | None, str]:
    """The deposit with what it refers to, or why it stays."""
    if deposit["eliminated_at"] is not None:
        return None, "it was eliminated before"
    try:
        leaving = _read(deposit)
        why = await _what_keeps(env, leaving, lying, begun=begun)
    except UNREADABLE as error:
        return None, f"its row cannot be read ({type(error).__name__}): have everything checked"
    return (None, why) if why else (leaving, "")


def _read(deposit: RowMapping) -> Leaving:
    """Raises what `UNREADABLE` names when the row is damaged, or refers to something else than its leaf."""
    stored = DocumentRef.model_validate(deposit["object"])
    sealed = InvoiceSealed.model_validate(deposit["fact"])
    found = {"deposit": stored.sha256, "original": sealed.original.sha256, "document": sealed.document.sha256}
    if stored.version_id is None or found != {name: deposit["digests"][name] for name in found}:
        raise ValueError("the row refers to another object than its leaf names")
    return Leaving(deposit, stored, sealed)


async def _what_keeps(env: Env, leaving: Leaving, lying: int, *, begun: bool) -> str:
    """Why an original stays; "" when its term is over and no hold lies on it, by its row and by the store.

    `begun`: its removal broke off before its certificate was written. Only then may the store have it no more: what is
    missing otherwise was lost, and no certificate says that it was eliminated.
    """
    now = env.clock.now()
    if lying:
        return "a legal hold lies on it"
    if leaving.deposit["retain_until"] >= now:
        return f"its term runs until {leaving.deposit['retain_until'].isoformat()}"
    try:
        lock = await env.objects.lock_of(leaving.object)
    except ObjectMissing:
        return "" if begun else "the store does not have it"
    if lock.held:
        return "the store has a legal hold on it"
    if lock.until is not None and lock.until >= now:
        return f"the store keeps it until {lock.until.isoformat()}"
    return ""


async def _certify(env: Env, elimination: RowMapping, leaving: Leaving) -> None:
    """Write the certificate and forget the rest; only whoever wrote it says so."""
    now, deposit, sealed = env.clock.now(), leaving.deposit, leaving.sealed
    certified = {
        "of": str(deposit["id"]),
        "elimination": str(elimination["id"]),
        "term": deposit["retain_until"].isoformat(),
        "at": now.isoformat(),
        "proposed_by": elimination["proposed_by"],
        "reason": elimination["reason"],
        "decided_by": elimination["decided_by"],
        "decision": elimination["decision"],
    }
    certificate_id = derived_id(deposit["id"], "archive", "elimination")
    async with env.pipeline.transaction() as tx:
        await eliminations.mark(tx, elimination["id"], deposit["id"], "done", None, now)
        if not await eliminations.certify(tx, certificate_id, deposit, certified, now):
            return
        await eliminations.forget(tx, deposit, now)
        fact = InvoiceEliminated(
            **sealed.of_submission(),
            archive_id=deposit["id"],
            certificate_id=certificate_id,
            sealed=sealed.original,
            document_unused=not await eliminations.names_document(tx, sealed.document.sha256),
            eliminated_at=now,
        )
        outbox.emit(tx, fact, subject=fact.invoice_id, tenant=fact.supplier_id)


def worker(env: Env, lease: Lease) -> Callable[[], Awaitable[None]]:
    """An endless task: does what was approved."""

    async def run() -> Any:
        while True:
            try:
                while await lease.take() and await once(env):
                    pass
            except (DBAPIError, OSError, Undone) as error:
                _log.warning("elimination_waits", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_EVERY)

    return run
