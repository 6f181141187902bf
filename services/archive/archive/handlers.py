"""A sealed original becomes a deposit in the locked bucket; statuses become entries of their own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import orjson

from archive.domain.deposit import MEDIA_TYPE, NotADeposit, pack, unpack
from archive.domain.embedded import embedded
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
_OF_FILE = {"name": True, "document": {"sha256", "size", "media_type"}}
_OF_VALIDATION = {
    **dict.fromkeys(("document_sha256", "rule_sets", "rulebook_version", "warnings", "validated_at"), True),
    "source": _OF_FILE,
    "attachments": {"__all__": _OF_FILE},
}
_AT_ONCE = 256 * 1024
"""From this size on packing leaves the event loop, as hashing does."""
_READ_AT_ONCE: Final = 32 * 1024
"""From this size on reading XML leaves it: a millisecond."""
handlers: Handlers[Env] = Handlers()
directory.register(handlers)


@dataclass(frozen=True)
class Locked:
    """The locked object of one submission, what its leaf names of it, and whether one side had the archive option."""

    ref: DocumentRef
    digests: Mapping[str, str]
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
    new = [_entry(received, deposit.locked) for received, deposit in made]
    await search.keep_wordings(
        tx,
        [
            (entry.id, received.fact.supplier_id, received.fact.buyer_id, deposit.wording)
            for entry, (received, deposit) in zip(new, made, strict=True)
        ],
    )
    await entries.add(tx, new, env.clock.now())
    await entries.forget_findings(tx, [received.fact.submission_id for received, _ in made])


def _entry(received: Received[InvoiceSealed], locked: Locked) -> NewEntry:
    fact = received.fact
    return NewEntry(
        derived_id(received.envelope.id, "archive", "deposit"),
        "deposit",
        received,
        submission_id=fact.submission_id,
        digests=locked.digests,
        content={"level": fact.level, "legal": "true" if fact.legal else "false"},
        object=locked.ref,
        retain_until=locked.retain_until,
        archive_option=locked.archive_option,
    )


@handlers.on(InvoiceSealed, record=_record)
async def deposit(received: Received[InvoiceSealed], env: Env) -> Deposit | None:
    """Lock the deposit away, once: the key is the submission's, and what is there is adopted."""
    fact = received.fact
    before = await env.before_deposit.ask(fact)
    if before is None:
        return None
    original = await env.objects.read(fact.original)
    document = await _document(fact, original, env)
    report = fact.model_dump_json(include=_OF_SEAL, indent=1).encode()
    parts = {"original": original, "document": document, "seal": report}
    if before.findings is not None:
        parts["validation"] = before.findings
    locked = await lock_away(fact, parts, env, archive_option=before.archive_option)
    is_small = len(document) < _READ_AT_ONCE
    return Deposit(locked, wording(document) if is_small else await asyncio.to_thread(wording, document))


async def _document(fact: InvoiceSealed, original: bytes, env: Env) -> bytes:
    """The XML, out of the original where it is embedded there byte for byte: half of a fetch is the store's work."""
    there = embedded(original, fact.document) if fact.document.size < _AT_ONCE else None
    return await env.objects.read(fact.document) if there is None else there


async def lock_away(fact: InvoiceSealed, parts: Mapping[str, bytes], env: Env, *, archive_option: bool) -> Locked:
    """The object and until when it is locked, as the store has it. Raises Poison when another deposit stands there."""
    is_small = sum(map(len, parts.values())) < _AT_ONCE
    data = pack(parts) if is_small else await asyncio.to_thread(pack, parts)
    days = env.lock_days if archive_option else env.lock_days_without_option
    retain_until = (env.clock.now() + timedelta(days=days)).replace(microsecond=0)
    crash.site("archive.before_put")
    try:
        ref = await env.objects.put(
            BUCKET,
            f"{fact.supplier_id}/{fact.submission_id}.zip",
            data,
            MEDIA_TYPE,
            if_absent=True,
            retain_until=retain_until,
        )
    except AlreadyThere as there:
        # a crash came between the deposit and its row: reports and lock that are in place date from then
        ref, parts = there.ref, await _standing(fact, env, there.ref)
        retain_until = await env.objects.retain(ref, retain_until)
    crash.site("archive.put")
    digests = _digests(fact, parts) | _inside(parts) | {"deposit": ref.sha256}
    return Locked(ref, digests, retain_until, archive_option)


async def _standing(fact: InvoiceSealed, env: Env, ref: DocumentRef) -> dict[str, bytes]:
    """The parts of the deposit that stands there, if it is the one of this sealed file."""
    try:
        parts = await asyncio.to_thread(unpack, await env.objects.read(ref))
    except NotADeposit:
        parts = {}
    named = {name: sha256(part).hexdigest() for name, part in parts.items()}
    if named != _digests(fact, parts):
        raise Poison(f"the deposit of submission {fact.submission_id} holds other bytes than the sealed file")
    return parts


def _digests(fact: InvoiceSealed, parts: Mapping[str, bytes]) -> dict[str, str]:
    """What the leaf vouches for of a deposit's files; the two large ones were hashed when they were read."""
    known = {"original": fact.original.sha256, "document": fact.document.sha256}
    return known | {name: sha256(part).hexdigest() for name, part in parts.items() if name not in known}


def _inside(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Of what the sealed PDF holds: the file that came in and the attachments (`attachment_1`, …). A certificate of
    elimination keeps their digests."""
    told = orjson.loads(parts.get("validation", b"{}"))
    inside = {"source": told["source"]} if told.get("source") else {}
    inside |= {f"attachment_{place}": file for place, file in enumerate(told.get("attachments", ()), 1)}
    return {name: file["document"]["sha256"] for name, file in inside.items()}


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
    """Keep what was found and by which rules, byte for byte, until the deposit holds it."""
    await entries.keep_findings(
        tx,
        {
            item.fact.submission_id: item.fact.model_dump_json(include=_OF_VALIDATION, indent=1).encode()
            for item in batch
        },
    )


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
