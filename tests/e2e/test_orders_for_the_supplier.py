"""What a supplier sees of its orders through the gateway, and what it sends back about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actors.documents import fresh, order_json
from actors.mesh import UNIT
from actors.session import Machine, Person
from actors.trade import TO_UNIT, Supplier
from actors.waiting import eventually

pytestmark = pytest.mark.e2e


def _day(days_ago: int) -> str:
    return str(datetime.now(UTC).date() - timedelta(days=days_ago))


def _publish(erp: Machine, number: str, **terms: Any) -> dict[str, Any]:
    return erp.ask("POST", "/v1/orders", 201, json=order_json(number, **terms), params=TO_UNIT)


def _listed(supplier: Supplier, number: str, **query: str) -> bool:
    return bool(supplier.session.get("/v1/orders", number=number, **query)["items"])


def _window(buyer: Person, years: int) -> None:
    unit = next(unit for unit in buyer.get("/v1/units") if unit["id"] == str(UNIT))
    headers = {"if-match": f'"v{unit["version"]}"'}
    settings = {"settings": {"order_window_years": years}}
    buyer.ask("PATCH", f"/v1/units/{UNIT}", 200, json=settings, headers=headers)


def test_age_counts_from_the_last_change_and_by_the_years_of_the_unit(
    erp: Machine, buyer: Person, supplier: Supplier
) -> None:
    old, middle = fresh("OLD"), fresh("MIDDLE")
    ancient = _publish(erp, old, issue_date=_day(3 * 365))
    _publish(erp, middle, issue_date=_day(18 * 30))
    far = {"from": _day(4 * 365)}
    assert not _listed(supplier, old, **far)
    answer = supplier.session.get("/v1/orders/why", number=old, **far)
    assert [reason["code"] for reason in answer["reasons"]] == ["TOO_OLD"]
    change = {"revised_on": _day(30), "reason": "nouveau délai", "valid_until": _day(-90)}
    erp.ask("POST", f"/v1/orders/{ancient['id']}/changes", 200, json=change)
    assert _listed(supplier, old)
    assert _listed(supplier, middle, **far)
    try:
        _window(buyer, 1)
        eventually("18 months are too old in a unit of one year", lambda: not _listed(supplier, middle, **far))
        assert _listed(supplier, old)
        told = supplier.session.get("/v1/orders/why", number=middle, **far)["reasons"]
        assert [(reason["code"], reason["mended_by"], reason["window_years"]) for reason in told] == [
            ("TOO_OLD", "buyer", 1)
        ]
    finally:
        _window(buyer, 2)
    eventually("and are there again in one of two", lambda: _listed(supplier, middle, **far))


def test_a_change_reaches_the_supplier_and_its_answers_reach_the_buyer(
    erp: Machine, buyer: Person, supplier: Supplier
) -> None:
    number = fresh("CHG")
    path = f"/v1/orders/{_publish(erp, number)['id']}"
    lines = [{"identifier": "10", "quantity": "100", "price": {"net": "8.00"}}]
    erp.ask("POST", f"{path}/changes", 200, json={"lines": lines, "requester": {"name": "Awa Diallo"}})
    latest = supplier.session.get(f"{path}/revisions")[0]
    assert latest["requester"]["name"] == "Awa Diallo"
    changes = {(item["line"], item["term"]): (item["old"], item["new"]) for item in latest["changes"]}
    assert (changes["10", "quantity"], changes["10", "price.net"]) == (("120", "100"), ("8.45", "8.00"))

    offer = {"lines": [{"identifier": "10", "quantity": "80", "promised_on": _day(-10)}]}
    response = supplier.session.ask("POST", f"{path}/responses", 201, json=offer)
    assert (response["code"], response["findings"]) == ("CA", [])
    goods = {"number": fresh("BL"), "lines": [{"identifier": "10", "quantity": "80"}]}
    supplier.session.ask("POST", f"{path}/despatches", 201, json=goods)
    seen = buyer.get(path)
    assert (seen["status"], seen["lines"][0]["despatched"], seen["lines"][0]["remaining"]) == ("accepted", "80", "100")
    document = buyer.send("GET", response["document"])
    assert b"<cbc:OrderResponseCode>CA</cbc:OrderResponseCode>" in document.content

    supplier.session.ask("POST", f"{path}/archive", 204)
    assert not _listed(supplier, number)
    told = supplier.session.get("/v1/orders/why", number=number)["reasons"]
    assert [reason["code"] for reason in told] == ["ARCHIVED"]
    supplier.session.ask("POST", f"{path}/restore", 204)
    assert _listed(supplier, number)


def test_why_answers_for_what_never_came_and_for_what_lies_outside_the_period(erp: Machine, supplier: Supplier) -> None:
    number = fresh("WHY")
    _publish(erp, number, issue_date=_day(10))
    answer = supplier.session.get("/v1/orders/why", number=number, **{"from": _day(400), "to": _day(30)})
    assert [reason["code"] for reason in answer["reasons"]] == ["OUTSIDE_PERIOD"]
    assert supplier.session.get("/v1/orders/why", number=number)["reasons"] == []
    never = supplier.session.get("/v1/orders/why", number=fresh("NEVER"))
    assert (never["found"], never["reasons"][0]["code"]) == (0, "NOT_SENT")
