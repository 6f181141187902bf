"""What buyers and suppliers do with orders and invoices, over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from actors.documents import fresh, order_xml
from actors.mesh import UNIT
from actors.session import Nobody, shown
from actors.waiting import eventually

XML = {"content-type": "application/xml"}
TO_UNIT = {"unit": str(UNIT)}
"""The golden order names no unit, and other tests give the buyer further ones."""
_ENDED = ("delivered", "failed", "cancelled")


def publish(erp: Nobody, document: bytes) -> dict[str, Any]:
    """An ERP sends an order in UBL."""
    return erp.ask("POST", "/v1/orders", content=document, headers=XML, params=TO_UNIT)


@dataclass(frozen=True)
class Supplier:
    """Somebody who writes invoices."""

    session: Nobody

    def order(self, number: str) -> dict[str, Any]:
        """The order with this number, as soon as it can be invoiced or says why not."""

        def arrived() -> dict[str, Any] | None:
            found = self.session.get("/v1/orders", number=number)["items"]
            known = found and self.session.send("GET", "/v1/billable-lines", params={"order_id": found[0]["id"]})
            return found[0] if known and known.is_success else None

        return eventually(f"order {number} at the supplier", arrived)

    def lines(self, order_id: str) -> dict[str, dict[str, Any]]:
        """The accounts of an order's lines, by the buyer's line number."""
        answer = self.session.get("/v1/billable-lines", order_id=order_id)
        return {line["identifier"]: line for line in answer["lines"]}

    def lines_when(
        self, what: str, order_id: str, fits: Callable[[dict[str, dict[str, Any]]], bool]
    ) -> dict[str, dict[str, Any]]:
        """The same, once they are as they should be."""

        def asked() -> dict[str, dict[str, Any]] | None:
            found = self.lines(order_id)
            return found if fits(found) else None

        return eventually(what, asked)

    def draft(self, order_id: str, number: str) -> dict[str, Any]:
        """The draft of all that can be invoiced of an order."""
        return self.session.ask(
            "POST", "/v1/invoices", 201, json={"order_id": order_id, "document": {"number": number}}
        )

    def draft_of(self, order_id: str, number: str, **quantities: str) -> dict[str, Any]:
        """A draft with some lines only: `line_10="5"`."""
        made = self.draft(order_id, number)
        wanted = {name.removeprefix("line_"): quantity for name, quantity in quantities.items()}
        lines = [
            line | {"quantity": wanted[line["order_line"]["line"]]}
            for line in self.session.get(f"/v1/invoices/{made['id']}")["draft"]["lines"]
            if line["order_line"]["line"] in wanted
        ]
        return self.edit(made, lines=lines)

    def edit(self, draft: dict[str, Any], **terms: Any) -> dict[str, Any]:
        """Write terms of a draft."""
        headers = {"if-match": f'"v{draft["version"]}"'}
        return self.session.ask("PATCH", f"/v1/invoices/{draft['id']}", 200, json=terms, headers=headers)

    def try_to_submit(self, invoice_id: str) -> httpx.Response:
        """Send an invoice; the answer whatever it is."""
        headers = {"idempotency-key": str(uuid4())}
        return self.session.send("POST", f"/v1/invoices/{invoice_id}/submit", headers=headers)

    def submit(self, invoice_id: str) -> str:
        """Send an invoice; returns the id of the submission."""
        answer = self.try_to_submit(invoice_id)
        assert answer.status_code == 202, shown(answer)
        return str(answer.json()["submission_id"])

    def ended(self, invoice_id: str, state: str = "delivered") -> dict[str, Any]:
        """The invoice once it has come to its end, which must be this one."""
        return ended(self.session, invoice_id, state)

    def deliver(self, order_id: str, number: str, **quantities: str) -> dict[str, Any]:
        """Draft, send, wait: a delivered invoice of the whole order or of some lines."""
        made = self.draft_of(order_id, number, **quantities) if quantities else self.draft(order_id, number)
        self.submit(made["id"])
        return self.ended(made["id"])


def ended(session: Nobody, invoice_id: str, state: str = "delivered") -> dict[str, Any]:
    """The invoice once it has come to its end, which must be this one."""

    def asked() -> dict[str, Any] | None:
        found = session.get(f"/v1/invoices/{invoice_id}")
        return found if found["state"] in _ENDED else None

    found = eventually(f"end of invoice {invoice_id}", asked, 90)
    assert found["state"] == state, found
    return found


def new_order(erp: Nobody, supplier: Supplier, **changed: str) -> dict[str, Any]:
    """A fresh golden order that has arrived at its supplier."""
    number = fresh("CMD")
    publish(erp, order_xml(number, **changed))
    return supplier.order(number)
