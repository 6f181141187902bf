"""A validated invoice becomes a sealed original, or fails because it can't be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.faults import Finding, Severity
from contracts.invoices import (
    InvoiceCancelled,
    InvoiceEliminated,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceValidated,
    SealCheck,
    SourceCheck,
    Stage,
)
from contracts.refs import DocumentRef
from contracts.status import Party
from mesh import directory, outbox
from mesh.handlers import Handlers, Prepared
from mesh.records import Received
from mesh.transaction import Transaction
from signing import source_signatures
from signing.domain.levels import SealLevel
from signing.env import Env
from signing.errors import DocumentRefused
from signing.sealing import BUCKET, make_original
from signing.store import seals

__all__ = ["BUCKET", "handlers"]

handlers: Handlers[Env] = Handlers()
directory.register(handlers)


@dataclass(frozen=True)
class Sealed:
    """The sealed original that stands in the store, by this attempt or an earlier one."""

    original: DocumentRef
    level: SealLevel
    certificate_sha256: str
    sealed_at: datetime
    checks: tuple[SealCheck, ...]
    source_checks: tuple[SourceCheck, ...]
    is_agreed: bool
    """The buyer agreed that this verification is done on its behalf."""


@dataclass(frozen=True)
class Refused:
    """This document can never be sealed; why, as a code and the parts of it that may be told."""

    code: str
    parameters: dict[str, str]


async def _record(tx: Transaction, batch: Sequence[Prepared[InvoiceValidated, Sealed | Refused]], env: Env) -> None:
    newest = await seals.newest(tx, [item.received.fact for item in batch])
    sealed: list[InvoiceSealed] = []
    for item in batch:
        fact = item.received.fact
        if fact.submission_id not in newest:
            continue
        answer = _answer(item, env)
        if isinstance(answer, InvoiceSealed):
            sealed.append(answer)
        outbox.emit(tx, answer, subject=fact.invoice_id, tenant=fact.supplier_id, cause=item.received)
    await seals.keep(tx, sealed)


def _answer(item: Prepared[InvoiceValidated, Sealed | Refused], env: Env) -> InvoiceSealed | InvoiceFailed:
    fact, result = item.received.fact, item.result
    if isinstance(result, Refused):
        finding = Finding(
            rule=result.code,
            severity=Severity.FATAL,
            parameters=result.parameters,
            fixed_by=Party.SUPPLIER,
        )
        return InvoiceFailed(
            **fact.of_submission(),
            stage=Stage.SIGNING,
            reason=result.code,
            findings=(finding,),
            failed_at=env.clock.now(),
        )
    return InvoiceSealed(
        **fact.of_submission(),
        original=result.original,
        level=result.level.value,
        certificate_sha256=result.certificate_sha256,
        legal=env.policy.is_legal_original(fact.supplier_country, fact.buyer_country),
        sealed_at=result.sealed_at,
        seal_kind=env.policy.kind.value,
        verification="verified" if result.is_agreed else "to_verify",
        checks=result.checks if result.is_agreed else (),
        source_checks=result.source_checks,
    )


@handlers.on(InvoiceValidated, record=_record)
async def seal(received: Received[InvoiceValidated], env: Env) -> Sealed | Refused:
    """Print the validated bytes, seal the page with exactly these bytes inside, and keep it once and for good."""
    try:
        made = await make_original(received.fact, env)
    except DocumentRefused as error:
        return Refused(error.code, error.parameters)
    sealed, is_agreed = made.sealed, await env.parties.agrees_to_verification(received.fact.unit_id)
    source_checks: tuple[SourceCheck, ...] = ()
    if is_agreed:
        source_checks = await source_signatures.check(made.source, env.source_inspector, env.clock.now())
    return Sealed(
        original=made.stored,
        level=sealed.level,
        certificate_sha256=sealed.certificate_sha256,
        sealed_at=sealed.sealed_at,
        checks=made.checks,
        source_checks=source_checks,
        is_agreed=is_agreed,
    )


@handlers.records(InvoiceCancelled)
async def withdraw(tx: Transaction, batch: Sequence[Received[InvoiceCancelled]], _: Env) -> None:
    """A cancelled invoice is sealed no more."""
    for item in batch:
        await seals.cancel(tx, item.fact)


async def _nothing(tx: Transaction, batch: Sequence[Prepared[InvoiceEliminated, None]], _: Env) -> None:
    """The row of the seal stays: it holds digests."""


@handlers.on(InvoiceEliminated, record=_nothing)
async def let_go(received: Received[InvoiceEliminated], env: Env) -> None:
    """The archive eliminated the original after its term: the sealed file that it was copied from goes too."""
    await env.objects.delete(received.fact.sealed)


@handlers.discarded(InvoiceValidated)
async def give_up(tx: Transaction, received: Received[InvoiceValidated], env: Env) -> None:
    """An operator ended it: the submission failed, which frees its order lines."""
    fact = received.fact
    if await seals.newest(tx, [fact]):
        failed = InvoiceFailed(
            **fact.of_submission(), stage=Stage.SIGNING, reason="OPERATOR_DISCARDED", failed_at=env.clock.now()
        )
        outbox.emit(tx, failed, subject=fact.invoice_id, tenant=fact.supplier_id, cause=received, name="discarded")
