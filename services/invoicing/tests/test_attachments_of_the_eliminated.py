"""What goes with an invoice goes with its original once that is eliminated, as far as nothing else needs it."""

from typing import Any

import pytest

PLAN, PRICES = b"%PDF-1.7\nplan\n%%EOF", b"%PDF-1.7\nprices\n%%EOF"


@pytest.mark.connected
async def test_attachments_go_with_the_last_invoice_that_has_them_and_their_digests_stay(desk: Any) -> None:
    await desk.settle_in()
    first = await desk.sent_with("PO-1", "F-1", plan=PLAN, prices=PRICES)
    second = await desk.sent_with("PO-2", "F-2", prices=PRICES)
    plan, prices = [file["document"] for file in first["attachments"]]
    await desk.eliminate(first)
    assert [await desk.has(ref) for ref in (plan, prices)] == [False, True]
    files = (await desk.client.get(f"/v1/attachments?invoice_id={first['invoice_id']}", headers=desk.seller())).json()
    found = [await desk.client.get(f"/v1/attachments/{file['id']}", headers=desk.seller()) for file in files]
    assert [(each.status_code, each.content == PRICES) for each in found] == [(410, False), (200, True)]
    assert found[0].json()["code"] == "ELIMINATED"
    await desk.eliminate(second)
    assert not await desk.has(prices)
    kept = [row["document"] for row in await desk.env.pipeline.once("select document from attachment order by id")]
    assert [(file["sha256"], "key" in file) for file in kept] == [
        (file["sha256"], False) for file in (plan, prices, prices)
    ], "a backup looks for no object that is gone"
