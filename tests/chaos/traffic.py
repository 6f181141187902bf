"""Buyers and suppliers who do not give up: each request is repeated, with its key, until it is answered for good."""

import itertools
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
from journal import Journal

from actors.documents import fresh, order_xml
from actors.mesh import ERP, Mesh
from actors.session import Nobody, Person

_AGAIN = frozenset({401, 403, 408, 425, 429})
_PER_ORDER = 12
"""Quantity of an order's line 10; one invoice more than that is tried on it."""
PATIENCE = 240.0


class GaveUp(Exception):
    """A request had no answer for longer than any fault lasts."""


def persist(send: Callable[[], httpx.Response], again: frozenset[int] = _AGAIN) -> httpx.Response:
    """Send until the answer is final. Raises GaveUp."""
    until = time.monotonic() + PATIENCE
    last = "nothing"
    while time.monotonic() < until:
        try:
            answer = send()
        except (httpx.TransportError, AssertionError) as error:  # a machine asserts that it got its token
            last = repr(error)
        else:
            if answer.status_code < 500 and answer.status_code not in again:
                return answer
            last = f"{answer.request.method} {answer.request.url.path} {answer.status_code} {answer.text[:200]}"
        time.sleep(0.3)
    raise GaveUp(last)


class Somebody:
    """A person who signs in again when asked to."""

    def __init__(self, person: Person, password: str) -> None:
        self.person = person
        self._password = password
        self._alone = threading.Lock()
        self._signed_in = 0.0

    def sign_in(self) -> None:
        """Sign in unless somebody just did."""
        with self._alone:
            if time.monotonic() - self._signed_in > 2:
                body = {"email": self.person.email, "password": self._password}
                if self.person.send("POST", "/v1/session", json=body).is_success:
                    self._signed_in = time.monotonic()

    def send(self, method: str, path: str, *, again: frozenset[int] = _AGAIN, **options: Any) -> httpx.Response:
        """A request until it is answered for good."""

        def once() -> httpx.Response:
            answer = self.person.send(method, path, **options)
            if answer.status_code == 401:
                self.sign_in()
            return answer

        return persist(once, again)


class Traffic:
    """Orders and invoices at the real APIs, all journalled."""

    def __init__(self, mesh: Mesh, journal: Journal, seed: int) -> None:
        self.journal = journal
        self.supplier, self.operator, self.buyer = (self._person(mesh, n) for n in ("supplier", "operator", "buyer"))
        self.erp: Nobody = mesh.machine(ERP)
        self.ending = threading.Event()
        self.accepted = 0
        self._random = random.Random(seed)  # noqa: S311 - a repeatable timetable, not a secret
        self._orders: list[tuple[str, dict[str, Any]]] = []
        self._numbers = itertools.count()
        self._alone = threading.Lock()

    def _person(self, mesh: Mesh, name: str) -> Somebody:
        person = mesh.person(name)
        somebody = Somebody(person, mesh.people[person.email])
        somebody.sign_in()
        return somebody

    def order(self) -> tuple[str, dict[str, Any]]:
        """Publish an order and wait for it at the supplier; returns its id and one unit of its line 10 as a line."""
        content = order_xml(fresh("CMD"), quantity=str(_PER_ORDER))
        headers = {"content-type": "application/xml"}
        answer = persist(lambda: self.erp.send("POST", "/v1/orders", content=content, headers=headers))
        assert answer.is_success, answer.text
        order_id: str = answer.json()["id"]
        self.journal.note("order", id=order_id)
        pending = _AGAIN | {404, 409, 422}
        body = {"order_id": order_id, "document": {"number": fresh("T")}}
        draft = self.supplier.send("POST", "/v1/invoices", again=pending, json=body, headers=_key())
        lines = self.supplier.send("GET", f"/v1/invoices/{draft.json()['id']}").json()["draft"]["lines"]
        return order_id, next(line for line in lines if line["order_line"]["line"] == "10") | {"quantity": "1"}

    def _place(self) -> tuple[str, dict[str, Any]]:
        """The order that the next invoice is for."""
        with self._alone:
            if next(self._numbers) % (_PER_ORDER + 1) == 0 or not self._orders:
                self._orders.append(self.order())
            return self._orders[-1]

    def invoice(self) -> bool:
        """Write and submit an invoice of one unit; whether it was accepted."""
        order_id, line = self._place()
        number = fresh("F")
        body = {"order_id": order_id, "document": {"number": number, "lines": [line]}}
        draft = self.supplier.send("POST", "/v1/invoices", json=body, headers=_key())
        if not draft.is_success:
            self.journal.note("refused", number=number, status=draft.status_code, body=draft.text[:300])
            return False
        invoice_id: str = draft.json()["id"]
        key = _key()
        accepted = self._submit(invoice_id, key)
        if self._random.random() < 0.1:
            self._submit(invoice_id, key)
        with self._alone:
            self.accepted += accepted
        return accepted

    def _submit(self, invoice_id: str, key: dict[str, str]) -> bool:
        self.journal.note("try", invoice=invoice_id)
        answer = self.supplier.send("POST", f"/v1/invoices/{invoice_id}/submit", headers=key)
        self.journal.note(
            "answer", invoice=invoice_id, key=key["idempotency-key"], status=answer.status_code, body=answer.text
        )
        return answer.status_code == 202

    def submit_until(self, wanted: int, faults_over: threading.Event) -> None:
        """A client: submit until enough were accepted and the faults are over; slowly once there are enough."""
        while self.accepted < wanted or not faults_over.is_set():
            if self.ending.is_set():
                return
            self.invoice()
            if self.accepted >= wanted:
                time.sleep(1)

    def approve_one(self) -> None:
        """The buyer approves a delivered invoice; the supplier gets a mail."""
        answer = self.supplier.send("GET", "/v1/invoices", params={"limit": 50})
        waiting = [each for each in answer.json()["items"] if each["state"] == "delivered" and each["status"] != "205"]
        if waiting:
            invoice_id = waiting[0]["id"]
            body = {"code": "205"}
            persist(lambda: self.erp.send("POST", f"/v1/invoices/{invoice_id}/statuses", json=body))

    def ask_somebody_in(self) -> None:
        """The buyer's administrator asks a person in, who gets a mail."""
        body = {
            "email": f"{fresh('p').lower()}@demo.navette.example",
            "name": "P",
            "language": "fr",
            "roles": ["viewer"],
        }
        self.buyer.send("POST", "/v1/users", json=body, headers=_key(), again=frozenset({401}))

    def replay(self, service: str, mode: str) -> dict[str, Any]:
        """An operator plans and starts a replay; returns the job."""
        body = {"mode": mode, "reason": "chaos", "rate": 5000}
        plan = self.operator.send("POST", f"/v1/ops/{service}/replays", json=body)
        assert plan.is_success, plan.text
        job, start = plan.json()["job_id"], {"plan_hash": plan.json()["plan_hash"]}
        with suppress(GaveUp):
            self.operator.send("POST", f"/v1/ops/{service}/replays/{job}/start", json=start)
        return plan.json()


def _key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}
