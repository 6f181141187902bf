"""A sealed original becomes a deposit in the locked bucket; statuses become entries of their own."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.domain.wording import Wording, wording
from archive.env import Env
from archive.store import entries, search
from archive.store.entries import NewEntry
from contracts.ids import derived_id
from contracts.invoices import (
    InvoiceCancelled,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceSubmitted,
    InvoiceValidated,
    Stage,
)
from contracts.refs import DocumentRef
from mesh import crash, directory, outbox
from mesh.errors import Poison
from mesh.handlers import Handlers, Prepared
from mesh.objects import AlreadyThere
from mesh.records import Received
from mesh.transaction import Transaction

BUCKET = "archive"
_OF_SEAL = {"level", "legal", "seal_kind", "certificate_sha256", "sealed_at", "verification", "checks", "source_checks"}
_OF_VALIDATION = {"document_sha256", "rule_sets", "rulebook_version", "warnings", "validated_at"}
handlers: Handlers[Env] = Handlers()
directory.register(handlers)


@dataclass(frozen=True)
class Locked:
    """The locked object of one submission, and whether one side had the archive option."""

    ref: DocumentRef
    retain_until: datetime
    archive_option: bool


@dataclass(frozen=True)
class Deposit:
    """The locked object and what it is found by; None in its place: the submission ended before."""

    locked: Locked
    wording: Wording


async def _record(tx: Transaction, batch: Sequence[Prepared[InvoiceSealed, Deposit | None]], env: Env) -> None:
    ended = await entries.ended(tx, [item.received.fact.submission_id for item in batch])
    made = [
        (item.received, item.result)
        for item in batch
        if item.result is not None and item.received.fact.submission_id not in ended
    ]
    if not made:
        return
    reports = await entries.keep_reports(
        tx,
        "seal",
        {
            received.fact.submission_id: received.fact.model_dump_json(include=_OF_SEAL, indent=1).encode()
            for received, _ in made
        },
    )
    new = [_entry(received, deposit, reports[received.fact.submission_id]) for received, deposit in made]
    await search.keep_wordings(
        tx,
        [
            (entry.id, received.fact.supplier_id, received.fact.buyer_id, deposit.wording)
            for entry, (received, deposit) in zip(new, made, strict=True)
        ],
    )
    await entries.add(tx, new, env.clock.now())


def _entry(received: Received[InvoiceSealed], deposit: Deposit, reports: Mapping[str, bytes]) -> NewEntry:
    """Its digests are what the deposit's leaf vouches for, by its name in the bundle's script."""
    fact = received.fact
    digests = {"original": fact.original.sha256, "document": fact.document.sha256}
    return NewEntry(
        derived_id(received.envelope.id, "archive", "deposit"),
        "deposit",
        received,
        submission_id=fact.submission_id,
        digests=digests | {name: hashlib.sha256(report).hexdigest() for name, report in reports.items()},
        content={"level": fact.level, "legal": "true" if fact.legal else "false"},
        original=deposit.locked.ref,
        retain_until=deposit.locked.retain_until,
        archive_option=deposit.locked.archive_option,
    )


@handlers.on(InvoiceSealed, record=_record)
async def deposit(received: Received[InvoiceSealed], env: Env) -> Deposit | None:
    """Copy the sealed file into the locked bucket, once: the key is the submission's, and what is there is adopted."""
    fact = received.fact
    async with env.pipeline.autocommit() as tx:
        archive_option = await entries.option_of(tx, fact)
    if archive_option is None:
        return None
    locked, document = await asyncio.gather(
        lock_away(fact, env, archive_option=archive_option), env.objects.read(fact.document)
    )
    return Deposit(locked, await asyncio.to_thread(wording, document))


async def lock_away(fact: InvoiceSealed, env: Env, *, archive_option: bool) -> Locked:
    """The object and until when it is locked, as the store has it. Raises Poison when other bytes stand there."""
    data = await env.objects.read(fact.original)
    days = env.lock_days if archive_option else env.lock_days_without_option
    retain_until = (env.clock.now() + timedelta(days=days)).replace(microsecond=0)
    crash.site("archive.before_put")
    try:
        ref = await env.objects.put(
            BUCKET,
            f"{fact.supplier_id}/{fact.submission_id}.pdf",
            data,
            fact.original.media_type,
            if_absent=True,
            retain_until=retain_until,
        )
    except AlreadyThere as there:
        if there.ref.sha256 != fact.original.sha256:
            raise Poison(
                f"the deposit of submission {fact.submission_id} holds other bytes than the sealed file"
            ) from None
        # a crash came between the deposit and its row: the lock that is in place dates from then
        ref, retain_until = there.ref, await env.objects.retain(there.ref, retain_until)
    crash.site("archive.put")
    return Locked(ref, retain_until, archive_option)


@handlers.records(InvoiceStatusReported)
async def note_status(tx: Transaction, batch: Sequence[Received[InvoiceStatusReported]], env: Env) -> None:
    """Each reported status is an entry of its own: the original itself is never touched."""
    await entries.add(tx, [_status(received) for received in batch], env.clock.now())


def _status(received: Received[InvoiceStatusReported]) -> NewEntry:
    fact = received.fact
    return NewEntry(
        derived_id(received.envelope.id, "archive", "status"),
        "status",
        received,
        submission_id=None,
        digests={},
        content={
            "code": fact.code,
            "reasons": " ".join(fact.reasons),
            "by": fact.reported_by,
            "at": fact.reported_at.isoformat(),
            "delivery": str(fact.delivery_id),
        },
    )


@handlers.records(InvoiceSubmitted, projection=True)
async def describe(tx: Transaction, batch: Sequence[Received[InvoiceSubmitted]], _: Env) -> None:
    """Keep the terms people search by."""
    await entries.describe(tx, [item.fact for item in batch])


@handlers.records(InvoiceValidated)
async def keep_findings(tx: Transaction, batch: Sequence[Received[InvoiceValidated]], _: Env) -> None:
    """Keep what was found and by which rules, byte for byte as the deposit's leaf will name it."""
    reports = {
        item.fact.submission_id: item.fact.model_dump_json(include=_OF_VALIDATION, indent=1).encode() for item in batch
    }
    await entries.keep_reports(tx, "validation", reports)


@handlers.records(InvoiceFailed, projection=True)
async def ended_by_failure(tx: Transaction, batch: Sequence[Received[InvoiceFailed]], _: Env) -> None:
    """A failed submission is deposited no more."""
    for item in batch:
        await entries.end(tx, item.fact.submission_id, item.fact.invoice_id)


@handlers.records(InvoiceCancelled, projection=True)
async def ended_by_cancellation(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """A cancelled submission is deposited no more."""
    for item in batch:
        if item.fact.submission_id is not None:
            await entries.end(tx, item.fact.submission_id, item.fact.invoice_id)


@handlers.discarded(InvoiceSealed)
async def give_up(tx: Transaction, received: Received[InvoiceSealed], env: Env) -> None:
    """An operator ended it: the submission failed before it was deposited."""
    fact = received.fact
    failed = InvoiceFailed(
        **fact.of_submission(), stage=Stage.ARCHIVE, reason="OPERATOR_DISCARDED", failed_at=env.clock.now()
    )
    outbox.emit(tx, failed, subject=fact.invoice_id, tenant=fact.supplier_id, cause=received, name="discarded")
