"""Writing drafts: from an order or from nothing, term by term, and what would be sent."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from contracts.faults import Finding, Violation
from contracts.limits import DOCUMENT_BODY
from contracts.money import Amount, Currency, Quantity
from contracts.refs import DocumentRef
from documents.invoice import InvoiceDraft
from documents.invoice.codes import INVOICE, PREPAYMENT_INVOICE
from documents.party import PostalAddress
from documents.reading import read_invoice
from invoicing import checking, converting, drafting, errors, trade
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import Document, DraftKept, buyer_terms, filled_terms
from invoicing.checking import Subject
from invoicing.converting import Chosen, Wanted
from invoicing.domain import enrichment
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.life import EDITABLE, State
from invoicing.drafting import Blank, Kept, Made
from invoicing.env import Env
from invoicing.store import invoices, orders, templates
from mesh import audit, preconditions
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Malformed
from mesh.freshness import FreshRoute
from mesh.preconditions import ExpectedVersion
from mesh.principal import Principal
from mesh.transaction import Transaction

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=FreshRoute)


class ChosenLine(Input):
    """One order line, and how much of it; neither quantity nor amount: all that is available."""

    order_line_id: UUID
    quantity: Quantity | None = None
    amount: Annotated[Amount | None, Field(description="without VAT")] = None


class NewInvoice(Input):
    """Orders: all that can be invoiced of them. Or `unit_id` and `currency`: what `document` says. Or a template, or
    another invoice of yours to copy.
    """

    order_id: UUID | None = None
    order_ids: Annotated[tuple[UUID, ...], Field(max_length=50, description="of one unit, in one currency")] = ()
    lines: Annotated[
        list[ChosenLine] | None, Field(max_length=1_000, description="the ticked lines; absent: every line")
    ] = None
    despatch_id: Annotated[UUID | None, Field(description="take this despatch's quantities")] = None
    self_billed: Annotated[
        bool, Field(description="by the orders' buyer, in the name of a supplier that agreed (389)")
    ] = False
    unit_id: UUID | None = None
    currency: Currency | None = None
    kind: Annotated[
        Literal["invoice", "prepayment"], Field(description="from nothing: 380, or 386 for a prepayment")
    ] = "invoice"
    template_id: UUID | None = None
    copy_of: UUID | None = None
    document: Annotated[DraftEdit, Field(description="terms to write into the draft at once")] = DraftEdit()


def _chosen(wanted: NewInvoice) -> Wanted:
    named = [*([wanted.order_id] if wanted.order_id else []), *wanted.order_ids]
    lines = None
    if wanted.lines is not None:
        lines = {line.order_line_id: Chosen(line.quantity, line.amount) for line in wanted.lines}
    return Wanted(tuple(dict.fromkeys(named)), lines, wanted.despatch_id, wanted.self_billed)


@router.post("", status_code=201, response_model=DraftKept, max_body_size=DOCUMENT_BODY)
async def create_invoice(wanted: NewInvoice, command: CurrentCommand, request: Request) -> Response:
    """A draft, nothing more: it reserves nothing, and nobody else sees it."""
    principal, env = command.principal, access.env_of(request)
    access.may_write(principal)
    async with command.transaction() as tx:
        kept = await drafting.keep(tx, await made_of(tx, env, principal, wanted), env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.create",
            subject=str(kept.id),
            company_id=principal.company_id,
        )
        answer = await draft_kept(tx, env, kept)
        headers = {"etag": preconditions.etag(kept.version), "location": f"/v1/invoices/{kept.id}"}
        return await command.answer(tx, 201, answer, headers=headers)


async def made_of(tx: Transaction, env: Env, principal: Principal, wanted: NewInvoice) -> Made:
    """What is asked for, from orders, a template, another invoice or nothing. Raises Refusal, Malformed."""
    company, chosen = principal.company_id, _chosen(wanted)
    if chosen.order_ids:
        return await converting.convert(tx, env, principal.tenants, chosen, wanted.document)
    if wanted.template_id is not None:
        template = await templates.one(tx, wanted.template_id, principal.actor)
        if template is None:
            raise errors.template_unknown()
        content_of = InvoiceDraft.model_validate(template["content"], extra="ignore")
        return await drafting.copy(tx, env, company, template["unit_id"], content_of, wanted.document)
    if wanted.copy_of is not None:
        original = await drafting.own(tx, wanted.copy_of, principal.tenants)
        content_of = invoices.draft_of(original)
        return await drafting.copy(tx, env, company, original["unit_id"], content_of, wanted.document)
    if wanted.unit_id is not None and wanted.currency is not None:
        code = PREPAYMENT_INVOICE if wanted.kind == "prepayment" else INVOICE
        blank = Blank(wanted.unit_id, wanted.currency, code)
        return await drafting.start(tx, env, company, blank, wanted.document)
    raise Malformed("ORDER_OR_UNIT", "Send order_ids, template_id, copy_of, or unit_id with currency.")


@router.patch("/{invoice_id}", response_model=DraftKept, max_body_size=DOCUMENT_BODY)
async def edit_invoice(
    invoice_id: UUID,
    edit: DraftEdit,
    expected: ExpectedVersion,
    principal: CurrentPrincipal,
    command: CurrentCommand,
    env: CurrentEnv,
) -> Response:
    """Write terms of a draft, or of an invoice that failed. Terms that are left out stay as they are."""
    access.may_write(principal)
    async with command.transaction() as tx:
        row = await drafting.own(tx, invoice_id, principal.tenants, lock=True)
        preconditions.current(expected, row["version"])
        kept = await drafting.write(tx, row, edit)
        answer = await draft_kept(tx, env, kept)
        return await command.answer(tx, 200, answer, headers={"etag": preconditions.etag(kept.version)})


@router.post("/{invoice_id}/corrections", status_code=201, response_model=DraftKept)
async def create_correction(
    invoice_id: UUID, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """The draft of a corrected invoice (384) for one that was refused (210) or rejected (213)."""
    access.may_write(principal)
    async with command.transaction() as tx:
        corrected = await drafting.correction(tx, env, principal.tenants, invoice_id)
        kept = await drafting.keep(tx, corrected, env.clock.now())
        audit.note(
            tx,
            actor=principal.actor,
            action="invoice.correct",
            subject=str(kept.id),
            company_id=principal.company_id,
            detail={"corrects": str(invoice_id)},
        )
        answer = await draft_kept(tx, env, kept)
        headers = {"etag": preconditions.etag(kept.version), "location": f"/v1/invoices/{kept.id}"}
        return await command.answer(tx, 201, answer, headers=headers)


async def draft_kept(tx: Transaction, env: Env, kept: Kept) -> DraftKept:
    """A draft with its totals and what it lacks, as the transaction sees it."""
    today = env.clock.today(kept.relation.supplier.time_zone)
    checked = await checking.check(tx, kept.subject, kept.draft, kept.relation, today, kept.known)
    document = kept.invoice
    again = {enrichment.term_of(mark) for mark in checked.anew}
    if checked.files:
        again.add("supporting_documents")  # a rule that asks for them finds them
    if again:
        document = document.model_copy(update={term: getattr(checked.draft, term) for term in again})
    return DraftKept(
        id=kept.id,
        version=kept.version,
        document=document,
        missing=violations(checked.missing),
        filled=filled_terms(checked.filled),
        archive_option=kept.relation.archive_option(env.clock.now()),
    )


def violations(found: Sequence[Finding]) -> list[Violation]:
    """Findings of ours, which bring their own texts."""
    return [finding.violation(finding.detail) for finding in found]


@router.get("/{invoice_id}/document")
async def read_document(invoice_id: UUID, response: Response, principal: CurrentPrincipal, env: CurrentEnv) -> Document:
    """What was sent, read from the very XML; for a draft, what would be sent now. With all totals."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await invoices.one(tx, invoice_id)
        if row is None:
            raise errors.invoice_unknown()
        editable = State(row["state"]) in EDITABLE
        relation = None
        if editable:
            relation = await trade.relation(tx, row["supplier_id"], row["unit_id"], channel=row["channel"])
        checked, addresses = None, list[PostalAddress]()
        if relation is not None:
            addresses = await orders.billing_addresses(tx, relation.sellers, row["unit_id"])
            today = env.clock.today(relation.supplier.time_zone)
            checked = await checking.check(tx, Subject.of(row), invoices.draft_of(row), relation, today)
    response.headers["etag"] = preconditions.etag(row["version"])
    if relation is not None and checked is not None:
        return Document(
            id=invoice_id,
            version=row["version"],
            sent=False,
            document=drafting.computed(checked.draft),
            missing=violations(checked.missing),
            filled=filled_terms(checked.filled),
            buyer=buyer_terms(relation, addresses),
            archive_option=relation.archive_option(env.clock.now()),
        )
    if row["document"] is None:  # cancelled before it was ever sent
        invoice = drafting.computed(invoices.draft_of(row))
        return Document(id=invoice_id, version=row["version"], sent=False, document=invoice)
    xml = await env.objects.read(DocumentRef.model_validate(row["document"]))
    return Document(
        id=invoice_id,
        version=row["version"],
        sent=True,
        document=read_invoice(xml),
        filled=filled_terms(invoices.filled_in(row)),
    )
