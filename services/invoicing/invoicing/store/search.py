"""Lists of invoices by what people look for; each side of a company's trade by its own index, then merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from invoicing.domain.numbers import number_key
from mesh import tenants
from mesh.paging import Keyset, Kind, Sort
from mesh.transaction import Transaction


def _sort(name: str, column: str, kind: Kind, *, descending: bool = False) -> Sort:
    return Sort(name, column, kind, descending, id_column="i.id", key="sort_key")


NEWEST: Final = _sort("-created", "i.created_at", "timestamptz", descending=True)
_UNDATED: Final = "case when i.{0} is null then date '9999-12-30' else i.{0} end"
"""What has no date yet, such as a draft, stands with the latest. Not the last day there is: the driver writes that one
as infinity, which nothing reaches, and a list would never end.
"""
_ORDERS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("created", "i.created_at", "timestamptz"),
    ("issue_date", _UNDATED.format("issue_date"), "date"),
    ("due_date", _UNDATED.format("due_date"), "date"),
    ("gross", "i.gross_key", "bigint"),
    ("number", "i.number_key", "text"),
)
SORTS: Final[dict[str, Sort]] = {
    ("-" if descending else "") + name: _sort(("-" if descending else "") + name, column, kind, descending=descending)
    for name, column, kind in _ORDERS
    for descending in (False, True)
}
"""In what orders lists come, by the name clients use; a minus: the greatest first."""
SENT, RECEIVED = "author_id", "recipient_id"
UNSAID: Final = "none"
"""In the place of a status: its buyer has said nothing yet."""


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to. `text` is looked for in every number, reference and name; `box` is one's own side."""

    text: str | None = None
    state: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    """Codes, and `UNSAID`."""
    number: str | None = None
    order_number: str | None = None
    transaction_number: str | None = None
    partner_id: UUID | None = None
    unit_id: UUID | None = None
    kind: str | None = None
    box: Literal["sent", "received"] | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None
    unread: bool | None = None
    overdue: bool | None = None
    your_move: bool | None = None
    trashed: bool = False


_CONDITIONS: Final = {
    "state": "i.state = any (cast(:state as text[]))",
    "status": f"coalesce(i.status, '{UNSAID}') = any (cast(:status as text[]))",
    "number": "i.number_key = :number",
    "order_number": ":order_number = any (i.order_numbers)",
    "transaction_number": "i.transaction_number = :transaction_number",
    "partner_id": "(i.supplier_id = :partner_id or i.buyer_id = :partner_id)",
    "unit_id": "i.unit_id = :unit_id",
    "kind": "i.kind = :kind",
    "issued_from": "i.issue_date >= :issued_from",
    "issued_to": "i.issue_date <= :issued_to",
    "least": "i.gross >= :least",
    "most": "i.gross <= :most",
    "currency": "i.currency = :currency",
}


def _marked(how: str, companies: Sequence[UUID]) -> str:
    company = tenants.own("m.company_id", companies)
    return f"exists (select from mark m where {company} and m.invoice_id = i.id and m.{how}_at is not null)"


def _unread(companies: Sequence[UUID]) -> str:
    """A draft has no recipient yet."""
    return f"(coalesce({tenants.own('i.recipient_id', companies)}, false) and not {_marked('read', companies)})"


_STOPPED: Final = "(i.state = 'failed' or i.state = 'archived' and cardinality(i.delivery_failures) > 0)"
_ASKED_BACK: Final = "(i.status in ('207', '208', '210', '213') or i.overdue is not null)"
_UNSETTLED: Final = "(i.status is null or i.status in ('200', '201', '202', '203', '204', '207', '208'))"


def _your_move(companies: Sequence[UUID]) -> str:
    """What waits for a company: what it wrote and did not arrive, what its buyers want changed or leave unanswered,
    and what it has to settle itself.
    """
    author, supplier, buyer = (tenants.own(f"i.{side}_id", companies) for side in ("author", "supplier", "buyer"))
    said = f"({supplier} and {_ASKED_BACK}) or ({buyer} and {_UNSETTLED})"
    return f"coalesce(({author} and {_STOPPED}) or (i.state = 'delivered' and ({said})), false)"


def _conditions(wanted: Filter, companies: Sequence[UUID]) -> tuple[list[str], dict[str, Any]]:
    values: dict[str, Any] = {
        name: value for name in _CONDITIONS if (value := getattr(wanted, name)) is not None and value != ()
    }
    if "number" in values:
        values["number"] = number_key(values["number"])
    for several in {"state", "status"} & values.keys():
        values[several] = list(values[several])
    found = [_CONDITIONS[name] for name in values]
    trashed, unread = _marked("trashed", companies), _unread(companies)
    found.append(trashed if wanted.trashed else f"not {trashed}")
    if wanted.unread is not None:
        found.append(unread if wanted.unread else f"not {unread}")
    if wanted.overdue is not None:
        found.append("i.overdue is not null" if wanted.overdue else "i.overdue is null")
    if wanted.your_move is not None:
        found.append(("" if wanted.your_move else "not ") + _your_move(companies))
    return found, values


def _sides(wanted: Filter) -> tuple[str, ...]:
    return {"sent": (SENT,), "received": (RECEIVED,), None: (SENT, RECEIVED)}[wanted.box]


async def page(tx: Transaction, companies: Sequence[UUID], wanted: Filter, keyset: Keyset) -> list[dict[str, Any]]:
    """One page of the invoices of `companies` and one more, in the order of the keyset."""
    # An order's number stands in the search text too, whose index row policies let a list use; the condition decides.
    words = wanted.text or wanted.order_number
    if not words:
        return await _rows(tx, companies, wanted, keyset)
    size: int = keyset.parameters["page_size"]
    if keyset.sort != NEWEST:
        # Which of all that hold the words come first is known once all are; what more hold is met soon in the order.
        return await _rows(tx, companies, wanted, keyset, await _holding(tx, words), words=words)
    # Mostly the newest that hold the words are the page. Where other conditions leave too few of them, more are asked.
    for enough, most in ((size, size + 20), (200, 1_000), (_MOST, _MOST)):
        ids = await _matching(tx, words, keyset.after, enough, most)
        rows = await _rows(tx, companies, wanted, keyset, dict.fromkeys(_own(companies, wanted), ids))
        if len(rows) >= size or len(ids) < enough:
            return rows
    # More hold the words than are ever listed by id, and other conditions leave too few of those.
    return await _rows(tx, companies, wanted, keyset, {}, words=words)


Own = tuple[UUID, str]
"""One side of one of the accounts: the company and the column of the invoice that says so."""


def _own(companies: Sequence[UUID], wanted: Filter) -> list[Own]:
    return [(company, side) for company in companies for side in _sides(wanted)]


async def _rows(
    tx: Transaction,
    companies: Sequence[UUID],
    wanted: Filter,
    keyset: Keyset,
    ids: Mapping[Own, Sequence[UUID]] | None = None,
    *,
    words: str = "",
) -> list[dict[str, Any]]:
    """The first of the invoices of `companies` that a list is narrowed to.

    `ids`: of one's own sides, only these; of the sides that are not in it, whatever holds `words`.
    """
    conditions, values = _conditions(wanted, companies)
    where = " and ".join([*conditions, keyset.where])
    way = " desc" if keyset.sort.descending else ""
    names = {company: name for name, company in tenants.named(companies).items()}
    lists: list[str] = []
    for place, (company, side) in enumerate(_own(companies, wanted)):
        narrowed = where
        if ids is not None and (company, side) in ids:
            narrowed += f" and i.id = any (cast(:ids_{place} as uuid[]))"
            values[f"ids_{place}"] = list(ids[company, side])
        elif ids is not None:
            narrowed += " and strpos(i.search, :words) > 0"
            values["words"] = _typed(words)
        lists.append(
            f"(select i.*, {keyset.sort.column} sort_key from invoice i where i.{side} = :{names[company]} "  # noqa: S608 - names of this module
            f"and {narrowed} order by {keyset.order} limit :page_size)"
        )
    sides = " union all ".join(lists)
    rows = await tx.rows(
        f"""select i.*, {_unread(companies)} unread from (select distinct on (sort_key, id) * from ({sides}) u
            order by sort_key{way}, id{way} limit :page_size) i order by sort_key{way}, id{way}""",  # noqa: S608 - the same
        **tenants.named(companies),
        **values,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


def _typed(words: str) -> str:
    """What was typed, as search texts hold it."""
    return words.strip().upper()


_MOST: Final = 50_000
SORTED_BY_ID = 2_000
"""Of what more hold, a page is found sooner along the order's own index."""


async def _holding(tx: Transaction, words: str) -> dict[Own, list[UUID]]:
    """Ids of all invoices of one's own that hold what was typed, by side; without the sides where they are many."""
    rows = await tx.rows(
        "select company, side, ids from invoices_holding(:text, :most)", text=_typed(words), most=SORTED_BY_ID
    )
    return {(row["company"], row["side"]): row["ids"] for row in rows if len(row["ids"]) < SORTED_BY_ID}


async def _matching(
    tx: Transaction, words: str, after: tuple[object, UUID] | None, enough: int, most: int
) -> list[UUID]:
    """Ids of the newest invoices whose search text holds what was typed, from this page on; all, or `enough`."""
    after_at, after_id = after or (None, None)
    return await tx.values(
        "select id from invoice_matches(:text, cast(:at as timestamptz), cast(:after as uuid), :enough, :most)",
        text=_typed(words),
        at=after_at,
        after=after_id,
        enough=enough,
        most=most,
    )


@dataclass(frozen=True)
class Counted:
    """How many invoices of one side stand where."""

    box: str
    state: str
    status: str | None
    count: int
    unread: int
    overdue: int
    your_move: int


async def counts(tx: Transaction, companies: Sequence[UUID], wanted: Filter) -> list[Counted]:
    """What a list is narrowed to, by side, state and status."""
    found, values = _found(companies, wanted)
    rows = await tx.rows(
        f"""select box, state, status, count(*) count, count(*) filter (where {_unread(companies)}) unread,
            count(*) filter (where i.overdue is not null) overdue,
            count(*) filter (where {_your_move(companies)}) your_move
        from ({found}) i group by box, state, status""",  # noqa: S608 - names of this module
        **values,
    )
    return [Counted(**dict(row)) for row in rows]


@dataclass(frozen=True)
class Total:
    """How many invoices of one currency there are, and what is due by them; credit notes take from it."""

    currency: str
    count: int
    due: Decimal


async def totals(tx: Transaction, companies: Sequence[UUID], wanted: Filter) -> list[Total]:
    """What a list is narrowed to, by currency."""
    found, values = _found(companies, wanted)
    rows = await tx.rows(
        f"""select currency, count(*) count, sum(case when i.kind = 'credit_note' then -i.due else i.due end) due
        from ({found}) i group by currency order by 2 desc, 1""",  # noqa: S608 - names of this module
        **values,
    )
    return [Total(**dict(row)) for row in rows]


def _found(companies: Sequence[UUID], wanted: Filter) -> tuple[str, dict[str, Any]]:
    """All rows that a list is narrowed to, each with the side it is seen from; with its parameters."""
    conditions, values = _conditions(wanted, companies)
    if wanted.text:
        conditions.append("strpos(i.search, :words) > 0")
        values["words"] = _typed(wanted.text)
    names = {SENT: "sent", RECEIVED: "received"}
    sides = (
        f"select '{names[side]}' box, i.* from invoice i "  # noqa: S608 - names of this module
        f"where {tenants.own(f'i.{side}', companies)} and {' and '.join(conditions)}"
        for side in _sides(wanted)
    )
    return " union all ".join(sides), values | tenants.named(companies)
