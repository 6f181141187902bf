"""What a check is given: a document, or the product's JSON with what its orders say of its lines."""

from collections.abc import Mapping
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.faults import Finding, Severity, json_pointer
from contracts.invoices import MOST_CONTEXT, OrderContext
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from mesh.errors import Invalid
from validation.errors import not_a_document


class Checkable(BaseModel):
    """An invoice with its order context, as invoicing gives it with a submission."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    invoice: Invoice
    order_context: Annotated[tuple[OrderContext, ...], Field(max_length=MOST_CONTEXT)] = ()


def read(content_type: str, body: bytes) -> tuple[bytes, Mapping[int, OrderContext]]:
    """The document's bytes, and the order context by line. Raises UnsupportedMedia, Invalid (`INVALID_DOCUMENT`)."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("application/xml", "text/xml"):
        return body, {}
    if kind != "application/json":
        raise not_a_document(kind)
    try:
        if _names_an_invoice(body):
            given = Checkable.model_validate_json(body)
        else:
            given = Checkable(invoice=Invoice.model_validate_json(body))
    except ValidationError as error:
        found = tuple(
            Finding(
                rule="NAV-JSON-01",
                severity=Severity.FATAL,
                pointer=json_pointer(*each["loc"]),
                detail=each["msg"][:500],
            )
            for each in error.errors(include_url=False)[:50]
        )
        raise Invalid("INVALID_DOCUMENT", "The JSON is not an invoice of EN 16931.", violations=found) from None
    return write_invoice(given.invoice), {each.line: each for each in given.order_context}


def _names_an_invoice(body: bytes) -> bool:
    """Whether it is `{"invoice": …}` and not the invoice itself."""
    try:
        return "invoice" in orjson.loads(body)
    except (orjson.JSONDecodeError, TypeError):
        return False
