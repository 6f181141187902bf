"""Pages: every row exactly once, in order, whatever the values; and no cursor but our own."""

import base64
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from contracts import limits
from contracts.ids import new_id
from local_stack.fixtures import Infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.errors import Malformed
from mesh.http import create_app
from mesh.paging import CurrentPage, Kind, Page, PageRequest, Sort

_ANY_ID = st.uuids()
_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "timestamptz": st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    "date": st.dates(),
    "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=6),
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "uuid": _ANY_ID,
}


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Kind, Any, UUID, bool]:
    kind = draw(st.sampled_from(sorted(_VALUES)))
    return kind, draw(_VALUES[kind]), draw(_ANY_ID), draw(st.booleans())


@given(_rows())
def test_a_cursor_brings_back_exactly_what_it_was_made_from(row: tuple[Kind, Any, UUID, bool]) -> None:
    kind, value, identifier, descending = row
    sort = Sort("by", "t.value", kind, descending=descending, id_column="t.id")
    cursor = sort.cursor({"value": value, "id": identifier})
    keyset = sort.page(PageRequest(10, cursor))
    assert keyset.parameters == {"page_size": 11, "after_key": value, "after_id": identifier}
    assert keyset.where.startswith("(t.value, t.id) " + ("<" if descending else ">"))


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_whatever_else_comes_as_a_cursor_is_refused_and_never_breaks(cursor: str) -> None:
    with pytest.raises(Malformed, match="BAD_CURSOR"):
        Sort("number", "number", "bigint").page(PageRequest(10, cursor))


def _cursor(*content: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("timestamptz", "2026-11-22T10:00:00"),
        ("timestamptz", "yesterday"),
        ("date", "2026-02-30"),
        ("numeric", "NaN"),
        ("numeric", "Infinity"),
        ("bigint", 2**63),
        ("bigint", True),
        ("bigint", "1"),
        ("text", "a\x00b"),
        ("text", 1),
        ("uuid", "42"),
    ],
)
def test_a_value_that_the_column_cannot_hold_never_reaches_the_database(kind: Kind, value: object) -> None:
    with pytest.raises(Malformed, match="BAD_CURSOR"):
        Sort("by", "value", kind).page(PageRequest(10, _cursor("by", False, value, str(new_id()))))


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = Sort("by", "value", "bigint").cursor({"value": 1, "id": new_id()})
    for other in (Sort("by", "value", "bigint", descending=True), Sort("number", "value", "bigint")):
        with pytest.raises(Malformed, match="BAD_CURSOR"):
            other.page(PageRequest(10, cursor))


async def test_a_page_is_bounded_over_http() -> None:
    router = APIRouter()

    @router.get("/rows")
    async def list_rows(page: CurrentPage) -> Page[int]:
        return Page(items=[page.limit], next=page.cursor)

    assert list_rows
    app = create_app(title="t", service="t", routers=[router])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        assert (await client.get("/rows")).json() == {"items": [50], "next": None, "count": None}
        for wrong in ("limit=0", f"limit={limits.PAGE_SIZE + 1}", "limit=x", f"cursor={'a' * 2001}"):
            reply = await client.get(f"/rows?{wrong}")
            assert (reply.status_code, reply.json()["code"]) == (422, "INVALID_PARAMETER")


async def _all_pages(database: Database, sort: Sort, limit: int) -> list[Sequence[Any]]:
    pages: list[Sequence[Any]] = []
    cursor: str | None = None
    while True:
        keyset = sort.page(PageRequest(limit, cursor))
        async with database.transaction() as tx:
            rows = await tx.rows(
                f"select id, moment, amount, title, number, day from row where {keyset.where} "  # noqa: S608 - names of this test
                f"order by {keyset.order} limit :page_size",
                **keyset.parameters,
            )
        pages.append(keyset.shown(rows))
        cursor = keyset.next(rows)
        if cursor is None:
            return pages


@pytest.mark.connected
async def test_every_row_is_on_exactly_one_page_in_order(infra: Infra) -> None:
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    # Many rows are equal by every column, so that only the id decides between them.
    made: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "moment": start + timedelta(microseconds=n // 7),
            "amount": Decimal(n // 5) / 8,
            "title": f"é {n // 4}",
            "number": n // 6,
            "day": date(2026, 1, n // 9 + 1),
        }
        for n in range(60)
    ]
    async with fresh_database(infra, "signing") as fresh:
        owner = Database(SecretStr(fresh.dsn("owner")), service="signing", role="owner")
        async with owner.transaction() as tx:
            await tx.execute(
                "create table row (id uuid, moment timestamptz, amount numeric, title text, number bigint, day date)"
            )
            for row in made:
                await tx.execute("insert into row values (:id, :moment, :amount, :title, :number, :day)", **row)
        kinds: dict[str, Kind] = {
            "moment": "timestamptz",
            "amount": "numeric",
            "title": "text",
            "number": "bigint",
            "day": "date",
            "id": "uuid",
        }
        for column, kind in kinds.items():
            for descending in (False, True):
                pages = await _all_pages(owner, Sort(column, column, kind, descending=descending), 7)
                seen = [(row[column], row["id"]) for page in pages for row in page]
                assert sorted(identifier for _, identifier in seen) == sorted(row["id"] for row in made)
                if column != "title":  # the database sorts text by its collation
                    assert seen == sorted(seen, reverse=descending)
                assert [len(page) for page in pages] == [7] * 8 + [4]
        await owner.close()
