"""Orders and invoices, statuses, previews and all else that companies do, at the real APIs, all of it journalled."""

import itertools
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
from journal import Journal
from people import AGAIN, GaveUp, Somebody, key, persist

from actors.documents import fresh, from_a_stranger, order_xml
from actors.mesh import ERP, EXAMPLES, UNIT, Mesh

PER_ORDER = 12
"""Quantity of an order's line 10; one invoice more than that is tried on it."""
_PENDING = AGAIN | {404, 409, 422}
"""An order that was accepted is on its way to the supplier."""
_STATUSES = ({"code": "205"}, {"code": "205"}, {"code": "210", "reasons": ["NON_CONFORME"]})
_XML = {"content-type": "application/xml"}
Order = tuple[str, dict[str, Any]]


class Traffic:
    """What the demo's supplier, buyer, buyer's ERP and operator do."""

    def __init__(self, mesh: Mesh, journal: Journal, seed: int) -> None:
        self.journal = journal
        self.ending = threading.Event()
        self.supplier, self.operator, self.buyer = (
            Somebody.person(mesh, name, self.ending) for name in ("supplier", "operator", "buyer")
        )
        self.erp = Somebody(mesh.machine(ERP), self.ending)
        self.accepted = 0
        self._random = random.Random(seed)  # noqa: S311 - a repeatable timetable, not a secret
        self._orders: list[Order] = []
        self._numbers = itertools.count()
        self._statuses = itertools.count()
        self._alone = threading.Lock()
        self._placing = threading.Lock()
        self._told: set[str] = set()

    def close(self) -> None:
        """Nobody asks for anything more."""
        self.ending.set()
        for somebody in (self.supplier, self.operator, self.buyer, self.erp):
            somebody.close()

    def _post_order(self, content: bytes) -> str:
        headers = _XML | key()
        answer = self.erp.send("POST", "/v1/orders", content=content, headers=headers, params={"unit": str(UNIT)})
        assert answer.is_success, answer.text
        order_id = str(answer.json()["id"])
        self.journal.note("order", id=order_id, key=headers["idempotency-key"], body=answer.text)
        if self._random.random() < 0.3:  # another order under the same key must be refused
            other = persist(
                lambda: self.erp.once("POST", "/v1/orders", content=order_xml(fresh("CMD")), headers=headers,
                                      params={"unit": str(UNIT)}),
                self.ending,
            )  # fmt: skip
            self.journal.note("misuse", key=headers["idempotency-key"], status=other.status_code)
        return order_id

    def order(self) -> Order:
        """Publish an order and wait for it at the supplier; returns its id and one unit of its line 10 as a line."""
        order_id = self._post_order(order_xml(fresh("CMD"), quantity=str(PER_ORDER)))
        body = {"order_id": order_id, "document": {"number": fresh("T")}}
        draft = self.supplier.send("POST", "/v1/invoices", again=_PENDING, json=body, headers=key())
        lines = self.supplier.send("GET", f"/v1/invoices/{draft.json()['id']}").json()["draft"]["lines"]
        return order_id, next(line for line in lines if line["order_line"]["line"] == "10") | {"quantity": "1"}

    def order_for_a_stranger(self) -> None:
        """An order whose supplier nobody knows yet: it waits."""
        self._post_order(from_a_stranger(fresh("CMD")))

    def without_webhook(self, webhook_id: str) -> None:
        """The buyer's listener goes away for good; tried once."""
        with suppress(httpx.TransportError):
            self.buyer.once("DELETE", f"/v1/webhooks/{webhook_id}")

    def _place(self) -> Order:
        """The order that the next invoice is for; others go on with the last one while the next is made."""
        with self._alone:
            due = next(self._numbers) % (PER_ORDER + 1) == 0
            last = self._orders[-1] if self._orders else None
        if due or last is None:
            with self._placing:
                if last is None and self._orders:
                    return self._orders[-1]
                made = self.order()
            with self._alone:
                self._orders.append(made)
            return made
        return last

    def invoice(self) -> bool:
        """Write and submit an invoice of one unit; whether it was accepted."""
        order_id, line = self._place()
        number = fresh("F")
        body = {"order_id": order_id, "document": {"number": number, "lines": [line]}}
        draft = self.supplier.send("POST", "/v1/invoices", json=body, headers=key())
        if not draft.is_success:
            self.journal.note("refused", number=number, status=draft.status_code, body=draft.text[:300])
            return False
        invoice_id = str(draft.json()["id"])
        accepted = self._submit(invoice_id)
        with self._alone:
            self.accepted += accepted
        if accepted and self._random.random() < 0.03:
            self._cancel(invoice_id)
        return accepted

    def _submit(self, invoice_id: str) -> bool:
        """Submit, and now and then once more under the same key after the answer came."""
        headers = key()
        accepted = False
        for _ in range(2 if self._random.random() < 0.1 else 1):
            self.journal.note("try", invoice=invoice_id)
            answer = self.supplier.send("POST", f"/v1/invoices/{invoice_id}/submit", headers=headers)
            self.journal.note(
                "answer", invoice=invoice_id, key=headers["idempotency-key"], status=answer.status_code,
                body=answer.text,
            )  # fmt: skip
            accepted = answer.status_code == 202
        return accepted

    def _cancel(self, invoice_id: str) -> None:
        """The supplier thinks better of it; too late for what was delivered already."""
        body = {"reason": "WITHDRAWN"}
        answer = self.supplier.send("POST", f"/v1/invoices/{invoice_id}/cancel", json=body, headers=key())
        self.journal.note("cancel", invoice=invoice_id, status=answer.status_code)

    def submit_until(self, wanted: int, share: Callable[[], float], over: threading.Event) -> None:
        """A client: submit until enough were accepted and the faults are over.

        `share` is how much of the faults is done: the invoices keep pace with it, so that every fault meets some.
        """
        while self.accepted < wanted or not over.is_set():
            if self.ending.is_set():
                return
            if self.accepted >= wanted * share():
                self.ending.wait(0.3)
                continue
            try:
                self.invoice()
            except GaveUp:
                if not self.ending.is_set():
                    raise

    def untold(self) -> dict[str, Any] | None:
        """A delivered invoice of which the buyer has said nothing; given out once."""
        items = self.supplier.send("GET", "/v1/invoices", params={"limit": 50}).json()["items"]
        with self._alone:
            waiting = [each for each in items if each["state"] == "delivered" and each["id"] not in self._told]
            if not waiting:
                return None
            self._told.add(waiting[-1]["id"])
            return waiting[-1]

    def report_one(self) -> None:
        """The buyer approves or refuses a delivered invoice; the supplier gets a mail."""
        told = self.untold()
        if told is None:
            return
        with self._alone:
            status = _STATUSES[next(self._statuses) % len(_STATUSES)]
        self.journal.note("reporting", invoice=told["id"])
        answer = self.erp.send("POST", f"/v1/invoices/{told['id']}/statuses", json=status, headers=key())
        self.journal.note(
            "reported", invoice=told["id"], number=told["number"], status=answer.status_code, body=answer.text[:300]
        )

    def ask_somebody_in(self) -> None:
        """The buyer's administrator asks a person in, who gets a mail."""
        email = f"{fresh('p').lower()}@demo.navette.example"
        body = {"email": email, "name": "P", "language": "fr", "roles": ["viewer"]}
        answer = self.buyer.send("POST", "/v1/users", json=body, headers=key(), again=AGAIN - {429})  # a day has few
        self.journal.note("asked_in", email=email, status=answer.status_code, body=answer.text[:300])

    def look_around(self) -> None:
        """What leaves nothing behind: a preview, a check, a list, the archive."""
        content = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes()
        for path in ("/v1/previews", "/v1/checks"):
            answer = self.supplier.send("POST", path, content=content, headers=_XML)
            self.journal.note("look", path=path, status=answer.status_code)

    def rotate_keys(self) -> None:
        """The operator publishes a new key for tokens."""
        answer = self.operator.send("POST", "/v1/ops/registration/signing-keys")
        self.journal.note("rotated", status=answer.status_code)

    def replay(self, service: str, mode: str) -> str:
        """An operator plans and starts a replay; returns the job."""
        body = {"mode": mode, "reason": "chaos", "rate": 5000}
        while True:
            plan = self.operator.send("POST", f"/v1/ops/{service}/replays", json=body)
            assert plan.is_success, plan.text
            job, start = plan.json()["job_id"], {"plan_hash": plan.json()["plan_hash"]}
            begun = self.operator.send("POST", f"/v1/ops/{service}/replays/{job}/start", json=start)
            if begun.is_success or begun.json()["code"] != "PLAN_MOVED":
                return job
