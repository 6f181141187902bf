"""Before anybody sends, a draft says whether it would be kept ten years with its container."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.registration import GrantState

pytestmark = pytest.mark.connected


async def ends(desk: Any, company_id: UUID, at: datetime | None, revision: int = 1) -> None:
    await desk.learn(GrantState(company_id=company_id, revision=revision, allowance=None, archive_ends_at=at))


async def told(desk: Any, headers: dict[str, str], invoice_id: str | None = None) -> tuple[str, list[bool]]:
    """What a new draft says, and what it says when it is written, and when it is read."""
    if invoice_id is None:
        wanted = {"unit_id": str(desk.unit), "currency": "EUR"}
        made = await desk.client.post("/v1/invoices", json=wanted, headers=headers)
        assert made.status_code == 201, made.text
        invoice_id = made.json()["id"]
    path = f"/v1/invoices/{invoice_id}"
    read = await desk.client.get(f"{path}/document", headers=headers)
    match = {"if-match": read.headers["etag"]}
    written = await desk.client.patch(path, json={"number": "F-1"}, headers=headers | match)
    return str(invoice_id), [read.json()["archive_option"], written.json()["archive_option"]]


async def test_it_is_told_until_noon_and_no_more_from_noon_on(desk: Any) -> None:
    await desk.settle_in(non_order_invoices=True)
    noon = desk.clock.now() + timedelta(minutes=1)
    await ends(desk, desk.supplier, noon)
    invoice_id, before = await told(desk, desk.seller())
    assert before == [True, True], "of the buyer nothing was said"
    await ends(desk, desk.buyer, noon - timedelta(days=1))
    assert (await told(desk, desk.seller(), invoice_id))[1] == [True, True]
    desk.clock.advance(timedelta(minutes=1))
    assert (await told(desk, desk.seller(), invoice_id))[1] == [False, False]
    await ends(desk, desk.buyer, noon + timedelta(minutes=1), revision=2)
    assert (await told(desk, desk.seller(), invoice_id))[1] == [True, True], "the buyer's suffices"


async def test_what_any_account_of_a_company_has_is_told_to_all(desk: Any) -> None:
    await desk.settle_in(non_order_invoices=True)
    kept = await desk.merge(supplier=True)
    headers = desk.of(kept, desk.supplier)
    past, later = (desk.clock.now() + timedelta(minutes=minutes) for minutes in (-1, 1))
    await ends(desk, desk.buyer, past)
    await ends(desk, kept, past)
    assert (await told(desk, headers))[1] == [False, False]
    await ends(desk, desk.supplier, later)
    assert (await told(desk, headers))[1] == [True, True]
    await ends(desk, desk.supplier, past, revision=2)
    await ends(desk, kept, None, revision=2)
    assert (await told(desk, headers))[1] == [True, True]
