"""Lists in pages by keyset: a page starts after the last row of the page before, so rows that come and go meanwhile repeat or hide nothing."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query

from contracts import limits
from mesh.bodies import Output
from mesh.errors import Malformed

T = TypeVar("T")
Kind = Literal["timestamptz", "date", "numeric", "text", "bigint", "uuid"]
_DEFAULT_SIZE: Final = 50
_MAX_CURSOR: Final = 2_000
_BIGINT: Final = 2**63


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


def _page_request(
    limit: Annotated[int, Query(ge=1, le=limits.PAGE_SIZE, description="Rows a page")] = _DEFAULT_SIZE,
    cursor: Annotated[str | None, Query(max_length=_MAX_CURSOR, description="`next` of the page before")] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


CurrentPage = Annotated[PageRequest, Depends(_page_request)]
"""A route's parameter: `?limit=` and `?cursor=`."""


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def _number(value: str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _whole(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_BIGINT <= value < _BIGINT:
        raise ValueError("not a bigint")
    return value


def _text(value: str) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text")
    return value


_READ: Final[Mapping[Kind, Callable[[Any], object]]] = {
    "timestamptz": _moment,
    "date": date.fromisoformat,
    "numeric": _number,
    "text": _text,
    "bigint": _whole,
    "uuid": UUID,
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

    def cursor(self, row: Mapping[str, Any]) -> str:
        """The cursor that continues after this row."""
        value = row[self.key or self.column.rpartition(".")[2]]
        identifier = row[self.id_key or self.id_column.rpartition(".")[2]]
        written = value if self.kind == "bigint" else value.isoformat() if isinstance(value, date) else str(value)
        content = orjson.dumps([self.name, int(self.descending), written, str(identifier)])
        return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _after(sort: Sort, cursor: str | None) -> tuple[object, UUID] | None:
    if cursor is None:
        return None
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, descending, value, identifier = orjson.loads(content)
        if (name, descending) != (sort.name, int(sort.descending)):
            raise ValueError("of another order")
        return _READ[sort.kind](value), UUID(identifier)
    except (ValueError, TypeError, AttributeError, binascii.Error, InvalidOperation):
        raise Malformed(
            "BAD_CURSOR", "This cursor is not of this list in this order; start again without one."
        ) from None


@dataclass(frozen=True)
class Keyset:
    """One page's part of a query: `select … where … and {where} order by {order} limit :page_size`, with `parameters`."""

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

    def next(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """The cursor of the page after these rows."""
        return self.sort.cursor(rows[self.limit - 1]) if len(rows) > self.limit else None

    def shown(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of this page, without the one that only tells of a next."""
        return rows[: self.limit]
