"""Every reason why an order line cannot be invoiced: provoked through the gateway, answered with whom to ask."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from actors.documents import fresh, order_json
from actors.mesh import BUYER, SUPPLIER
from actors.session import Machine, Person, shown
from actors.trade import Supplier
from actors.waiting import eventually

pytestmark = pytest.mark.e2e
PURCHASING = ("buyer", "purchasing", "achats@brasseries-rhin.example")
RECEIVING = ("buyer", "receiving", "reception@brasseries-rhin.example")
PAYABLE = ("buyer", "accounts_payable", "fournisseurs@brasseries-rhin.example")
OWN = ("supplier", None, None)
Reasons = dict[str, tuple[str, str | None, str | None]]


class Unit:
    """A purchasing unit of its own, whose settings and connection a test may change."""

    def __init__(self, buyer: Person, supplier: Supplier, **settings: Any) -> None:
        self.buyer, self.supplier = buyer, supplier
        self.row = buyer.ask("POST", "/v1/units", 201, json={"name": fresh("BLOCKED"), "settings": settings})
        self.connect()

    def connect(self) -> None:
        wanted = {"unit_id": self.row["id"]}
        self.connection = self.supplier.session.ask("POST", "/v1/connections", 201, json=wanted)["id"]
        self.buyer.ask("POST", f"/v1/connections/{self.connection}/accept", 200, json={"consent": True})

    def change(self, **change: Any) -> None:
        headers = {"if-match": f'"v{self.row["version"]}"'}
        self.row = self.buyer.ask("PATCH", f"/v1/units/{self.row['id']}", 200, json=change, headers=headers)


@pytest.fixture
def unit(buyer: Person, supplier: Supplier) -> Generator[Unit]:
    made = Unit(buyer, supplier, acceptance_required=True, receipt_required=True)
    try:
        yield made
    finally:
        made.change(active=False)


class Subject:
    """One order of that unit, and what stands against its lines."""

    def __init__(self, erp: Machine, unit: Unit, **terms: Any) -> None:
        self.erp, self.supplier, self.number = erp, unit.supplier, fresh("BLK")
        content = order_json(self.number, receipt_required=None, **terms)
        content["lines"][1]["amount_cap"] = "62.00"
        self.id = str(eventually("a unit that orders know", lambda: self._published(unit.row["id"], content)))
        lines = {"order_id": self.id}
        eventually(
            "the order at invoicing",
            lambda: self.supplier.session.send("GET", "/v1/billable-lines", params=lines).is_success or None,
        )

    def _published(self, unit: str, content: dict[str, Any]) -> str | None:
        """None until orders have heard of the unit; before its connection too, the order waits for it (202)."""
        answer = self.erp.send("POST", "/v1/orders", json=content, params={"unit": unit})
        if answer.status_code == 404 and answer.json()["code"] == "UNIT_UNKNOWN":
            return None
        assert answer.is_success, shown(answer)
        return answer.json()["id"]

    def received(self, **quantities: str) -> None:
        lines = [
            {"identifier": name, "received_quantity": quantity, "unit": unit, "order_line": {"line": name}}
            for name, unit in (("10", "C62"), ("20", "C62"), ("30", "HUR"))
            if (quantity := quantities.get(f"line_{name}"))
        ]
        parties = {party: {"name": order_json("x")[party]["name"]} for party in ("buyer", "seller")}
        content = {"number": fresh("REC"), "issue_date": "2026-11-20", "order_reference": self.number, "lines": lines}
        self.erp.ask("POST", "/v1/receipts", 201, json=content | parties)

    def reasons(self, line: str = "10") -> Reasons:
        found = self.supplier.lines(self.id)[line]["blocks"]
        return {
            block["code"]: (block["mended_by"], block["role"], (block["contact"] or {}).get("email")) for block in found
        }

    def told(self, code: str, whom: tuple[str, str | None, str | None], line: str = "10") -> None:
        """The reason comes, with whom to ask."""
        eventually(code, lambda: code in self.reasons(line) or None)
        assert self.reasons(line)[code] == whom

    def gone(self, code: str, line: str = "10") -> None:
        eventually(f"the end of {code}", lambda: code not in self.reasons(line) or None)

    def refused(self, code: str) -> None:
        """Who converts it all the same is told the same."""
        answer = self.supplier.session.send("POST", "/v1/invoices", json={"order_id": self.id})
        assert (answer.status_code, answer.json()["code"]) == (409, code), shown(answer)

    def do(self, verb: str, actor: Any, **body: Any) -> None:
        actor.ask("POST", f"/v1/orders/{self.id}/{verb}", **({"json": body} if body else {}))

    @contextmanager
    def blocked(self, code: str, whom: tuple[str, str | None, str | None]) -> Generator[None]:
        """Provoked before, ended within the block."""
        self.told(code, whom)
        self.refused(code)
        yield
        self.gone(code)


def test_what_stands_against_a_line_of_an_order(erp: Machine, unit: Unit, supplier: Supplier) -> None:
    subject = Subject(erp, unit)
    with subject.blocked("NOT_ACCEPTED", OWN):
        subject.do("accept", supplier.session)
    subject.told("NO_RECEIPT", RECEIVING)
    subject.refused("NOTHING_TO_INVOICE")
    subject.received(line_10="126", line_20="420", line_30="1")
    subject.gone("NO_RECEIPT")

    supplier.deliver(subject.id, fresh("F"), line_10="126", line_20="400")
    subject.told("FULLY_INVOICED", PURCHASING)
    subject.told("AMOUNT_CAP_REACHED", PURCHASING, "20")
    subject.received(line_10="-10")
    subject.told("OVER_INVOICED", PAYABLE)
    assert supplier.lines(subject.id)["10"]["available"] == "-10"
    cancelled = {"lines": [{"identifier": "30", "status": "cancelled"}]}
    erp.ask("POST", f"/v1/orders/{subject.id}/changes", 200, json=cancelled)
    subject.told("WITHDRAWN", PURCHASING, "30")


def test_what_stands_against_a_whole_order(erp: Machine, unit: Unit, buyer: Person, supplier: Supplier) -> None:
    old = Subject(erp, unit, issue_date="2023-01-10")
    old.told("TOO_OLD", PURCHASING)
    subject = Subject(erp, unit)
    subject.do("reject", supplier.session, reason_code="PRICE")
    with subject.blocked("REJECTED", OWN):
        subject.do("accept", supplier.session)
    subject.received(line_10="120")
    subject.do("archive", supplier.session)
    with subject.blocked("ARCHIVED", OWN):
        subject.do("restore", supplier.session)
    subject.do("close", erp, reason="budget")
    with subject.blocked("ORDER_CLOSED", PURCHASING):
        subject.do("reopen", erp)
    assert subject.reasons() == {}, "and now nothing is in the way"
    connection = f"/v1/connections/{unit.connection}"
    buyer.ask("PATCH", connection, 200, json={"consent": False})
    with subject.blocked("NO_CONSENT", PAYABLE):
        buyer.ask("PATCH", connection, 200, json={"consent": True})
    supplier.session.ask("POST", f"{connection}/disconnect", 200, json={"confirm": "Brasseries du Rhin SA"})
    with subject.blocked("NOT_CONNECTED", OWN):
        unit.connect()


def test_whoever_pays_for_transactions_is_named(
    erp: Machine, unit: Unit, buyer: Person, supplier: Supplier, operator: Person
) -> None:
    subject = Subject(erp, unit)
    subject.do("accept", supplier.session)
    subject.received(line_10="120")
    subject.gone("NO_RECEIPT")
    with (
        _nothing_left(operator, str(SUPPLIER), supplier.session),
        subject.blocked("NO_ALLOWANCE", OWN),
        _nothing_left(operator, str(BUYER), buyer),
    ):
        unit.change(settings={"pays_transactions": True})
        eventually("the buyer pays", lambda: subject.reasons().get("NO_ALLOWANCE") == PAYABLE or None)
    assert subject.reasons() == {}


@contextmanager
def _nothing_left(operator: Person, company: str, somebody: Any) -> Generator[None]:
    """The company has used up all that it was granted, as long as the block runs."""
    path = f"/v1/companies/{company}/grant"
    before = somebody.get(path)
    operator.ask("PUT", path, 200, json={"transactions": 0})
    try:
        yield
    finally:
        operator.ask("PUT", path, 200, json=before)
