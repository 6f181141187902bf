"""Order search over a million lines with row policies on: the list's own queries, by the role that serves requests."""

import random
import time
from datetime import timedelta

from order_ground import Ground

from mesh.paging import PageRequest
from po_sync.domain.visibility import years_before
from po_sync.store import search
from po_sync.store.search import SORTS, Filter

LINES_AN_ORDER = 5
_WORDS = ("roulement", "joint", "vis", "palier", "courroie", "moteur", "capteur", "vanne", "filtre", "pompe")


async def fill(ground: Ground, lines: int) -> None:
    """Orders of all suppliers, spread over two years, made in the database."""
    orders = lines // LINES_AN_ORDER
    async with ground.env.pipeline.transaction() as tx:
        await tx.execute("set local statement_timeout = 0")
        await tx.execute(
            """insert into purchase_order (id, buyer_id, unit_id, supplier_id, number, number_key, revision,
                content_sha256, document, currency, issue_date, active_on, net_amount, supplier_name, supplier_keys,
                unit_keys, contacts, search_text, state, received_at, published_at, examined_at)
            select gen_random_uuid(), :buyer, :unit, (cast(:suppliers as uuid[]))[1 + n % :count], 'PO-' || n,
                'PO-' || n, 1, '', '{}', 'EUR', current_date - n % 700, current_date - n % 700, 100, 'S', '{}', '{}',
                '{}', 'po-' || n || ' ' || (cast(:words as text[]))[1 + n % 10] || ' '
                    || (cast(:words as text[]))[1 + n / 7 % 10] || ' ref' || n % 5000,
                'published', now(), now(), now()
            from generate_series(1, :orders) n""",
            buyer=ground.buyer,
            unit=ground.unit,
            suppliers=list(ground.suppliers),
            count=len(ground.suppliers),
            words=list(_WORDS),
            orders=orders,
        )
        await tx.execute(
            """insert into order_line (id, order_id, buyer_id, supplier_id, position, identifier, item_name, unit,
                ordered, by_amount, content_sha256)
            select gen_random_uuid(), o.id, o.buyer_id, o.supplier_id, n, cast(n as text), 'Item', 'C62', 10, false, ''
            from purchase_order o, generate_series(1, :each) n""",
            each=LINES_AN_ORDER,
        )
    await ground.analyze()


async def milliseconds(ground: Ground, rounds: int, seed: int) -> list[float]:
    """What each of many different searches took, sorted: by period, number, words, of suppliers and of the buyer."""
    chance = random.Random(seed)  # noqa: S311 - a timetable, not a secret
    today = ground.env.clock.now().date()
    oldest = {ground.unit: years_before(today, 2)}
    taken: list[float] = []
    for n in range(rounds):
        supplier = chance.choice(ground.suppliers)
        first = today - timedelta(days=chance.choice((30, 90, 365)))
        narrowed = (
            {},
            {"number": f"PO-{chance.randrange(1, 9000)}"},
            {"words": chance.choice(_WORDS)},
            {"words": f"ref{chance.randrange(5000)}"},
            {"status": "published"},
        )[n % 5]
        wanted = Filter([supplier], "supplier", ground.buyer, first=first, oldest=oldest, **narrowed)  # pyright: ignore[reportArgumentType] - one of the five above
        if n % 10 == 9:
            wanted = Filter([ground.buyer], "buyer", first=first, words=f"ref{chance.randrange(5000)}")
        began = time.perf_counter()
        async with ground.env.api.transaction(wanted.companies) as tx:
            await search.page(tx, wanted, SORTS["-active"].page(PageRequest(50)))
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken)
