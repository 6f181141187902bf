"""What a draft lacks: everything that would keep it from being sent, found while it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.faults import Finding
from documents.invoice import InvoiceDraft
from documents.party import PostalAddress
from invoicing import enriching
from invoicing.domain import content, drafts, enrichment, takings, taxes
from invoicing.domain.enrichment import Filled
from invoicing.domain.takings import KnownLine, LineName
from invoicing.store import attachments, invoices, orders, tax_codes
from invoicing.trade import Relation
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Checked:
    """A draft as it would be sent today, the order lines that it names, and what it lacks."""

    draft: InvoiceDraft
    known: dict[LineName, KnownLine]
    missing: tuple[Finding, ...]
    files: tuple[RowMapping, ...] = ()
    """What travels beside it."""
    filled: tuple[Filled, ...] = ()
    """Terms that were not written but filled, and from what."""
    anew: tuple[Filled, ...] = ()
    """Those of them that the buyer's rulebook wants: filled at each look, and not kept in the row."""


@dataclass(frozen=True)
class Subject:
    """The invoice that is looked at."""

    id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID
    as_is: bool
    with_files: bool = True
    """Known to be alone where this is false: nothing travels beside it."""
    filled: tuple[Filled, ...] = ()
    """Terms of the row that were filled when it was made."""

    @classmethod
    def of(cls, row: RowMapping) -> "Subject":
        """The invoice of a row."""
        as_is, with_files = row["as_is"] is not None, row.get("with_files", True)
        parties = row["supplier_id"], row["buyer_id"], row["unit_id"]
        return cls(row["id"], *parties, as_is, with_files, invoices.filled_in(row))


async def check(
    tx: Transaction,
    subject: Subject,
    draft: InvoiceDraft,
    relation: Relation,
    today: date,
    read: Mapping[LineName, KnownLine] = MappingProxyType({}),
) -> Checked:
    """Look at a draft as it would be sent today; `read`: order lines that the transaction has read already."""
    codes = await tax_codes.all_of(tx, relation.sellers) if relation.supplier.country == taxes.CANADA else []
    files = await attachments.of_invoice(tx, subject.id) if subject.with_files else []
    beside = tuple((file["name"], file["description"]) for file in files)
    elsewhere = draft.buyer.address != relation.buyer_party.address
    addresses = await orders.billing_addresses(tx, relation.sellers, subject.unit_id) if elsewhere else []
    parties = relation.parties(subject.supplier_id, subject.buyer_id)
    sent, anew = draft, tuple[Filled, ...]()
    if not subject.as_is:
        # The seller as the directory knows it now: what that lacks is lacking.
        own = draft.model_copy(
            update={"seller": relation.seller_party.model_copy(update={"contact": draft.seller.contact})}
        )
        full, anew = await enriching.enriched(tx, parties, own, relation)
        sent = as_sent(full, relation, today, beside, addresses)
    names = [name for line in sent.lines if (name := takings.line_name(sent, line))]
    unread = [name for name in names if name not in read]
    known = dict(read) | (await orders.known_lines(tx, parties, unread) if unread else {})
    buyer_name = f"{relation.buyer.legal_name} ({relation.unit.name})"
    found = [
        *takings.findings(sent, known, relation.permissions),
        *content.findings(sent, known, relation.permissions, buyer_name, as_is=subject.as_is),
        *taxes.findings(sent, codes),
    ]
    earlier = enrichment.standing(draft, subject.filled) if subject.filled else ()
    return Checked(sent, known, tuple(found[:100]), tuple(files), (*earlier, *anew), anew)


def as_sent(
    draft: InvoiceDraft,
    relation: Relation,
    today: date,
    files: tuple[tuple[str, str], ...] = (),
    addresses: Sequence[PostalAddress] = (),
) -> InvoiceDraft:
    """A draft of the seller as it is now, as it would be sent today, with the names of files that go along (BG-24)."""
    return drafts.dated(
        draft,
        today=today,
        seller=draft.seller,
        buyer=relation.buyer_party,
        addresses=addresses,
        files=files,
    )
