"""What a draft lacks: everything that would keep it from being sent, found while it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.faults import Finding
from documents.invoice import InvoiceDraft
from documents.party import PostalAddress
from invoicing.domain import content, drafts, takings, taxes
from invoicing.domain.takings import KnownLine, LineName
from invoicing.store import attachments, orders, tax_codes
from invoicing.store.orders import Parties
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

    @classmethod
    def of(cls, row: RowMapping) -> "Subject":
        """The invoice of a row."""
        as_is, with_files = row["as_is"] is not None, row.get("with_files", True)
        return cls(row["id"], row["supplier_id"], row["buyer_id"], row["unit_id"], as_is, with_files)


async def check(tx: Transaction, subject: Subject, draft: InvoiceDraft, relation: Relation, today: date) -> Checked:
    """Look at a draft as it would be sent today."""
    supplier_id = subject.supplier_id
    codes = await tax_codes.all_of(tx, supplier_id) if relation.supplier.country == taxes.CANADA else []
    files = await attachments.of_invoice(tx, subject.id) if subject.with_files else []
    beside = tuple((file["name"], file["description"]) for file in files)
    elsewhere = draft.buyer.address != relation.buyer_party.address
    addresses = await orders.billing_addresses(tx, supplier_id, subject.unit_id) if elsewhere else []
    sent = draft if subject.as_is else as_sent(draft, relation, today, beside, addresses)
    names = [name for line in sent.lines if (name := takings.line_name(sent, line))]
    known = await orders.known_lines(tx, Parties(supplier_id, subject.buyer_id), names) if names else {}
    buyer_name = f"{relation.buyer.legal_name} ({relation.unit.name})"
    found = [
        *takings.findings(sent, known, relation.permissions),
        *content.findings(sent, known, relation.permissions, buyer_name, as_is=subject.as_is),
        *taxes.findings(sent, codes),
    ]
    return Checked(sent, known, tuple(found[:100]), tuple(files))


def as_sent(
    draft: InvoiceDraft,
    relation: Relation,
    today: date,
    files: tuple[tuple[str, str], ...] = (),
    addresses: Sequence[PostalAddress] = (),
) -> InvoiceDraft:
    """The draft as it would be sent today, with the names of the files that go along (BG-24)."""
    return drafts.dated(
        draft,
        today=today,
        seller=relation.seller_party,
        buyer=relation.buyer_party,
        addresses=addresses,
        files=files,
    )
