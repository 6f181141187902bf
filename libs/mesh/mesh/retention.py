"""How long rows are kept that nobody may ask for any more: one table of terms, one task that forgets.

What is missing here is kept for good (audit, ledger, archive) or belongs to the inbox, whose months are dropped whole
(`schema.inbox_partitions`). A service adds its own terms to `Service.retention`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mesh.transaction import Transaction


@dataclass(frozen=True)
class Term:
    """Rows of `table` go once `moment`, a column, is `days` past; `only` is a further condition in SQL on table `t`.

    The pipeline role needs `select, delete` on the table.
    """

    table: str
    moment: str
    days: int
    only: str = "true"


KEPT: Final = (
    Term("idempotency", "created_at", 30),  # what a repeated request is answered from
    Term("dead_letter", "last_at", 400, "t.state <> 'open'"),
    Term("replay_job", "created_at", 400, "t.state in ('done', 'cancelled', 'failed')"),
)
"""Terms of the tables that every service has."""


async def forget(tx: Transaction, terms: Iterable[Term], *, limit: int = 1_000) -> dict[str, int]:
    """Delete what is past its term, at most `limit` rows a table; returns how many went, by table, where any did."""
    gone: dict[str, int] = {}
    for term in terms:
        result = await tx.execute(
            f"""delete from {term.table} where ctid = any (array(select t.ctid from {term.table} t
                where t.{term.moment} < now() - make_interval(days => :days) and ({term.only})
                order by t.{term.moment} limit :limit))""",  # noqa: S608 - names and conditions of our own code
            days=term.days,
            limit=limit,
        )
        if result.rowcount:
            gone[term.table] = result.rowcount
    return gone
