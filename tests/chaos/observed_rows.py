"""Reads what a run left in the databases, as their superuser."""

import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from history import Head, History, Line, Rest, Shown, Submission
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from contracts.topics import INVOICES_EVENTS, ORDERS_EVENTS, SERVICES
from local_stack.fixtures import Infra
from mesh.kafka import KafkaConnection
from mesh.replay import reader

_LINES = """select l.id, l.allowed, l.reserved, l.invoiced, l.credited,
    coalesce((select sum(u.quantity)
        from invoicing.submission_use u join invoicing.submission s on s.id = u.submission_id
        where u.order_line_id = l.id and s.stage in ('reserved', 'invoiced') and s.kind = 'invoice'), 0) used
    from invoicing.order_line l"""
_SUBMISSIONS = """select s.id, s.invoice_id, s.supplier_id, s.buyer_id, i.number, i.state, i.gross
    from invoicing.submission s join invoicing.invoice i on i.id = s.invoice_id"""
_UNFINISHED = f"select count(*) from ({_SUBMISSIONS}) s where state not in ('delivered', 'failed', 'cancelled')"  # noqa: S608 - a constant
_UNSENT = {
    "registration": "registration.outgoing_mail",
    "notifications": """(select id from notifications.mail where state = 'pending' union all
        select id from notifications.webhook_delivery where state = 'pending' union all
        select id from notifications.feed_item where position is null) unsent""",
    "archive": "(select id from archive.entry where leaf_index is null) unsent",
}
"""What a service has taken on and not yet done besides its outbox: mails, webhooks, rows to number."""


@asynccontextmanager
async def connected(infra: Infra) -> AsyncGenerator[Any]:
    """A superuser's connection to the database of the mesh, with JSON read."""
    connection: Any = await asyncpg.connect(infra.superuser_dsn.replace("/postgres?", "/navette?", 1))
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        yield connection
    finally:
        await connection.close()


async def progress(infra: Infra) -> tuple[int, int]:
    """How many submissions there are, and how many have not come to their end."""
    async with connected(infra) as connection:
        return await connection.fetchval("select count(*) from invoicing.submission"), await connection.fetchval(
            _UNFINISHED
        )


async def age_delivery(infra: Infra, invoice: str) -> None:
    """The one thing that is written here: an invoice was delivered two days earlier than it was."""
    async with connected(infra) as connection:
        await connection.execute(
            "update invoicing.invoice set delivered_at = delivered_at - interval '2 days' where id = $1", UUID(invoice)
        )


async def rests(infra: Infra) -> list[Rest]:
    """What every service has left."""
    kafka = KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)
    ends = await reader.ends(kafka, (ORDERS_EVENTS, INVOICES_EVENTS))
    async with connected(infra) as connection:
        return [await _rest(connection, service, ends) for service in SERVICES]


async def _rest(connection: Any, service: str, ends: dict[tuple[str, int], int]) -> Rest:
    schema = service.replace("-", "_")

    async def count(what: str) -> int:
        return await connection.fetchval(f"select count(*) from {what}")  # noqa: S608 - names of our own

    positions = await connection.fetch(f"select topic, part, next_offset from {schema}.position")  # noqa: S608 - a name of our own
    sessions = f"pg_stat_activity where application_name like '{service}-%' and state_change < now() - interval '1 s'"
    return Rest(
        service=service,
        outbox=await count(f"{schema}.outbox"),
        parked=await count(f"{schema}.parked where state = 'waiting'"),
        blocked=await count(f"{schema}.parked where state = 'blocked'"),
        lag=sum(max(0, ends.get((row["topic"], row["part"]), 0) - row["next_offset"]) for row in positions),
        unsent=await count(_UNSENT[service]) if service in _UNSENT else 0,
        idle_transactions=await count(f"{sessions} and state like 'idle in transaction%'"),
        waiting_locks=await count(f"{sessions} and wait_event_type = 'Lock'"),
        lost_leases=await count(f"{schema}.lease where expires_at < now()"),
        unnumbered_audits=await count(f"{schema}.audit where number is null"),
    )


async def ledgers(infra: Infra, run: History) -> None:
    """Fill in submissions, seals, order lines, and whose business each document is."""
    async with connected(infra) as connection:
        for row in await connection.fetch(_SUBMISSIONS):
            run.submissions.append(
                Submission(
                    id=str(row["id"]),
                    invoice=str(row["invoice_id"]),
                    supplier=str(row["supplier_id"]),
                    number=row["number"],
                    state=row["state"],
                    gross=row["gross"],
                    buyer=str(row["buyer_id"]),
                )
            )
        for row in await connection.fetch("select submission_id, original from signing.seal"):
            run.seals[str(row["submission_id"])] = row["original"]["sha256"]
        for row in await connection.fetch(_LINES):
            amounts = (row[name] for name in ("allowed", "reserved", "invoiced", "credited", "used"))
            run.lines.append(Line(str(row["id"]), *amounts))
        known = {row["id"] for row in await connection.fetch("select id from invoicing.sales_order")}
        for row in await connection.fetch("select id, state from po_sync.purchase_order"):
            run.orders[str(row["id"])] = "lost" if row["state"] == "published" and row["id"] not in known else "known"
        await _owners(connection, run)


async def _owners(connection: Any, run: History) -> None:
    for table in ("invoicing.invoice", "po_sync.purchase_order"):
        for row in await connection.fetch(f"select id, supplier_id, buyer_id from {table}"):  # noqa: S608 - ours
            run.owners[str(row["id"])] = frozenset(
                str(row[side]) for side in ("supplier_id", "buyer_id") if row[side] is not None
            )
    for row in await connection.fetch("select company_id, subject, invoice_id from notifications.feed_item"):
        run.shown.append(Shown(str(row["company_id"]), "feed item", str(row["invoice_id"] or row["subject"])))
    for row in await connection.fetch(
        "select distinct company_id, invoice_id from notifications.mail where invoice_id is not null"
    ):
        run.shown.append(Shown(str(row["company_id"]), "mail", str(row["invoice_id"])))
    for row in await connection.fetch(
        "select email, company_id from registration.person p join registration.membership m on m.person_id = p.id"
    ):
        run.people[row["email"]] = str(row["company_id"])


async def log_heads(infra: Infra, run: History, keys: Iterable[dict[str, Any]]) -> None:
    """Fill in the heads of the archive's log; `keys` are the log's public keys."""
    known = KeySet.import_key_set({"keys": list(keys)})
    async with connected(infra) as connection:
        for row in await connection.fetch("select size, root, jws from archive.head order by size"):
            run.heads.append(Head(row["size"], row["root"].hex(), _signs(row, known)))


def _signs(row: Any, keys: KeySet) -> bool:
    try:
        content = json.loads(jws.deserialize_compact(row["jws"], keys, algorithms=["ES256"]).payload)
    except JoseError:
        return False
    return (content["size"], content["root"]) == (row["size"], row["root"].hex())
