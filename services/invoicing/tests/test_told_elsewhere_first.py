"""Who was told by another service of what invoicing reads a moment later is not refused it here."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceArchived, InvoiceStatusReported
from contracts.refs import DocumentRef
from documents.invoice import DraftLine, InvoiceDraft
from documents.party import Party
from documents.totals import calculate
from documents.writing import write_invoice
from mesh.freshness import State
from mesh.objects import ObjectMissing, content_key

pytestmark = pytest.mark.connected


class News:
    """Stands for the topics: what `arrives` is read when somebody waits for it, once."""

    def __init__(self, desk: Any, arrives: Callable[[], Awaitable[Any]]) -> None:
        desk.app.state.freshness = self
        self._arrives = arrives
        self.waited = 0

    async def reach(self) -> State:
        self.waited += 1
        if self.waited == 1:
            await self._arrives()
        return State.CURRENT


def archived(desk: Any, sent: dict[str, Any]) -> InvoiceArchived:
    names = ("invoice_id", "supplier_id", "buyer_id", "unit_id", "submission_id", "document", "order_lines")
    document = DocumentRef.model_validate(sent["document"])
    return InvoiceArchived(
        **{name: sent[name] for name in names}, archive_id=new_id(), delivery_id=new_id(), sequence=1, leaf_index=0,
        original=document, archived_document=document, retain_until=desk.clock.now(), archived_at=desk.clock.now(),
    )  # fmt: skip


async def say(desk: Any, invoice_id: str, headers: dict[str, str], **status: Any) -> Any:
    return await desk.client.post(f"/v1/invoices/{invoice_id}/statuses", json=status, headers=headers)


async def test_a_buyer_answers_the_moment_it_hears_of_an_invoice(desk: Any) -> None:
    await desk.settle_in()
    sent = await desk.sent_with("PO-1", "F-1")
    news = News(desk, lambda: desk.learn(archived(desk, sent)))
    answer = await say(desk, sent["invoice_id"], desk.purchaser(), code="204")
    assert (answer.status_code, news.waited) == (201, 1), answer.text
    answer = await say(desk, str(new_id()), desk.purchaser(), code="204")
    assert (answer.status_code, answer.json()["code"]) == (404, "INVOICE_UNKNOWN")


async def test_a_supplier_corrects_the_moment_it_hears_of_a_refusal(desk: Any) -> None:
    await desk.settle_in()
    sent = await desk.sent_with("PO-1", "F-1")
    await desk.learn(archived(desk, sent))
    refused = await say(desk, sent["invoice_id"], desk.purchaser(), code="210", reasons=["CMD_ERR"])
    assert refused.status_code == 201, refused.text
    said = InvoiceStatusReported.model_validate((await desk.facts_sent("invoice.status_reported"))[-1])
    News(desk, lambda: desk.learn(said))
    answer = await desk.client.post(f"/v1/invoices/{sent['invoice_id']}/corrections", headers=desk.seller())
    assert answer.status_code == 201, answer.text


async def test_an_upload_finds_the_order_that_it_was_told_of_a_moment_ago(desk: Any) -> None:
    await desk.settle_in()
    order_line: dict[str, Any] = {"identifier": "1", "quantity": "2", "unit": "C62", "vat": {"code": "S", "rate": "20"}}
    order_line |= {"order_line": {"line": "10"}}
    draft = InvoiceDraft(
        number="EXT-1", issue_date=desk.clock.now().date(), type_code="380", currency="EUR", order_reference="PO-9",
        seller=Party(name="Menuiserie Dupont", vat_identifier="FR32732829320"), buyer=Party(name="Acme"),
        lines=(DraftLine.model_validate(order_line | {"item": {"name": "Item 1"}, "price": {"net": "12.50"}}),),
    )  # fmt: skip
    xml = write_invoice(calculate(draft), "UBL")
    news = News(desk, lambda: desk.order("PO-9", 10))
    headers = desk.seller() | {"content-type": "application/octet-stream"}
    for waited in (1, 1):  # an order that is known is not waited for
        answer = await desk.client.post("/v1/uploads", params={"name": "a.xml"}, content=xml, headers=headers)
        (file,) = answer.json()["files"]
        assert (file["outcome"], news.waited) == ("accepted", waited), file["findings"]


async def test_a_file_for_somebody_elses_invoice_is_not_kept(desk: Any) -> None:
    await desk.settle_in()
    sent = await desk.sent_with("PO-1", "F-1")
    content = b"a;b\n1;" + str(new_id()).encode()
    params = {"invoice_id": sent["invoice_id"], "name": "a.csv"}
    for headers in (desk.stranger(), desk.purchaser()):
        answer = await desk.client.post("/v1/attachments", params=params, content=content, headers=headers)
        assert answer.status_code in (403, 404), answer.text
    digest = hashlib.sha256(content).hexdigest()
    ref = DocumentRef(
        bucket="documents", key=content_key("attachments", digest), sha256=digest, size=len(content),
        media_type="text/csv",
    )  # fmt: skip
    with pytest.raises(ObjectMissing):
        await desk.env.objects.read(ref)


async def test_news_is_not_waited_for_where_it_changes_nothing(desk: Any) -> None:
    await desk.settle_in()
    sent = await desk.sent_with("PO-1", "F-1")
    await desk.learn(archived(desk, sent))

    async def nothing() -> None: ...

    news = News(desk, nothing)
    path = f"/v1/invoices/{UUID(sent['invoice_id'])}"
    answer = await desk.client.post(f"{path}/submit", headers=desk.seller())
    assert (answer.json()["code"], news.waited) == ("NOT_SUBMITTABLE", 0)
    assert (await desk.client.post(f"{path}/corrections", headers=desk.seller())).json()["code"] == "NOT_CORRECTABLE"
    assert news.waited == 1, "it may have been refused just now"
