"""Search over a million invoices with row policies on: the list's own queries, by the role that serves requests."""

import random
import time
from datetime import UTC, datetime, timedelta

from invoice_ground import Ground

from contracts.ids import new_id
from invoicing.store import search
from invoicing.store.search import NEWEST, SORTS, Filter
from mesh.paging import Keyset, PageRequest, Sort

PARTNERS = 200
_WORDS = ("ROULEMENT", "JOINT", "VIS", "PALIER", "COURROIE", "MOTEUR", "CAPTEUR", "VANNE", "FILTRE", "POMPE")


async def fill(ground: Ground, count: int) -> None:
    """Half of the invoices are the supplier's own; the others are sent to it or among others, over three years."""
    partners = [new_id() for _ in range(PARTNERS)]
    async with ground.loading(), ground.env.pipeline.transaction() as tx:
        await tx.execute("set local statement_timeout = 0")
        await tx.execute(
            """insert into invoice (id, supplier_id, author_id, buyer_id, recipient_id, unit_id, kind, draft, number,
                number_key, order_numbers, currency, net, vat, gross, due, search, state, status, created_at,
                issue_date, transaction_number, archived_at)
            select gen_random_uuid(), s, s, b, b, :unit, 'invoice',
                '{"seller": {"name": "S"}, "buyer": {"name": "B"}}', 'F-' || n, 'F-' || n, array['PO-' || n % 50000],
                'EUR', n % 5000, 0, n % 5000, n % 5000, 'F-' || n || E'\\n' || 'PO-' || n % 50000 || E'\\n'
                    || (cast(:words as text[]))[1 + n % 10] || E'\\n' || 'REF' || n % 7000,
                'delivered', case n % 3 when 0 then '205' when 1 then null else '212' end,
                now() - n * interval '90 seconds', current_date - n % 1000, 'T' || lpad(cast(n as text), 10, '0'), now()
            from generate_series(1, :count) n
            cross join lateral (select case when n % 2 = 0 then :supplier
                else (cast(:partners as uuid[]))[1 + n % 200] end s,
                case when n % 10 = 1 then :supplier else (cast(:partners as uuid[]))[1 + n / 2 % 200] end b) parties""",
            unit=ground.unit,
            supplier=ground.supplier,
            partners=partners,
            words=list(_WORDS),
            count=count,
        )


async def milliseconds(ground: Ground, count: int, rounds: int, seed: int) -> list[float]:
    """What each of many different searches took, sorted: of a company with 600,000 of them, by whatever people type."""
    chance = random.Random(seed)  # noqa: S311 - a timetable, not a secret
    taken: list[float] = []
    for n in range(rounds):
        even = 2 * chance.randrange(1, count // 2)
        wanted = (
            Filter(),
            Filter(number=f"F-{even}"),
            Filter(text=f"F-{even}"),
            Filter(text=chance.choice(_WORDS)),
            Filter(text=f"REF{chance.randrange(7000)}"),
            Filter(order_number=f"PO-{even % 50000}"),
            Filter(status=("205",), box="sent"),
            Filter(transaction_number=f"T{even:010d}"),
        )[n % 8]
        taken.append(await _asked(ground, wanted, NEWEST.page(PageRequest(50))))
    return sorted(taken)


async def _asked(ground: Ground, wanted: Filter, keyset: Keyset) -> float:
    began = time.perf_counter()
    async with ground.env.api.transaction([ground.supplier]) as tx:
        await search.page(tx, [ground.supplier], wanted, keyset)
    return (time.perf_counter() - began) * 1e3


def _somewhere(sort: Sort, count: int, chance: random.Random) -> Keyset:
    """A page in the middle of a list in this order."""
    day = datetime.now(UTC) - timedelta(days=chance.randrange(1000))
    value: object = {
        "timestamptz": day,
        "date": day.date(),
        "bigint": chance.randrange(500_000),
        "text": f"F-{chance.randrange(count)}",
    }[sort.kind]
    return Keyset(sort, 50, (value, new_id()))


async def milliseconds_sorted(ground: Ground, count: int, rounds: int, seed: int) -> dict[str, list[float]]:
    """What lists in each order took, sorted: their first pages and pages further on, of all and narrowed."""
    chance = random.Random(seed)  # noqa: S311 - a timetable, not a secret
    taken: dict[str, list[float]] = {}
    for name, sort in SORTS.items():
        for n in range(rounds):
            wanted = (
                Filter(),
                Filter(status=("205",), box="sent"),
                Filter(box="received"),
                Filter(text=chance.choice(_WORDS)),
                Filter(text=f"REF{chance.randrange(7000)}"),
            )[n % 5]
            keyset = sort.page(PageRequest(50)) if n % 2 else _somewhere(sort, count, chance)
            taken.setdefault(name, []).append(await _asked(ground, wanted, keyset))
    return {name: sorted(found) for name, found in taken.items()}
