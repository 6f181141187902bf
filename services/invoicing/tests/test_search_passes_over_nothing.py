"""Searching by words over more invoices than the newest that are looked at first: every match comes, in its order."""

from typing import Any

import pytest

from invoicing.store import search

pytestmark = pytest.mark.connected

NEWEST_LOOKED_AT = 3_000


async def _fill(desk: Any) -> None:
    """The oldest 80 of 3,200 that the supplier wrote, one a minute, hold the word; so do 100 older ones it got."""
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute(
            """insert into invoice (id, supplier_id, author_id, buyer_id, recipient_id, unit_id, kind, draft, number,
                number_key, order_numbers, currency, net, vat, gross, due, search, state, created_at)
            select gen_random_uuid(), s, s, b, b, :unit, 'invoice',
                '{"seller": {"name": "S"}, "buyer": {"name": "B"}}', 'F-' || n, 'F-' || n, '{}', 'EUR', 1, 0, 1, 1,
                case when n > :written - 80 then 'PALIER' else 'VIS' end, 'delivered',
                cast(:now as timestamptz) - n * interval '1 minute'
            from generate_series(1, :written + 100) n
            cross join lateral (select case when n <= :written then cast(:supplier as uuid) else :buyer end s,
                case when n <= :written then cast(:buyer as uuid) else :supplier end b) parties""",
            unit=desk.unit,
            supplier=desk.supplier,
            buyer=desk.buyer,
            written=NEWEST_LOOKED_AT + 200,
            now=desk.clock.now(),
        )


async def _numbers(desk: Any, **wanted: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "25", **wanted} | ({"cursor": cursor} if cursor else {})
        answer = await desk.client.get("/v1/invoices", params=params, headers=desk.seller())
        assert answer.status_code == 200, answer.text
        found += [item["number"] for item in answer.json()["items"]]
        cursor = answer.json()["next"]
        assert len(found) < 500, "the list does not end"
        if cursor is None:
            return found


@pytest.mark.parametrize("wanted", [{}, {"box": "sent"}, {"box": "received"}], ids=["both", "sent", "received"])
async def test_older_matches_of_one_side_are_not_passed_over_for_still_older_ones_of_the_other(
    desk: Any, wanted: dict[str, str]
) -> None:
    await desk.settle_in()
    await _fill(desk)
    written = NEWEST_LOOKED_AT + 200
    places = {
        None: (written - 79, written + 100),
        "sent": (written - 79, written),
        "received": (written + 1, written + 100),
    }
    first, last = places[wanted.get("box")]
    assert await _numbers(desk, q="palier", **wanted) == [f"F-{n}" for n in range(first, last + 1)]


@pytest.mark.parametrize("by_id", [2, 2_000])
async def test_lists_come_in_the_order_that_is_asked_for_page_by_page(
    desk: Any, by_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SORTED_BY_ID", by_id)  # few or many that hold the words are sorted by another way
    await desk.settle_in()
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute(
            """insert into invoice (id, supplier_id, author_id, buyer_id, recipient_id, unit_id, kind, draft, number,
                number_key, order_numbers, currency, net, vat, gross, due, search, state, created_at, issue_date,
                due_date)
            select gen_random_uuid(), :supplier, :supplier, :buyer, :buyer, :unit, 'invoice',
                '{"seller": {"name": "S"}, "buyer": {"name": "B"}}', name, name, '{}', 'EUR', 1, 0, gross, 1,
                name || ' VIS', 'delivered', cast(:now as timestamptz) - place * interval '1 minute', issued, issued
            from (values ('A', 30, 1, date '2026-01-03'), ('B', 10, 2, null), ('C', 20, 3, date '2026-01-01'),
                ('D', 20, 4, date '2026-01-02')) v(name, gross, place, issued)""",
            unit=desk.unit,
            supplier=desk.supplier,
            buyer=desk.buyer,
            now=desk.clock.now(),
        )
    wanted = {
        "-created": "ABCD", "created": "DCBA", "issue_date": "CDAB", "-issue_date": "BADC", "due_date": "CDAB",
        "-due_date": "BADC", "number": "ABCD", "-number": "DCBA",
    }  # fmt: skip
    for words in ({}, {"q": "vis"}):
        for sort, names in wanted.items():
            assert "".join(await _numbers(desk, limit="1", sort=sort, **words)) == names, sort
        dearest = await _numbers(desk, limit="1", sort="-gross", **words)
        assert (dearest[0], set(dearest[1:3]), dearest[3]) == ("A", {"C", "D"}, "B")
    other = await desk.client.get("/v1/invoices", params={"limit": "1"}, headers=desk.seller())
    params = {"cursor": other.json()["next"], "sort": "gross"}
    mixed = await desk.client.get("/v1/invoices", params=params, headers=desk.seller())
    assert (mixed.status_code, mixed.json()["code"]) == (400, "BAD_CURSOR")
