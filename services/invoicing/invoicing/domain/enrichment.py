"""Filling what an invoice lacks from its orders, receipts, despatches and companies: marked; it overwrites nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from contracts.faults import json_pointer
from contracts.rulebooks import ENRICHMENTS, Enrichment, EnrichmentSource
from documents.invoice import Delivery, InvoiceDraft
from documents.order import Order
from documents.references import OrderLineReference
from documents.values import Identifier
from invoicing.domain.matching import SURE, Match

_DELIVERY_DATE: Final = "BT-72"
_SELLER_NUMBER: Final = "BT-29"
_FIELDS: Final = {
    "BT-10": "buyer_reference",
    "BT-11": "project_reference",
    "BT-12": "contract_reference",
    "BT-13": "order_reference",
    "BT-14": "sales_order_reference",
    "BT-15": "receiving_advice_reference",
    "BT-16": "despatch_advice_reference",
    "BT-17": "tender_reference",
    "BT-19": "buyer_accounting_reference",
    "BT-20": "payment_terms",
}
_OF_ORDER: Final = {"BT-13": "number", "BT-17": "originator_reference"}
"""Where an order names a term otherwise than the invoice does."""
USUAL: Final = tuple(
    Enrichment(term=term, source="order") for term in ("BT-13", "BT-10", "BT-12", "BT-11", "BT-19", "BT-20")
)
"""What every file from elsewhere is given from the order that it bills."""


@dataclass(frozen=True)
class Filled:
    """A term that was filled: where it stands, and the document or company that it is from."""

    pointer: str
    source: EnrichmentSource
    number: str


@dataclass(frozen=True)
class Origin:
    """A receipt or despatch of lines that the invoice bills."""

    number: str
    dated: date


@dataclass(frozen=True)
class Sources:
    """What may be asked: orders that are billed, receipts and despatches of the lines billed (the oldest first),
    the unit's own code, and the supplier's number at the buyer's; `buyer`: whose they are.
    """

    orders: Sequence[Order] = ()
    receipts: Sequence[Origin] = ()
    despatches: Sequence[Origin] = ()
    unit_code: str | None = None
    supplier_number: str | None = None
    buyer: str = ""


_Known = tuple[Any, str]
"""A value, and the number of what it is from."""


def enrich(draft: InvoiceDraft, matches: list[Match], order: Order | None) -> tuple[InvoiceDraft, tuple[Filled, ...]]:
    """The draft with what the order knows; `order`: the one that it bills, None when there are several."""
    filled: list[Filled] = []
    lines = list(draft.lines)
    for match in matches:
        line = lines[match.line]
        if match.confidence >= SURE and match.basis != "reference" and line.order_line is None:
            named = OrderLineReference(line=match.candidate.identifier, order=match.candidate.order_number)
            lines[match.line] = line.model_copy(update={"order_line": named})
            pointer = json_pointer("lines", match.line, "order_line")
            filled.append(Filled(pointer, "order", match.candidate.order_number))
    if filled:
        draft = draft.model_copy(update={"lines": tuple(lines)})
    if order is None:
        return draft, tuple(filled)
    draft, terms = fill(draft, USUAL, Sources(orders=(order,)))
    return draft, (*filled, *terms)


def lacking(draft: InvoiceDraft, wanted: Iterable[Enrichment]) -> tuple[Enrichment, ...]:
    """What is wanted of terms that the draft says nothing of."""
    return tuple(wish for wish in wanted if _lacks(draft, wish.term))


def fill(
    draft: InvoiceDraft, wanted: Iterable[Enrichment], sources: Sources
) -> tuple[InvoiceDraft, tuple[Filled, ...]]:
    """The draft with each term that it lacks from the first source that knows it; what nobody knows stays empty."""
    filled: list[Filled] = []
    for wish in wanted:
        known = _known(wish, sources) if _lacks(draft, wish.term) else None
        if known is None:
            continue
        value, number = known
        draft, pointer = _written(draft, wish.term, value)
        filled.append(Filled(pointer, wish.source, number[:200]))
    return draft, tuple(filled)


def standing(draft: InvoiceDraft, marks: Iterable[Filled]) -> tuple[Filled, ...]:
    """Marks of terms that a draft was given from its orders when it was made, and still has."""
    content: Any = draft.model_dump(mode="json", exclude_none=True)
    return tuple(mark for mark in marks if mark.source == "order" and _at(content, mark.pointer))


def term_of(mark: Filled) -> str:
    """The document's own term that a mark stands in."""
    return mark.pointer.split("/")[1]


def _lacks(draft: InvoiceDraft, term: str) -> bool:
    if term not in ENRICHMENTS:
        return False
    if term == _DELIVERY_DATE:
        delivered = draft.period is not None or (draft.delivery is not None and draft.delivery.date is not None)
        return not (delivered or draft.is_credit_note)
    if term == _SELLER_NUMBER:
        return all(known.scheme for known in draft.seller.identifiers)
    return not getattr(draft, _FIELDS[term])


def _known(wish: Enrichment, sources: Sources) -> _Known | None:
    match wish.source:
        case "order":
            return _of_orders(_OF_ORDER.get(wish.term, _FIELDS[wish.term]), sources.orders)
        case "receipt":
            return _of_documents(wish.term, sources.receipts)
        case "despatch":
            return _of_documents(wish.term, sources.despatches)
        case "company":
            value = sources.supplier_number if wish.term == _SELLER_NUMBER else sources.unit_code
            return (value, sources.buyer) if value else None


def _of_orders(name: str, orders: Sequence[Order]) -> _Known | None:
    """What all orders say alike; where they differ it is the seller's to decide."""
    values = {getattr(order, name) for order in orders}
    value = values.pop() if len(values) == 1 else None
    return (value, ", ".join(dict.fromkeys(order.number for order in orders))) if value else None


def _of_documents(term: str, found: Sequence[Origin]) -> _Known | None:
    """The number of the only one; the date of the last, with which all was there."""
    if not found:
        return None
    last = max(found, key=lambda origin: origin.dated)
    if term == _DELIVERY_DATE:
        return last.dated, last.number
    return (last.number, last.number) if len({origin.number for origin in found}) == 1 else None


def _written(draft: InvoiceDraft, term: str, value: Any) -> tuple[InvoiceDraft, str]:
    if term == _DELIVERY_DATE:
        delivery = (draft.delivery or Delivery()).model_copy(update={"date": value})
        return draft.model_copy(update={"delivery": delivery}), json_pointer("delivery", "date")
    if term == _SELLER_NUMBER:
        numbers = (Identifier(value=value), *draft.seller.identifiers)
        seller = draft.seller.model_copy(update={"identifiers": numbers})
        return draft.model_copy(update={"seller": seller}), json_pointer("seller", "identifiers", 0)
    return draft.model_copy(update={_FIELDS[term]: value}), json_pointer(_FIELDS[term])


def _at(content: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        if isinstance(content, list):
            content = content[int(step)] if int(step) < len(content) else None  # pyright: ignore[reportUnknownVariableType] - JSON
        else:
            content = content.get(step) if isinstance(content, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
    return content  # pyright: ignore[reportUnknownVariableType] - JSON
