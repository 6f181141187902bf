"""A buyer's rule that cannot run holds no invoice up, so its buyer is told: once for each version of the rulebook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from contracts.faults import Finding
from contracts.ids import derived_id
from contracts.invoices import InvoiceFailed, InvoiceValidated
from mesh.transaction import Transaction
from notifications.domain.items import Item, ItemType
from notifications.store import feed

_CANNOT_RUN: Final = "NAV-RULEBOOK-ERROR"


async def tell_buyers(tx: Transaction, facts: Sequence[InvoiceValidated | InvoiceFailed]) -> None:
    """An item for each rule at fault, the same one for every invoice that met it. It says nothing of the invoice."""
    await feed.add(tx, [item for fact in facts for item in _items(fact)])


def _items(fact: InvoiceValidated | InvoiceFailed) -> list[Item]:
    if fact.rulebook_version is None:
        return []
    found, at = _found(fact)
    return [_item(fact, finding, at) for finding in found if finding.rule == _CANNOT_RUN]


def _found(fact: InvoiceValidated | InvoiceFailed) -> tuple[Sequence[Finding], datetime]:
    if isinstance(fact, InvoiceValidated):
        return fact.warnings, fact.validated_at
    return fact.findings, fact.failed_at


def _item(fact: InvoiceValidated | InvoiceFailed, finding: Finding, at: datetime) -> Item:
    rule = finding.parameters.get("id", "")
    return Item(
        id=derived_id(fact.unit_id, "rule-failed", str(fact.rulebook_version), rule),
        company_id=fact.buyer_id,
        type=ItemType.RULE_FAILED,
        subject=fact.unit_id,
        data={
            "unit_id": str(fact.unit_id),
            "rulebook_version": fact.rulebook_version,
            "rule": rule,
            "cause": finding.parameters.get("cause", ""),
        },
        occurred_at=at,
    )
