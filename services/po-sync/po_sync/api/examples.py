"""Example bodies of the OpenAPI description: short, and valid as they stand."""

from typing import Any, Final

ORDER: Final[dict[str, Any]] = {
    "number": "CMD-2026-004711",
    "revision": 1,
    "issue_date": "2026-11-02",
    "currency": "EUR",
    "buyer": {"name": "Brasseries du Rhin SA", "vat_identifier": "FR65908172638"},
    "buyer_unit": "Siège",
    "seller": {"name": "Ateliers Kœnig & Fils SARL", "identifiers": [{"value": "80234567800014", "scheme": "0009"}]},
    "payment_terms": "30 jours fin de mois",
    "contacts": [{"role": "requester", "name": "Awa Diallo", "email": "awa.diallo@brasseries-rhin.example"}],
    "receipt_required": True,
    "tolerance": {"quantity_percentage": "5"},
    "amount_cap": "2000.00",
    "freight_in_cap": False,
    "lines": [
        {
            "identifier": "10",
            "quantity": "120",
            "unit": "C62",
            "price": {"net": "8.45"},
            "vat": {"code": "S", "rate": "20"},
            "item": {"name": "Roulement rigide à billes 6208-2RS1", "seller_identifier": "KC-40200"},
        }
    ],
}
CHANGE: Final[dict[str, Any]] = {
    "revision": 2,
    "revised_on": "2026-11-12",
    "reason": "Quantité revue avec l’atelier",
    "requester": {"name": "Awa Diallo", "email": "awa.diallo@brasseries-rhin.example"},
    "lines": [{"identifier": "10", "quantity": "100"}, {"identifier": "20", "status": "cancelled"}],
}
RECEIPT: Final[dict[str, Any]] = {
    "number": "REC-2026-0042",
    "issue_date": "2026-11-16",
    "order_reference": "CMD-2026-004711",
    "buyer": {"name": "Brasseries du Rhin SA"},
    "seller": {"name": "Ateliers Kœnig & Fils SARL"},
    "lines": [{"identifier": "1", "received_quantity": "60", "unit": "C62", "order_line": {"line": "10"}}],
}
RESPONSE: Final[dict[str, Any]] = {
    "number": "AR-2026-118",
    "note": "Le reste suit début décembre.",
    "promised_on": "2026-11-18",
    "lines": [
        {"identifier": "10", "quantity": "80", "promised_on": "2026-11-18"},
        {"identifier": "20", "rejected": True},
    ],
}
DESPATCH: Final[dict[str, Any]] = {
    "number": "BL-2026-0077",
    "despatched_on": "2026-11-17",
    "estimated_on": "2026-11-18",
    "carrier": "Transports Vosges Express",
    "tracking": "TVE-99120",
    "lines": [{"identifier": "10", "quantity": "60"}],
}
