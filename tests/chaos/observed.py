"""Reads what a run left: databases as their superuser, the object store by version, topics from their first record."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from history import Entry, Fact, Head, Heard, History, Line, Rest, Stored, Submission
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from minio import Minio
from minio.error import S3Error

from contracts.topics import INVOICES_EVENTS, ORDERS_EVENTS, SERVICES
from local_stack.fixtures import Infra
from mesh.kafka import KafkaConnection
from mesh.records import RawRecord
from mesh.replay import reader

_LINES = """select l.id, l.allowed, l.reserved, l.invoiced, l.credited,
    coalesce((select sum(u.quantity)
        from invoicing.submission_use u join invoicing.submission s on s.id = u.submission_id
        where u.order_line_id = l.id and s.stage in ('reserved', 'invoiced') and s.kind = 'invoice'), 0) used
    from invoicing.order_line l"""
_SUBMISSIONS = """select s.id, s.invoice_id, s.supplier_id, i.number, i.state, i.gross
    from invoicing.submission s join invoicing.invoice i on i.id = s.invoice_id"""


def _dsn(infra: Infra) -> str:
    return infra.superuser_dsn.replace("/postgres?", "/navette?", 1)


async def connected(infra: Infra) -> Any:
    """A superuser's connection to the database of the mesh, with JSON read."""
    connection: Any = await asyncpg.connect(_dsn(infra))
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    return connection


async def rests(infra: Infra, ends: dict[tuple[str, int], int]) -> list[Rest]:
    """What every service has left; `ends` are the ends of the topics that count."""
    connection = await connected(infra)
    try:
        return [await _rest(connection, service, ends) for service in SERVICES]
    finally:
        await connection.close()


async def _rest(connection: Any, service: str, ends: dict[tuple[str, int], int]) -> Rest:
    schema = service.replace("-", "_")

    async def count(what: str) -> int:
        return await connection.fetchval(f"select count(*) from {what}")  # noqa: S608 - names of our own

    positions = await connection.fetch(f"select topic, part, next_offset from {schema}.position")  # noqa: S608 - a name of our own
    idle = await connection.fetchval(
        """select count(*) from pg_stat_activity where application_name like $1
        and state = 'idle in transaction' and state_change < now() - interval '1 second'""",
        f"{service}-%",
    )
    return Rest(
        service=service,
        outbox=await count(f"{schema}.outbox"),
        parked=await count(f"{schema}.parked"),
        dead=await count(f"{schema}.dead_letter where state = 'open'"),
        lag=sum(max(0, ends.get((row["topic"], row["part"]), 0) - row["next_offset"]) for row in positions),
        idle_transactions=idle,
        unnumbered_audits=await count(f"{schema}.audit where number is null"),
    )


async def invoices(infra: Infra) -> set[str]:
    """Invoices that were submitted so far."""
    connection = await connected(infra)
    try:
        return {str(row["invoice_id"]) for row in await connection.fetch("select invoice_id from invoicing.submission")}
    finally:
        await connection.close()


async def unfinished(infra: Infra) -> int:
    """Submissions that have not come to their end."""
    connection = await connected(infra)
    try:
        return await connection.fetchval(
            f"select count(*) from ({_SUBMISSIONS}) s where state not in ('delivered', 'failed', 'cancelled')"  # noqa: S608 - a constant
        )
    finally:
        await connection.close()


def kafka(infra: Infra) -> KafkaConnection:
    """As the broker's administrator."""
    return KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)


async def ends(infra: Infra) -> dict[tuple[str, int], int]:
    """The ends of the topics of orders and invoices."""
    return await reader.ends(kafka(infra), (ORDERS_EVENTS, INVOICES_EVENTS))


async def database(infra: Infra, run: History, keys: Iterable[dict[str, Any]]) -> None:
    """Fill in what the databases and the object store hold; `keys` are the log's public keys."""
    connection = await connected(infra)
    try:
        for row in await connection.fetch(_SUBMISSIONS):
            run.submissions.append(
                Submission(str(row["id"]), str(row["invoice_id"]), str(row["supplier_id"]), row["number"],
                           row["state"], row["gross"])
            )  # fmt: skip
        for row in await connection.fetch("select submission_id, original from signing.seal"):
            run.seals[str(row["submission_id"])] = row["original"]["sha256"]
        store = Minio(infra.s3_endpoint.partition("//")[2], infra.s3_access_key, infra.s3_secret_key, secure=False)
        for row in await connection.fetch("select * from archive.entry"):
            run.entries.append(_entry(row, store))
        known = KeySet.import_key_set({"keys": list(keys)})
        for row in await connection.fetch("select size, root, jws from archive.head order by size"):
            run.heads.append(Head(row["size"], row["root"].hex(), _signs(row, known)))
        for row in await connection.fetch(_LINES):
            run.lines.append(
                Line(str(row["id"]), *(row[n] for n in ("allowed", "reserved", "invoiced", "credited", "used")))
            )
    finally:
        await connection.close()


def _signs(row: Any, keys: KeySet) -> bool:
    try:
        content = json.loads(jws.deserialize_compact(row["jws"], keys, algorithms=["ES256"]).payload)
    except JoseError:
        return False
    return (content["size"], content["root"]) == (row["size"], row["root"].hex())


def _entry(row: Any, store: Minio) -> Entry:
    original = row["original"]
    return Entry(
        submission=str(row["submission_id"]),
        kind=row["kind"],
        supplier=str(row["supplier_id"]),
        sequence=row["sequence"],
        leaf_index=row["leaf_index"],
        leaf=bytes(row["leaf"] or b""),
        noted=Stored(original["sha256"], original["size"]) if original else None,
        found=_stored(store, original) if original else None,
    )


def _stored(store: Minio, ref: dict[str, Any]) -> Stored | None:
    try:
        answer = store.get_object(ref["bucket"], ref["key"], version_id=ref["version_id"])
        content = answer.read()
        answer.close()
        kept = store.get_object_retention(ref["bucket"], ref["key"], version_id=ref["version_id"])
    except S3Error:
        return None
    return Stored(hashlib.sha256(content).hexdigest(), len(content), kept is not None and kept.mode == "COMPLIANCE")


async def facts(infra: Infra, run: History) -> None:
    """Fill in the facts on the topic of invoices."""
    connection = kafka(infra)
    until = await reader.ends(connection, (INVOICES_EVENTS,))
    async for batch in reader.read(connection, until):
        run.facts += [_fact(record) for record in batch]


def _fact(record: RawRecord) -> Fact:
    content = json.loads(record.value)
    kind = (record.header("ce_type") or "").removeprefix("navette.").rpartition(".v")[0]
    totals = content.get("totals") or {}
    return Fact(
        id=record.header("ce_id") or "",
        type=kind,
        key=f"{record.header('ce_source')} {record.header('ce_subject')}",
        submission=str(content.get("submission_id") or ""),
        sequence=int(record.header("ce_sequence") or 0),
        body=hashlib.sha256(record.value).hexdigest(),
        original=content["original"]["sha256"] if kind == "invoice.sealed" else "",
        gross=Decimal(totals["gross"]) if kind == "invoice.submitted" else None,
    )


def heard(hooks: Iterable[Any]) -> list[Heard]:
    """Webhooks as they arrived."""
    return [
        Heard(hook.headers["webhook-id"], hook.item["type"], str(UUID(hook.item["subject"])),
              hashlib.sha256(hook.body).hexdigest())
        for hook in hooks
    ]  # fmt: skip
