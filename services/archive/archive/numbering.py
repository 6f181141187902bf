"""The archive's numbering step:
a place in the supplier's series, a leaf in the log, a signed head, and `invoice.archived`.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from archive.domain import merkle
from archive.domain.entry import Entry
from archive.env import Env
from archive.store import entries, log
from contracts.envelope import Envelope
from contracts.ids import derived_id
from contracts.invoices import InvoiceArchived, InvoiceSealed
from mesh import crash, outbox
from mesh.records import RawRecord, Received
from mesh.transaction import Transaction

_BATCH = 200


async def number_entries(tx: Transaction, env: Env) -> int:
    """Number what committed since the last step; returns how many entries got their place."""
    rows = await entries.unnumbered(tx, _BATCH)
    if not rows:
        return 0
    now = env.clock.now()
    counts = Counter(row["supplier_id"] for row in rows)
    following: dict[UUID, int] = {}
    for supplier in sorted(counts):
        following[supplier] = await entries.next_in_series(tx, supplier, counts[supplier])
    first = await log.size(tx)
    places: list[dict[str, Any]] = []
    for index, row in enumerate(rows, first):
        sequence = following[row["supplier_id"]]
        following[row["supplier_id"]] = sequence + 1
        entry = Entry(
            id=row["id"],
            kind=row["kind"],
            supplier_id=row["supplier_id"],
            buyer_id=row["buyer_id"],
            invoice_id=row["invoice_id"],
            sequence=sequence,
            digests=row["digests"],
            content=row["content"],
            entered_at=now,
        )
        places.append(
            {"id": row["id"], "sequence": sequence, "leaf_index": index, "leaf": entry.leaf(), "entered_at": now}
        )
        if row["kind"] == "deposit":
            _announce(tx, row, sequence, index, env)
    root = await log.append(tx, first, [merkle.leaf_hash(place["leaf"]) for place in places])
    await entries.number(tx, places)
    crash.site("archive.before_head")
    await log.keep_head(tx, first + len(rows), root, now, await env.key.sign(first + len(rows), root, now))
    return len(rows)


def _announce(tx: Transaction, row: RowMapping, sequence: int, index: int, env: Env) -> None:
    envelope = Envelope.from_headers([(name, value.encode()) for name, value in row["cause"].items()])
    fact = InvoiceSealed.model_validate(row["fact"])
    cause = Received(envelope, fact, RawRecord("", 0, 0, str(fact.invoice_id), (), b""))
    archived = InvoiceArchived(
        **fact.of_submission(),
        archive_id=row["id"],
        delivery_id=derived_id(row["id"], "delivery"),
        sequence=sequence,
        leaf_index=index,
        original=fact.original,
        archived_document=fact.document,
        retain_until=row["retain_until"],
        legal=fact.legal,
        archived_at=env.clock.now(),
    )
    outbox.emit(tx, archived, subject=fact.invoice_id, tenant=fact.supplier_id, cause=cause)
