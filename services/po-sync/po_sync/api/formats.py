"""Bodies of orders and receipts in the formats that are taken, told apart by content type."""

import json
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from documents.errors import DocumentError
from documents.order import Order
from documents.order_change import OrderCancellation, OrderChange
from documents.reading import OrderDocument, read_order_document
from documents.receipt import ReceiptAdvice
from documents.values import Model
from mesh.errors import Malformed
from po_sync import errors

M = TypeVar("M", bound=Model)
JSON = "application/json"
XML = frozenset({"application/xml", "text/xml"})


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema with every reference replaced by what it names; no business document contains itself."""
    if isinstance(schema, list):
        return [_resolved(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _resolved(value, definitions) for name, value in schema.items() if name != "$defs"}


def described(
    model: type[Model], *, component: bool, ubl: str = "", example: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The OpenAPI request body of a document that is taken as JSON and as UBL.

    `component`: some answer holds the model too, so that its schema stands among the components.
    """
    schema = model.model_json_schema()
    named = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {
        JSON: {"schema": named if component else _resolved(schema, schema.get("$defs", {}))},
        "application/xml": {"schema": {"type": "string", "description": ubl or f"UBL 2.1 {model.__name__}"}},
    }
    if example is not None:
        content[JSON]["example"] = example
    return {"requestBody": {"required": True, "content": content}}


def media_type(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def from_json(model: type[M], body: bytes) -> M:
    """A document from JSON. Raises Malformed, RequestValidationError (rendered as 422 with pointers)."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        if any(item["type"] == "json_invalid" for item in found):
            raise Malformed("MALFORMED_JSON", "The body is not JSON (RFC 8259).") from None
        located = [{**item, "loc": ("body", *item["loc"])} for item in found]
        raise RequestValidationError(located, body=json.loads(body)) from None


def sent(kind: str, body: bytes, revision: int | None) -> Order | OrderChange | OrderCancellation:
    """What an ERP sends: an order in JSON, or an order, change or cancellation in UBL 2.1.

    UBL has no revision of an order: `?revision=` gives it, and overrides the one of JSON.
    """
    found = from_json(Order, body) if kind == JSON else _from_xml(kind, body)
    if isinstance(found, ReceiptAdvice):
        raise errors.wrong_address("/v1/receipts")
    if isinstance(found, Order) and revision is not None:
        return found.model_copy(update={"revision": revision})
    return found


def change(kind: str, body: bytes) -> OrderChange | OrderCancellation:
    """A change of one order in JSON or UBL 2.1, or its cancellation in UBL."""
    found = from_json(OrderChange, body) if kind == JSON else _from_xml(kind, body)
    if not isinstance(found, OrderChange | OrderCancellation):
        raise errors.wrong_address("/v1/receipts" if isinstance(found, ReceiptAdvice) else "/v1/orders")
    return found


def receipt(kind: str, body: bytes) -> ReceiptAdvice:
    """A receipt in JSON or UBL 2.1 (ReceiptAdvice)."""
    found = from_json(ReceiptAdvice, body) if kind == JSON else _from_xml(kind, body)
    if not isinstance(found, ReceiptAdvice):
        raise errors.wrong_address("/v1/orders")
    return found


def _from_xml(kind: str, body: bytes) -> OrderDocument:
    if kind not in XML:
        raise errors.unsupported_format(kind)
    try:
        return read_order_document(body)
    except DocumentError as error:
        raise errors.unreadable(error) from None
