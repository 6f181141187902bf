"""Bodies of orders and receipts in the formats that are taken, told apart by content type."""

import json
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from documents.errors import DocumentError
from documents.order import Order
from documents.reading import read_order, read_receipt
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


def described(model: type[Model], *, component: bool) -> dict[str, Any]:
    """The OpenAPI request body of a document that is taken as JSON and as UBL.

    `component`: some answer holds the model too, so that its schema stands among the components.
    """
    schema = model.model_json_schema()
    named = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {
        JSON: {"schema": named if component else _resolved(schema, schema.get("$defs", {}))},
        "application/xml": {"schema": {"type": "string", "description": f"UBL 2.1 {model.__name__}"}},
    }
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


def order(kind: str, body: bytes, revision: int | None) -> Order:
    """An order in JSON or UBL 2.1. UBL has no revision: `?revision=` gives it, and overrides the one of JSON."""
    if kind == JSON:
        found = from_json(Order, body)
    elif kind in XML:
        try:
            found = read_order(body)
        except DocumentError as error:
            raise errors.unreadable(error) from None
    else:
        raise errors.unsupported_format(kind)
    return found if revision is None else found.model_copy(update={"revision": revision})


def receipt(kind: str, body: bytes) -> ReceiptAdvice:
    """A receipt in JSON or UBL 2.1 (ReceiptAdvice)."""
    if kind == JSON:
        return from_json(ReceiptAdvice, body)
    if kind in XML:
        try:
            return read_receipt(body)
        except DocumentError as error:
            raise errors.unreadable(error) from None
    raise errors.unsupported_format(kind)
