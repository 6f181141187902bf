"""The archive option buys ten years and the container, for what is sent before its noon."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from archive import evidencing
from contracts.ids import new_id
from contracts.refs import DocumentRef
from contracts.registration import Address, CompanyState, GrantState

pytestmark = pytest.mark.connected

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def option(company_id: UUID, ends_at: datetime | None, revision: int = 1) -> GrantState:
    return GrantState(company_id=company_id, revision=revision, allowance=None, archive_ends_at=ends_at)


def at(desk: Any, moment: datetime) -> None:
    desk.clock.advance(moment - desk.clock.now())


async def shown(desk: Any, number: str) -> tuple[bool, int]:
    """What the list says: whether it has the option, and for how many days it is locked, as the store has it too."""
    answer = await desk.client.get("/v1/archive", params={"number": number}, headers=desk.who())
    (item,) = answer.json()["items"]
    until = datetime.fromisoformat(item["retain_until"])
    async with desk.env.pipeline.transaction() as tx:
        stored = await tx.value("select object from entry where id = :id", id=UUID(item["archive_id"]))
    assert desk.objects.retained_until(DocumentRef.model_validate(stored)) == until
    return item["archive_option"], (until - desk.clock.now()).days


async def container(desk: Any, invoice_id: UUID) -> tuple[int, str]:
    answer = await desk.client.get(f"/v1/archive/{invoice_id}/container.asice", headers=desk.who())
    return answer.status_code, answer.json()["code"] if answer.status_code != 200 else ""


async def test_what_is_sent_a_minute_before_noon_has_it_and_a_minute_after_has_not(desk: Any) -> None:
    await desk.learn(option(desk.supplier, NOON), option(desk.buyer, NOON))
    at(desk, NOON - MINUTE)
    (before,) = await desk.archive("F-1")
    assert await shown(desk, "F-1") == (True, 3653)
    at(desk, NOON + MINUTE)
    (after,) = await desk.archive("F-2")
    assert await shown(desk, "F-2") == (False, 366)
    await evidencing.stamp_batch(desk.env)
    assert await container(desk, before.invoice_id) == (200, "")
    assert await container(desk, after.invoice_id) == (409, "ARCHIVE_OPTION_MISSING")
    for name in ("original.pdf", "bundle.zip"):
        path = f"/v1/archive/{after.invoice_id}/{name}"
        assert (await desk.client.get(path, headers=desk.who(desk.buyer))).status_code == 200, name


async def test_what_was_sent_before_noon_and_sealed_after_it_has_it(desk: Any) -> None:
    await desk.learn(option(desk.supplier, NOON), option(desk.buyer, NOON))
    at(desk, NOON + MINUTE)
    await desk.archive("F-1", submitted_at=NOON - timedelta(seconds=1))
    await desk.archive("F-2", submitted_at=NOON)
    assert await shown(desk, "F-1") == (True, 3653)
    assert await shown(desk, "F-2") == (False, 366)


@pytest.mark.parametrize("ends_at", [None, NOON + MINUTE], ids=["always", "later"])
async def test_the_option_of_one_side_suffices(desk: Any, ends_at: datetime | None) -> None:
    await desk.learn(option(desk.supplier, NOON), option(desk.buyer, ends_at))
    at(desk, NOON)
    await desk.archive("F-1")
    assert await shown(desk, "F-1") == (True, 3653)


async def test_a_company_of_which_nothing_was_said_has_it(desk: Any) -> None:
    await desk.learn(option(desk.supplier, NOON))
    at(desk, NOON + MINUTE)
    await desk.archive("F-1")
    assert await shown(desk, "F-1") == (True, 3653)


async def test_of_merged_accounts_any_has_it_for_all(desk: Any) -> None:
    kept = new_id()
    terms: dict[str, Any] = {"active": True, "legal_name": "Acme", "country": "FR", "time_zone": "Europe/Paris"}
    terms |= {"language": "fr", "supplier": False, "buyer": True, "address": Address(country="FR")}
    await desk.learn(
        CompanyState(company_id=desk.buyer, revision=2, merged_into=kept, **terms),
        CompanyState(company_id=kept, revision=2, merged=(desk.buyer,), **terms),
        option(desk.supplier, NOON),
        option(desk.buyer, NOON),
        option(kept, NOON + MINUTE),
    )
    at(desk, NOON)
    await desk.archive("F-1")
    assert await shown(desk, "F-1") == (True, 3653)
    at(desk, NOON + MINUTE)
    await desk.archive("F-2")
    assert await shown(desk, "F-2") == (False, 366)
