"""From an order to a submitted invoice, over HTTP, against the real database and object store."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.ids import new_id
from contracts.refs import DocumentRef
from contracts.registration import ConnectionStatus
from documents.reading import read_invoice

pytestmark = pytest.mark.connected


async def drafted(desk: Any, order_id: Any, number: str = "F-1") -> dict[str, Any]:
    answer = await desk.client.post(
        "/v1/invoices", json={"order_id": str(order_id), "document": {"number": number}}, headers=desk.seller()
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_order_becomes_an_invoice_in_three_requests(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order("PO-1", 100, 4)
    draft = await drafted(desk, order_id)
    assert draft["document"]["totals"]["net_amount"] == "1300.00"
    assert draft["document"]["totals"]["gross_amount"] == "1560.00"
    answer = await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())
    assert answer.status_code == 202, answer.text
    sent = (await desk.facts_sent("invoice.submitted"))[0]
    assert sent["submission_id"] == answer.json()["submission_id"]
    assert (sent["number"], sent["attempt"], sent["kind"], sent["issue_date"]) == ("F-1", 1, "invoice", "2026-11-22")
    assert {use["quantity"] for use in sent["order_lines"]} == {"100", "4"}
    line = await desk.line(order_id)
    assert (line["reserved"], line["invoiced"]) == (100, 0)


async def test_what_was_chosen_for_a_customer_goes_with_the_invoice(desk: Any) -> None:
    await desk.settle_in()
    await desk.connection_becomes(ConnectionStatus.ACTIVE, revision=2, consent=True, customer_language="nl")
    draft = await drafted(desk, await desk.order())
    await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())
    sent = (await desk.facts_sent("invoice.submitted"))[0]
    assert (sent["language"], sent["customer_language"]) == ("fr", "nl")


async def test_the_stored_xml_is_the_invoice_that_the_portal_shows(desk: Any) -> None:
    await desk.settle_in()
    draft = await drafted(desk, await desk.order())
    await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())
    sent = (await desk.facts_sent("invoice.submitted"))[0]
    shown = await desk.client.get(f"/v1/invoices/{draft['id']}/document", headers=desk.seller())
    xml = await desk.env.objects.read(DocumentRef.model_validate(sent["document"]))
    assert shown.json()["sent"] is True
    assert shown.json()["document"] == read_invoice(xml).model_dump(mode="json")
    assert shown.json()["document"]["seller"]["legal_registration"]["value"] == "732829320"


async def test_a_submit_that_is_repeated_with_its_key_takes_effect_once(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order()
    draft = await drafted(desk, order_id)
    headers = desk.seller() | {"idempotency-key": "k-1"}
    first = await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=headers)
    second = await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert len(await desk.facts_sent("invoice.submitted")) == 1


async def test_one_number_is_one_document_whatever_its_case_and_spaces(desk: Any) -> None:
    await desk.settle_in()
    first = await drafted(desk, await desk.order("PO-1"), "F-2026-1")
    second = await drafted(desk, await desk.order("PO-2"), " f-2026-1 ")
    await desk.client.post(f"/v1/invoices/{first['id']}/submit", headers=desk.seller())
    answer = await desk.client.post(f"/v1/invoices/{second['id']}/submit", headers=desk.seller())
    assert (answer.status_code, answer.json()["code"]) == (409, "NUMBER_TAKEN")


async def test_the_date_is_the_calendar_day_of_the_sellers_zone(desk: Any) -> None:
    await desk.settle_in()
    draft = await drafted(desk, await desk.order())
    desk.clock.advance(datetime(2026, 12, 31, 23, 30, tzinfo=UTC) - desk.clock.now())
    await desk.client.post(f"/v1/invoices/{draft['id']}/submit", headers=desk.seller())
    assert (await desk.facts_sent("invoice.submitted"))[0]["issue_date"] == "2027-01-01"


async def test_a_draft_is_edited_with_the_version_that_was_read(desk: Any) -> None:
    await desk.settle_in()
    draft = await drafted(desk, await desk.order())
    path = f"/v1/invoices/{draft['id']}"
    read = await desk.client.get(path, headers=desk.seller())
    edit = {"buyer_reference": "Service 12"}
    unguarded = await desk.client.patch(path, json=edit, headers=desk.seller())
    written = await desk.client.patch(path, json=edit, headers=desk.seller() | {"if-match": read.headers["etag"]})
    stale = await desk.client.patch(path, json=edit, headers=desk.seller() | {"if-match": read.headers["etag"]})
    assert (unguarded.status_code, written.status_code, stale.status_code) == (428, 200, 412)
    assert written.json()["document"]["buyer_reference"] == "Service 12"


async def test_an_unknown_term_is_refused_with_its_place(desk: Any) -> None:
    await desk.settle_in()
    draft = await drafted(desk, await desk.order())
    path = f"/v1/invoices/{draft['id']}"
    answer = await desk.client.patch(path, json={"nummer": "1"}, headers=desk.seller() | {"if-match": '"v1"'})
    assert (answer.status_code, answer.json()["violations"][0]["pointer"]) == (422, "/nummer")


async def test_what_the_order_does_not_know_is_refused_with_its_place(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order()
    draft = await drafted(desk, order_id, "")
    line = draft["document"]["lines"][0]
    line.pop("net_amount")
    lines = [line | {"unit": "HUR"}, line | {"identifier": "2", "order_line": {"line": "99"}}]
    path = f"/v1/invoices/{draft['id']}"
    edited = await desk.client.patch(path, json={"lines": lines}, headers=desk.seller() | {"if-match": '"v1"'})
    assert edited.status_code == 200, edited.text
    answer = await desk.client.post(f"{path}/submit", headers=desk.seller())
    found = {(item["rule"], item["pointer"]) for item in answer.json()["violations"]}
    assert answer.status_code == 422
    assert found >= {("NUMBER_MISSING", "/number"), ("UNIT_DIFFERS", "/lines/0/unit")}
    assert ("ORDER_LINE_UNKNOWN", "/lines/1/order_line") in found


async def test_other_companies_see_nothing(desk: Any) -> None:
    await desk.settle_in()
    order_id = await desk.order()
    draft = await drafted(desk, order_id)
    path = f"/v1/invoices/{draft['id']}"
    for headers in (desk.stranger(), desk.purchaser()):
        for address in (path, f"{path}/document", f"{path}/timeline"):
            assert (await desk.client.get(address, headers=headers)).status_code == 404
        assert (await desk.client.get("/v1/invoices", headers=headers)).json()["items"] == []
    answer = await desk.client.get("/v1/billable-lines", params={"order_id": str(order_id)}, headers=desk.stranger())
    assert answer.status_code == 404
    assert (await desk.client.get(f"/v1/invoices/{new_id()}", headers=desk.seller())).status_code == 404
