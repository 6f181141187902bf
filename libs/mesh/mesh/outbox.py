"""Facts leave through the database: the row commits with the state it tells of, a publisher sends it afterwards.

`ce_sequence` counts per source and subject. Its row is locked before the outbox row gets its number, so facts about
one subject get
their numbers in the order in which their transactions commit, even when two requests race.
"""

import zlib
from datetime import UTC, datetime
from uuid import UUID

import orjson

from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import derived_id, new_id
from contracts.limits import FACT_PAYLOAD
from contracts.topics import may_write
from mesh.records import Received
from mesh.transaction import Outgoing, Transaction

LANES = 6
"""Each lane is published in order by one publisher; a key always falls in the same lane."""


def lane_of(key: str) -> int:
    """The lane of a key."""
    return zlib.crc32(key.encode()) % LANES


def emit(
    tx: Transaction,
    fact: Fact,
    *,
    subject: UUID,
    tenant: UUID,
    cause: Received[Fact] | None = None,
    key: str | None = None,
    name: str = "",
) -> UUID:
    """Let a fact leave when the transaction commits; returns its id.

    With a `cause` the id is derived from it, so that doing the work twice makes the same fact; `name` tells several
    facts of one type
    and cause apart. `key` is the aggregate's id unless the topic's keys carry a prefix.

    Raises ValueError when this service may not write the type.
    """
    if not may_write(tx.service, fact.type_name):
        raise ValueError(f"{tx.service} may not write {fact.type_name}")
    identifier = derived_id(cause.envelope.id, tx.service, fact.type_name, name or str(subject)) if cause else new_id()
    tx.outgoing.append(
        Outgoing(
            id=identifier,
            fact=fact,
            subject=str(subject),
            key=key or str(subject),
            tenant=tenant,
            time=datetime.now(UTC),
            cause=cause.envelope if cause else None,
        )
    )
    return identifier


async def _sequences(tx: Transaction) -> dict[str, int]:
    """Advance each subject's count once for all its facts; returns the count before this transaction."""
    counts: dict[str, int] = {}
    for out in tx.outgoing:
        counts[out.subject] = counts.get(out.subject, 0) + 1
    subjects = sorted(counts)  # one lock order for everybody
    rows = await tx.rows(
        """insert into subject_sequence (subject, last)
        select s, n from unnest(cast(:subjects as text[]), cast(:counts as int[])) t(s, n)
        on conflict (subject) do update set last = subject_sequence.last + excluded.last
        returning subject, last""",
        subjects=subjects,
        counts=[counts[subject] for subject in subjects],
    )
    return {row["subject"]: row["last"] - counts[row["subject"]] for row in rows}


async def store(tx: Transaction) -> None:
    """Write the collected facts; `mesh.db` calls it at the end of each transaction.

    Raises ValueError when a payload is larger than `contracts.limits.FACT_PAYLOAD`.
    """
    if not tx.outgoing:
        return
    sequence = await _sequences(tx)
    lanes: list[int] = []
    headers: list[str] = []
    payloads: list[bytes] = []
    for out in tx.outgoing:
        payload = orjson.dumps(out.fact.model_dump(mode="json"))
        if len(payload) > FACT_PAYLOAD:
            raise ValueError(
                f"{out.fact.type_name} of {out.subject} has {len(payload)} bytes, {FACT_PAYLOAD} are allowed"
            )
        sequence[out.subject] += 1
        envelope = Envelope(
            id=out.id,
            type=out.fact.event_type(),
            source=f"/svc/{tx.service}",
            subject=out.subject,
            time=out.time,
            data_schema=out.fact.data_schema(),
            partition_key=out.key,
            sequence=sequence[out.subject],
            tenant=str(out.tenant),
            correlation_id=out.cause.correlation_id if out.cause else out.id,
            causation_id=out.cause.id if out.cause else None,
            traceparent=out.cause.traceparent if out.cause else None,
        )
        lanes.append(lane_of(out.key))
        headers.append(orjson.dumps({name: value.decode() for name, value in envelope.headers()}).decode())
        payloads.append(payload)
    await _insert(
        tx,
        lanes=lanes,
        ids=[out.id for out in tx.outgoing],
        topics=[out.fact.topic for out in tx.outgoing],
        keys=[out.key for out in tx.outgoing],
        headers=headers,
        payloads=payloads,
    )


async def forward(tx: Transaction, topic: str, key: str, headers: dict[str, str], payload: bytes) -> None:
    """Let raw bytes leave as they are, for a dead-letter or replay topic."""
    await _insert(
        tx,
        lanes=[lane_of(key)],
        ids=[new_id()],
        topics=[topic],
        keys=[key],
        headers=[orjson.dumps(headers).decode()],
        payloads=[payload],
    )


async def _insert(tx: Transaction, **columns: object) -> None:
    await tx.execute(
        """insert into outbox (lane, event_id, topic, msg_key, headers, payload)
        select lane, event_id, topic, msg_key, headers, payload
        from unnest(cast(:lanes as int[]), cast(:ids as uuid[]), cast(:topics as text[]), cast(:keys as text[]),
            cast(:headers as jsonb[]), cast(:payloads as bytea[]))
            with ordinality t(lane, event_id, topic, msg_key, headers, payload, n)
        order by n""",
        **columns,
    )
