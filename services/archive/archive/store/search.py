"""Finding originals: by number, order, partner, period, amount and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from archive.domain.wording import Wording, folded
from archive.store.entries import LEGAL
from mesh.paging import Keyset
from mesh.transaction import Transaction

_MOST: Final = 50_000
_COLUMNS: Final = f"""e.id, e.invoice_id, e.supplier_id, e.buyer_id, e.sequence, e.leaf_index, e.retain_until,
    e.archive_option, {LEGAL}, e.entered_at, e.eliminated_at,
    e.digests ->> 'original' sha256, d.number, d.kind, d.issue_date, d.currency, d.gross,
    exists (select 1 from legal_hold h where h.invoice_id = e.invoice_id and h.lifted_at is null) held"""  # noqa: S608 - a constant
_WHERE: Final = """e.kind = 'deposit' and e.leaf_index is not null
    and (cast(:number as text) is null or lower(d.number) = lower(:number))
    and (cast(:partner as uuid) is null or :partner in (e.supplier_id, e.buyer_id))
    and (cast(:since as date) is null or d.issue_date >= :since)
    and (cast(:until as date) is null or d.issue_date <= :until)
    and (cast(:least as numeric) is null or d.gross >= :least)
    and (cast(:most as numeric) is null or d.gross <= :most)
    and (cast(:currency as text) is null or d.currency = :currency)
    and (cast(:found as uuid[]) is null or e.id = any (cast(:found as uuid[])))"""
_FROM: Final = "entry e left join described d using (invoice_id)"


@dataclass(frozen=True)
class Wanted:
    """What to narrow to; None: everything. Amounts are with VAT."""

    number: str | None = None
    order: str | None = None
    partner: UUID | None = None
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None
    text: str | None = None

    def values(self) -> dict[str, Any]:
        """The parameters of the condition, but for what words find."""
        return {name: value for name, value in vars(self).items() if name not in ("text", "order")}


async def keep_wordings(tx: Transaction, found_by: Sequence[tuple[UUID, UUID, UUID, Wording]]) -> None:
    """What originals are found by: entry, supplier, buyer, wording."""
    if not found_by:
        return
    await tx.execute(
        """insert into wording (entry_id, supplier_id, buyer_id, order_numbers, words)
        select entry, supplier, buyer, array(select json_array_elements_text(orders)), words
        from json_to_recordset(cast(:wordings as json)) v(entry uuid, supplier uuid, buyer uuid, orders json,
            words text) on conflict do nothing""",
        wordings=orjson.dumps(
            [
                {
                    "entry": entry,
                    "supplier": supplier,
                    "buyer": buyer,
                    "orders": said.order_numbers,
                    "words": said.words,
                }
                for entry, supplier, buyer, said in found_by
            ]
        ).decode(),
    )


async def page(tx: Transaction, wanted: Wanted, keyset: Keyset) -> list[RowMapping]:
    """One page of originals as far as the role sees them, and one more, the newest first."""
    return await tx.rows(
        f"select {_COLUMNS} from {_FROM} where {_WHERE} and {keyset.where} order by {keyset.order} limit :page_size",  # noqa: S608 - constants of this module and of the sort
        found=await _found(tx, wanted),
        **wanted.values(),
        **keyset.parameters,
    )


async def between(tx: Transaction, wanted: Wanted, after: int, upto: int, limit: int) -> list[RowMapping]:
    """Originals that are still there after leaf `after` and up to `upto`, oldest first."""
    return await tx.rows(
        f"""select {_COLUMNS}, e.object, e.digests from {_FROM}
        where {_WHERE} and e.leaf_index > :after and e.leaf_index <= :upto and e.eliminated_at is null
        order by e.leaf_index limit :limit""",  # noqa: S608 - constants of this module
        found=await _found(tx, wanted),
        after=after,
        upto=upto,
        limit=limit,
        **wanted.values(),
    )


async def cut(tx: Transaction, wanted: Wanted, size: int, limit: int) -> list[RowMapping]:
    """What is wanted, oldest first, cut in parts of at most `size` originals: `upto` leaf, how many `items`."""
    return await tx.rows(
        f"""select max(leaf_index) upto, count(*) items from (
            select leaf_index, row_number() over (order by leaf_index) - 1 n from (
                select e.leaf_index from {_FROM} where {_WHERE} and e.eliminated_at is null
                order by e.leaf_index limit :limit) a) b
        group by n / :size order by 1""",  # noqa: S608 - constants of this module
        found=await _found(tx, wanted),
        size=size,
        limit=limit,
        **wanted.values(),
    )


async def _found(tx: Transaction, wanted: Wanted) -> list[UUID] | None:
    """Entries by the words and the order's number that were typed; None when none were.

    The function looks at the words of the transaction's companies alone, since row policies would keep it from using
    the index; the list's own condition decides once more.
    """
    if wanted.text is None and wanted.order is None:
        return None
    return await tx.values(
        "select archive_matches(:words, :order, :most)",
        words=folded(wanted.text or wanted.order or ""),
        order=None if wanted.order is None else folded(wanted.order),
        most=_MOST,
    )
