"""What the supplier does: find the order, turn it into an invoice, send it, watch it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from navette.errors import CommandError, Refused
from navette.gateway import Gateway

DONE = "delivered"


class Supplier:
    """A signed-in accountant of the supplier."""

    def __init__(self, session: Gateway) -> None:
        self._session = session

    def order(self, number: str) -> dict[str, Any] | None:
        """The order with this number, once it arrived here with something to invoice."""
        found = self._session.call("GET", "/v1/orders", params={"number": number})["items"]
        if not found:
            return None
        try:
            lines = self._session.call("GET", "/v1/billable-lines", params={"order_id": found[0]["id"]})
        except Refused as refused:
            if refused.code == "ORDER_UNKNOWN":  # po-sync has told invoicing of it, which has not heard yet
                return None
            raise
        return found[0] if lines["lines"] and all(line["billable"] for line in lines["lines"]) else None

    def answer(self, order_id: str, verb: str, **said: str) -> None:
        """Accept or reject an order."""
        self._session.response("POST", f"/v1/orders/{order_id}/{verb}", json=said or None)

    def convert(self, order_id: str, number: str) -> tuple[str, str]:
        """A draft with all that can be invoiced, numbered; returns its id and its total with VAT."""
        draft = self._session.call("POST", "/v1/invoices", json={"order_id": order_id, "document": {"number": number}})
        totals = draft["document"]["totals"]
        return draft["id"], f"{totals['gross_amount']} {draft['document']['currency']}"

    def submit(self, invoice_id: str) -> None:
        """Send it; a repeated request would be answered with the first reply."""
        self._session.call("POST", f"/v1/invoices/{invoice_id}/submit", headers={"idempotency-key": str(uuid4())})

    def delivered(self, invoice_id: str) -> dict[str, Any] | None:
        """The invoice, once the buyer has it. Raises CommandError when it failed, with the findings."""
        invoice = self._session.call("GET", f"/v1/invoices/{invoice_id}")
        if invoice["failure"]:
            raise CommandError(f"the invoice failed: {invoice['failure']}")
        return invoice if invoice["state"] == DONE else None

    def status(self, invoice_id: str, code: str) -> dict[str, Any] | None:
        """The invoice, once the buyer reported this status."""
        invoice = self._session.call("GET", f"/v1/invoices/{invoice_id}")
        return invoice if invoice["status"] == code else None

    def timeline(self, invoice_id: str) -> list[dict[str, Any]]:
        """Every step so far."""
        return self._session.call("GET", f"/v1/invoices/{invoice_id}/timeline")["entries"]

    def download(self, invoice_id: str, name: str, folder: Path) -> Path:
        """A file of the archive."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(self._session.response("GET", f"/v1/archive/{invoice_id}/{name}").content)
        return path

    def verify(self, original: Path) -> dict[str, Any]:
        """Ask the archive whether a file is the original."""
        return self._session.call("POST", "/v1/archive/verify", content=original.read_bytes())
