"""Lists in pages by keyset: a page starts after the last row of the page before.

Rows that come and go meanwhile make no other row appear twice or not at all, as they would with offsets.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime, Field, TypeAdapter
from sqlalchemy import RowMapping

from contracts import limits
from mesh.bodies import Output
from mesh.errors import Malformed

T = TypeVar("T")
Kind = Literal["timestamptz", "date", "numeric", "text", "bigint", "uuid"]
_DEFAULT_SIZE: Final = 50
_MAX_CURSOR: Final = 2_000


class Page(Output, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = None
    """The cursor of the next page; null: this is the last one."""
    count: int | None = None
    """All rows that match, where the list counts them."""


@dataclass(frozen=True)
class PageRequest:
    """What a client asked for."""

    limit: int = _DEFAULT_SIZE
    cursor: str | None = None


async def _page_request(
    limit: Annotated[int, Query(ge=1, le=limits.PAGE_SIZE, description="Rows a page")] = _DEFAULT_SIZE,
    cursor: Annotated[str | None, Query(max_length=_MAX_CURSOR, description="`next` of the page before")] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


CurrentPage = Annotated[PageRequest, Depends(_page_request)]
"""A route's parameter: `?limit=` and `?cursor=`."""


_Bigint = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
# The order's name and direction, the last row's value in it, and that row's id.
_CONTENT: Final[Mapping[Kind, TypeAdapter[tuple[str, bool, Any, UUID]]]] = {
    "timestamptz": TypeAdapter(tuple[str, bool, AwareDatetime, UUID]),
    "date": TypeAdapter(tuple[str, bool, date, UUID]),
    "numeric": TypeAdapter(tuple[str, bool, Decimal, UUID]),
    "text": TypeAdapter(tuple[str, bool, _Text, UUID]),
    "bigint": TypeAdapter(tuple[str, bool, _Bigint, UUID]),
    "uuid": TypeAdapter(tuple[str, bool, UUID, UUID]),
}


@dataclass(frozen=True)
class Sort:
    """An order of rows: by `column`, then by `id_column`. `column` is an SQL expression that is never null."""

    name: str
    """What clients call it; a cursor of one order is refused by another."""
    column: str
    kind: Kind
    descending: bool = False
    id_column: str = "id"
    """A uuid; it decides between rows that are equal by `column`."""
    key: str = ""
    """The result's column that holds `column`'s value; the column's own name unless given."""
    id_key: str = ""

    def page(self, request: PageRequest) -> "Keyset":
        """What to add to a query. Raises Malformed (`BAD_CURSOR`)."""
        return Keyset(self, request.limit, _after(self, request.cursor))

    def cursor(self, row: RowMapping | Mapping[str, Any]) -> str:
        """The cursor that continues after this row."""
        value = row[self.key or self.column.rpartition(".")[2]]
        identifier = row[self.id_key or self.id_column.rpartition(".")[2]]
        content = _CONTENT[self.kind].dump_json((self.name, self.descending, value, identifier))
        return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _after(sort: Sort, cursor: str | None) -> tuple[object, UUID] | None:
    if cursor is None:
        return None
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, descending, value, identifier = _CONTENT[sort.kind].validate_json(content)
    except ValueError:
        raise _bad_cursor() from None
    if (name, descending) != (sort.name, sort.descending):
        raise _bad_cursor()
    return value, identifier


def _bad_cursor() -> Malformed:
    return Malformed("BAD_CURSOR", "This cursor is not of this list in this order; start again without one.")


@dataclass(frozen=True)
class Keyset:
    """One page's part of a query: `select … where {where} order by {order} limit :page_size`, with `parameters`."""

    sort: Sort
    limit: int
    after: tuple[object, UUID] | None

    @property
    def where(self) -> str:
        """A condition; `true` on the first page."""
        if self.after is None:
            return "true"
        sign = "<" if self.sort.descending else ">"
        return (
            f"({self.sort.column}, {self.sort.id_column}) {sign} "
            f"(cast(:after_key as {self.sort.kind}), cast(:after_id as uuid))"
        )

    @property
    def order(self) -> str:
        """The columns of ORDER BY."""
        way = " desc" if self.sort.descending else ""
        return f"{self.sort.column}{way}, {self.sort.id_column}{way}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Values for the placeholders; one row more than the page tells whether there is a next one."""
        values: dict[str, Any] = {"page_size": self.limit + 1}
        if self.after is not None:
            values |= {"after_key": self.after[0], "after_id": self.after[1]}
        return values

    def next(self, rows: Sequence[RowMapping | Mapping[str, Any]]) -> str | None:
        """The cursor of the page after these rows."""
        return self.sort.cursor(rows[self.limit - 1]) if len(rows) > self.limit else None

    def shown(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of this page, without the one that only tells of a next."""
        return rows[: self.limit]
