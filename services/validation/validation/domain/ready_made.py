"""Ready-made rules that a buyer's unit ticks and sets: what a document is, says and must not say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from validation.domain import ordered_goods, parameters
from validation.domain.case import Case, NotEvaluated, Place
from validation.domain.parameters import Reader

Check = Callable[[Case, Mapping[str, Any]], list[Place]]


@dataclass(frozen=True)
class Kind:
    """A ready-made rule. `needs`: what it asks for beside the document; without that it is not evaluated."""

    check: Check
    english: str
    french: str
    parameters: Mapping[str, Reader] = field(default_factory=dict[str, Reader])
    needs: Literal["", "orders", "similar"] = ""


def _order_reference(case: Case, _: Mapping[str, Any]) -> list[Place]:
    """BT-13 names the order, or every line names its own (EN 16931-1:2026)."""
    if case.invoice.order_reference:
        return []
    return [
        Place("BT-13", f"/lines/{number}/order_line/order", {"line": str(number + 1)})
        for number, line in enumerate(case.invoice.lines)
        if line.order_line is None or not line.order_line.order
    ]


_REFERENCES: Final = {
    "BT-10": "buyer_reference",
    "BT-11": "project_reference",
    "BT-12": "contract_reference",
    "BT-13": "order_reference",
    "BT-15": "receiving_advice_reference",
    "BT-16": "despatch_advice_reference",
    "BT-17": "tender_reference",
    "BT-18": "invoiced_object",
    "BT-19": "buyer_accounting_reference",
}


def _references(case: Case, given: Mapping[str, Any]) -> list[Place]:
    return [
        Place(term, f"/{_REFERENCES[term]}", {"term": term})
        for term in sorted(given["terms"])
        if not getattr(case.invoice, _REFERENCES[term])
    ]


def _buyer_reference(case: Case, _: Mapping[str, Any]) -> list[Place]:
    return _references(case, {"terms": ("BT-10",)})


def _no_charges(case: Case, _: Mapping[str, Any]) -> list[Place]:
    """Neither of the document (BG-21) nor of a line (BG-28)."""
    found = [Place("BG-21", f"/charges/{number}", {}) for number in range(len(case.invoice.charges))]
    for number, line in enumerate(case.invoice.lines):
        found += [Place("BG-28", f"/lines/{number}/charges/{charge}", {}) for charge in range(len(line.charges))]
    return found


def _maximum_amount(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if case.invoice.totals.gross_amount <= given["amount"]:
        return []
    return [Place("BT-112", "/totals/gross_amount", {"limit": str(given["amount"])})]


def _currencies(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if case.invoice.currency in given["codes"]:
        return []
    return [Place("BT-5", "/currency", {"allowed": ", ".join(sorted(given["codes"]))})]


def _attachments(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if len(case.invoice.supporting_documents) >= given["count"]:
        return []
    return [Place("BG-24", "/supporting_documents", {"count": str(given["count"])})]


def _no_attachments(case: Case, _: Mapping[str, Any]) -> list[Place]:
    return [
        Place("BG-24", f"/supporting_documents/{number}", {})
        for number in range(len(case.invoice.supporting_documents))
    ]


def _payment_terms(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if case.invoice.due_date is None:
        raise NotEvaluated("BT-9")
    days = (case.invoice.due_date - case.invoice.issue_date).days
    if given["minimum_days"] <= days <= given["maximum_days"]:
        return []
    limits = {"minimum": str(given["minimum_days"]), "maximum": str(given["maximum_days"])}
    return [Place("BT-9", "/due_date", limits)]


def _number_format(case: Case, given: Mapping[str, Any]) -> list[Place]:
    return [] if given["form"].fullmatch(case.invoice.number) else [Place("BT-1", "/number", {})]


def _last_delivery(case: Case) -> date | None:
    invoice = case.invoice
    if invoice.delivery is not None and invoice.delivery.date is not None:
        return invoice.delivery.date
    return invoice.period.end if invoice.period is not None else None


def _delivery_date(case: Case, _: Mapping[str, Any]) -> list[Place]:
    return [] if _last_delivery(case) else [Place("BT-72", "/delivery/date", {})]


def _not_before_delivery(case: Case, _: Mapping[str, Any]) -> list[Place]:
    delivered = _last_delivery(case)
    if delivered is None:
        raise NotEvaluated("BT-72")
    return [] if case.invoice.issue_date >= delivered else [Place("BT-2", "/issue_date", {})]


def _tax_point(case: Case, _: Mapping[str, Any]) -> list[Place]:
    invoice = case.invoice
    return [] if invoice.tax_point_date or invoice.tax_point_code else [Place("BT-7", "/tax_point_date", {})]


def _one_order(case: Case, _: Mapping[str, Any]) -> list[Place]:
    whole = case.invoice.order_reference or ""
    named = [(line.order_line and line.order_line.order) or whole for line in case.invoice.lines]
    if len(set(named)) == 1:
        return []
    first = next(filter(None, named), "")
    return [
        Place("BT-13", f"/lines/{number}/order_line/order", {"line": str(number + 1)})
        for number, order in enumerate(named)
        if order and order != first
    ]


def _cut_off(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if case.invoice.issue_date.day <= given["last_day"]:
        return []
    return [Place("BT-2", "/issue_date", {"last_day": str(given["last_day"])})]


def _age(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if (case.today - case.invoice.issue_date).days <= given["days"]:
        return []
    return [Place("BT-2", "/issue_date", {"days": str(given["days"])})]


def _duplicate(case: Case, given: Mapping[str, Any]) -> list[Place]:
    if case.similar is None:
        raise NotEvaluated("similar invoices")
    near = [day for day in case.similar if abs((day - case.invoice.issue_date).days) <= given["days"]]
    return [Place("BT-112", "/totals/gross_amount", {"count": str(len(near))})] if near else []


KINDS: Final[dict[str, Kind]] = {
    "order-reference-required": Kind(
        _order_reference, "The order is named (BT-13), or one on each line.", "La commande est citée (BT-13)."
    ),
    "buyer-reference-required": Kind(
        _buyer_reference, "Your reference is there (BT-10).", "Votre référence est présente (BT-10)."
    ),
    "references-required": Kind(
        _references,
        "Each reference ticked here is there.",
        "Chaque référence cochée ici est présente.",
        {"terms": parameters.references},
    ),
    "charges-forbidden": Kind(
        _no_charges, "No charge is added, neither to a line nor in all.", "Aucuns frais, ni par ligne ni au total."
    ),
    "maximum-amount": Kind(
        _maximum_amount,
        "The total with VAT (BT-112) is at most this amount.",
        "Le total TTC (BT-112) ne dépasse pas ce montant.",
        {"amount": parameters.amount},
    ),
    "currencies-allowed": Kind(
        _currencies,
        "The currency is one of these.",
        "La devise est l’une de celles-ci.",
        {"codes": parameters.currencies},
    ),
    "attachments-required": Kind(
        _attachments,
        "At least so many documents are joined.",
        "Au moins tant de pièces jointes.",
        {"count": parameters.count},
    ),
    "attachments-forbidden": Kind(_no_attachments, "No document is joined.", "Aucune pièce jointe."),
    "payment-terms": Kind(
        _payment_terms,
        "The due date (BT-9) is so many days after the invoice's.",
        "L’échéance (BT-9) suit la date de facture d’autant de jours.",
        {"minimum_days": parameters.days, "maximum_days": parameters.days},
    ),
    "number-format": Kind(
        _number_format,
        "The invoice number has this form (# digit, @ letter, * anything).",
        "Le numéro de facture a cette forme (# chiffre, @ lettre, * tout).",
        {"form": parameters.mask},
    ),
    "delivery-date-required": Kind(
        _delivery_date,
        "The day of delivery, or the period, is there.",
        "La date de livraison, ou la période, est présente.",
    ),
    "not-before-delivery": Kind(
        _not_before_delivery,
        "The invoice is not dated before the delivery.",
        "La facture n’est pas datée d’avant la livraison.",
    ),
    "tax-point-required": Kind(
        _tax_point, "The tax point is there (BT-7 or BT-8).", "L’exigibilité de la TVA est présente (BT-7 ou BT-8)."
    ),
    "one-order": Kind(_one_order, "One invoice bills one order.", "Une facture porte sur une seule commande."),
    "cut-off-day": Kind(
        _cut_off,
        "The invoice is dated up to this day of its month.",
        "La facture est datée au plus tard de ce jour du mois.",
        {"last_day": parameters.day_of_month},
    ),
    "maximum-age": Kind(
        _age,
        "The invoice is at most so many days old when it comes.",
        "La facture a au plus tant de jours à son arrivée.",
        {"days": parameters.days},
    ),
    "possible-duplicate": Kind(
        _duplicate,
        "No other invoice of this supplier has the same total within so many days.",
        "Aucune autre facture de ce fournisseur n’a le même total à tant de jours près.",
        {"days": parameters.days},
        needs="similar",
    ),
    "price-tolerance": Kind(
        ordered_goods.price,
        "Each price exceeds the order's by at most so many per cent.",
        "Chaque prix dépasse celui de la commande d’au plus tant pour cent.",
        {"percent": parameters.percent},
        needs="orders",
    ),
    "quantity-tolerance": Kind(
        ordered_goods.quantity,
        "What is billed in all exceeds what was ordered by at most so many per cent.",
        "Le total facturé dépasse la quantité commandée d’au plus tant pour cent.",
        {"percent": parameters.percent},
        needs="orders",
    ),
    "receipt-required": Kind(
        ordered_goods.receipt,
        "Only what was received is billed.",
        "Seul ce qui a été reçu est facturé.",
        needs="orders",
    ),
}
