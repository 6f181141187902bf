"""Writing drafts: from an order or from nothing, term by term, and what would be sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.limits import DOCUMENT_BODY
from contracts.money import Amount, Currency, Quantity
from contracts.refs import DocumentRef
from documents.reading import read_invoice
from invoicing import converting, drafting, errors, submitting, trade
from invoicing.api import access
from invoicing.api.access import CurrentEnv
from invoicing.api.shapes import Document, DraftKept
from invoicing.converting import Chosen, Wanted
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.life import EDITABLE, State
from invoicing.store import invoices
from mesh import audit, preconditions
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input
from mesh.commands import CurrentCommand
from mesh.errors import Malformed
from mesh.preconditions import ExpectedVersion

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])


class ChosenLine(Input):
    """One order line, and how much of it; neither quantity nor amount: all that is available."""

    order_line_id: UUID
    quantity: Quantity | None = None
    amount: Annotated[Amount | None, Field(description="without VAT")] = None


class NewInvoice(Input):
    """Either orders: all that can be invoiced of them; or `unit_id` and `currency`: what `document` says."""

    order_id: UUID | None = None
    order_ids: Annotated[tuple[UUID, ...], Field(max_length=50, description="of one unit, in one currency")] = ()
    lines: Annotated[
        list[ChosenLine] | None, Field(max_length=1_000, description="the ticked lines; absent: every line")
    ] = None
    despatch_id: Annotated[UUID | None, Field(description="take this despatch's quantities")] = None
    unit_id: UUID | None = None
    currency: Currency | None = None
    document: Annotated[DraftEdit, Field(description="terms to write into the draft at once")] = DraftEdit()


def _chosen(wanted: NewInvoice) -> Wanted:
    named = [*([wanted.order_id] if wanted.order_id else []), *wanted.order_ids]
    lines = None
    if wanted.lines is not None:
        lines = {line.order_line_id: Chosen(line.quantity, line.amount) for line in wanted.lines}
    return Wanted(tuple(dict.fromkeys(named)), lines, wanted.despatch_id)


@router.post("", status_code=201, response_model=DraftKept, max_body_size=DOCUMENT_BODY)
async def create_invoice(
    wanted: NewInvoice, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """A draft, nothing more: it reserves nothing, and nobody else sees it."""
    access.may_write(principal)
    company = principal.company_id
    chosen = _chosen(wanted)
    content = await converting.contents(env, company, chosen.order_ids)
    async with command.transaction() as tx:
        if chosen.order_ids:
            kept = await converting.convert(tx, env, company, chosen, content)
            if wanted.document.model_fields_set:
                row = await drafting.own(tx, kept.id, company, lock=True)
                version, invoice = await drafting.write(tx, row, wanted.document)
                kept = drafting.NewDraft(kept.id, version, invoice)
        elif wanted.unit_id is not None and wanted.currency is not None:
            kept = await drafting.start(tx, env, company, wanted.unit_id, wanted.currency, wanted.document)
        else:
            raise Malformed("ORDER_OR_UNIT", "Send order_ids, or unit_id with currency.")
        audit.note(tx, actor=principal.actor, action="invoice.create", subject=str(kept.id), company_id=company)
        answer = DraftKept(id=kept.id, version=kept.version, document=kept.invoice)
        headers = {"etag": preconditions.etag(kept.version), "location": f"/v1/invoices/{kept.id}"}
        return await command.answer(tx, 201, answer, headers=headers)


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
        row = await drafting.own(tx, invoice_id, principal.company_id, lock=True)
        preconditions.current(expected, row["version"])
        version, invoice = await drafting.write(tx, row, edit)
        answer = DraftKept(id=invoice_id, version=version, document=invoice)
        return await command.answer(tx, 200, answer, headers={"etag": preconditions.etag(version)})


@router.get("/{invoice_id}/document")
async def read_document(invoice_id: UUID, response: Response, principal: CurrentPrincipal, env: CurrentEnv) -> Document:
    """What was sent, read from the very XML; for a draft, what would be sent now. With all totals."""
    access.may_read(principal)
    async with env.api.transaction(principal.tenants) as tx:
        row = await invoices.one(tx, invoice_id)
        if row is None:
            raise errors.invoice_unknown()
        editable = State(row["state"]) in EDITABLE
        relation = await trade.relation(tx, row["supplier_id"], row["unit_id"]) if editable else None
    response.headers["etag"] = preconditions.etag(row["version"])
    if relation is not None:
        today = env.clock.today(relation.supplier.time_zone)
        invoice = drafting.computed(submitting.as_sent(invoices.draft_of(row), relation, today))
        return Document(id=invoice_id, version=row["version"], sent=False, document=invoice)
    if row["document"] is None:  # cancelled before it was ever sent
        invoice = drafting.computed(invoices.draft_of(row))
        return Document(id=invoice_id, version=row["version"], sent=False, document=invoice)
    xml = await env.objects.read(DocumentRef.model_validate(row["document"]))
    return Document(id=invoice_id, version=row["version"], sent=True, document=read_invoice(xml))
