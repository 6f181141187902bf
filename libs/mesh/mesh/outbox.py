"""Facts leave through the database: the row commits with the state it tells of, a publisher sends it afterwards.

`ce_sequence` counts per source and subject. Its row is locked before the outbox row gets its number, so facts about
one subject get
their numbers in the order in which their transactions commit, even when two requests race.
"""

import zlib
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import derived_id, new_id
from contracts.limits import FACT_PAYLOAD
from contracts.topics import may_write
from mesh import audit
from mesh.records import Received
from mesh.transaction import Outgoing, Transaction

LANES = 6
"""Each lane is published in order by one publisher; a key always falls in the same lane."""

# A fact waits for the count of its subject, so its subject's row is locked before it gets its number. One JSON text for
# all facts: the driver takes as long for one element of one array as orjson for a fact.
_STORE: Final = """counted as (
        insert into subject_sequence (subject, last)
        select s, n from unnest(cast(:subjects as text[]), cast(:counts as int[])) t(s, n)
        on conflict (subject) do update set last = subject_sequence.last + excluded.last
        returning subject, last),
    asked as (select * from unnest(cast(:subjects as text[]), cast(:counts as int[])) t(subject, count))
    insert into outbox (lane, event_id, topic, msg_key, headers, payload)
    select lane, event_id, topic, msg_key,
        headers || jsonb_build_object('ce_sequence', (counted.last - asked.count + nth)::text),
        convert_to(payload, 'UTF8')
    from json_to_recordset(cast(:facts as json)) t(place int, subject text, nth int, lane int, event_id uuid,
            topic text, msg_key text, headers jsonb, payload text)
        join counted using (subject) join asked using (subject)
    order by place"""


def lane_of(key: str) -> int:
    """The lane of a key."""
    return zlib.crc32(key.encode()) % LANES


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, by CRC-32 as librdkafka's `consistent` partitioner has it: murmur2, which Java's clients
    take, costs a Python client as much as everything else it does with a record.
    """
    return zlib.crc32(key) % partitions


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
    about = str(subject)
    came = cause.envelope if cause else None
    identifier = derived_id(came.id, tx.service, fact.type_name, name or about) if came else new_id()
    envelope = Envelope(
        id=identifier,
        type=fact.event_type(),
        source=f"/svc/{tx.service}",
        subject=about,
        time=datetime.now(UTC),
        data_schema=fact.data_schema(),
        partition_key=key or about,
        sequence=0,
        tenant=str(tenant),
        correlation_id=came.correlation_id if came else identifier,
        causation_id=came.id if came else None,
        traceparent=came.traceparent if came else None,
    )
    tx.outgoing.append(Outgoing(fact, envelope))
    return identifier


def _told(out: Outgoing, *, place: int, nth: int) -> dict[str, Any]:
    """The row of a fact: at this place of its transaction, the nth there about its subject."""
    fact, envelope = out
    payload = fact.__pydantic_serializer__.to_json(fact)  # what model_dump_json calls, which asks fifteen options first
    if len(payload) > FACT_PAYLOAD:
        raise ValueError(f"{fact.type_name} of {envelope.subject} has {len(payload)} bytes, {FACT_PAYLOAD} are allowed")
    return {
        "place": place,
        "subject": envelope.subject,
        "nth": nth,
        "lane": lane_of(envelope.partition_key),
        "event_id": envelope.id,
        "topic": fact.topic,
        "msg_key": envelope.partition_key,
        "headers": envelope.attributes(),
        "payload": payload.decode(),
    }


async def store(tx: Transaction) -> None:
    """Write the collected facts, and the audit's rows with them; `mesh.db` calls it at the end of each transaction.

    Raises ValueError when a payload is larger than `contracts.limits.FACT_PAYLOAD`.
    """
    if not tx.outgoing:
        return
    counts: dict[str, int] = {}
    told: list[dict[str, Any]] = []
    for place, out in enumerate(tx.outgoing):
        subject = out.envelope.subject
        nth = counts[subject] = counts.get(subject, 0) + 1
        told.append(_told(out, place=place, nth=nth))
    subjects = sorted(counts)  # one lock order for everybody
    beside, parameters = audit.parting(tx)
    await tx.execute(
        f"with {', '.join([*beside, _STORE])}",
        **parameters,
        subjects=subjects,
        counts=[counts[subject] for subject in subjects],
        facts=orjson.dumps(told, option=orjson.OPT_UTC_Z).decode(),
    )


async def forward(tx: Transaction, topic: str, key: str, headers: dict[str, str], payload: bytes) -> None:
    """Let raw bytes leave as they are, for a dead-letter or replay topic."""
    await tx.execute(
        """insert into outbox (lane, event_id, topic, msg_key, headers, payload)
        values (:lane, :id, :topic, :key, cast(:headers as jsonb), :payload)""",
        lane=lane_of(key),
        id=new_id(),
        topic=topic,
        key=key,
        headers=orjson.dumps(headers).decode(),
        payload=payload,
    )
