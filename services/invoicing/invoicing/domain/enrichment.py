"""Filling what an invoice from elsewhere lacks from its order: marked, and never over what it says."""

from dataclasses import dataclass
from typing import Any, Final

from contracts.faults import json_pointer
from documents.invoice import InvoiceDraft
from documents.order import Order
from documents.references import OrderLineReference
from invoicing.domain.matching import SURE, Match

_FROM_ORDER: Final = {
    "order_reference": "number",
    "buyer_reference": "buyer_reference",
    "contract_reference": "contract_reference",
    "project_reference": "project_reference",
    "buyer_accounting_reference": "buyer_accounting_reference",
    "payment_terms": "payment_terms",
}


@dataclass(frozen=True)
class Filled:
    """A term that was filled: where it stands, and the order that it is from."""

    pointer: str
    order_number: str


def enrich(draft: InvoiceDraft, matches: list[Match], order: Order | None) -> tuple[InvoiceDraft, tuple[Filled, ...]]:
    """The draft with what the order knows; `order`: the one that it bills, None when there are several."""
    filled: list[Filled] = []
    changed: dict[str, Any] = {}
    lines = list(draft.lines)
    for match in matches:
        line = lines[match.line]
        if match.confidence >= SURE and match.basis != "reference" and line.order_line is None:
            named = OrderLineReference(line=match.candidate.identifier, order=match.candidate.order_number)
            lines[match.line] = line.model_copy(update={"order_line": named})
            filled.append(Filled(json_pointer("lines", match.line, "order_line"), match.candidate.order_number))
    if filled:
        changed["lines"] = tuple(lines)
    if order is not None:
        for term, source in _FROM_ORDER.items():
            value = getattr(order, source)
            if getattr(draft, term) is None and value:
                changed[term] = value
                filled.append(Filled(json_pointer(term), order.number))
    return draft.model_copy(update=changed), tuple(filled)
