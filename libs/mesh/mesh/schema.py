"""The tables that every service's schema holds for the mesh, and the row policies of its own tables.

Statements for a migration: `for statement in schema.tables("signing"): op.execute(statement)`.

Every table is either a *projection* (rebuildable from topics, its hash proved equal) or a *record* (backed up); its
comment says which.
"""

from datetime import UTC, datetime
from typing import Final, Literal

_INBOX = """
create table inbox (
    consumer text not null, event_id uuid not null,
    topic text not null, part int not null, off bigint not null,
    outcome text not null check (outcome in ('done', 'parked', 'dead', 'discarded')),
    done_at timestamptz not null default now(),
    primary key (consumer, event_id)
) partition by range (event_id)"""

_TABLES: Final[tuple[str, ...]] = (
    _INBOX,
    "create table inbox_rest partition of inbox default",
    """
create table outbox (
    lane int not null, seq bigint generated always as identity primary key,
    event_id uuid not null, topic text not null, msg_key text not null,
    headers jsonb not null, payload bytea not null, created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)""",
    "create table subject_sequence (subject text primary key, last bigint not null)",
    """
create table position (
    consumer text not null, topic text not null, part int not null, next_offset bigint not null,
    primary key (consumer, topic, part)
) with (fillfactor = 50)""",
    """
create table lease (
    name text primary key, holder text not null, epoch bigint not null, expires_at timestamptz not null
) with (fillfactor = 50)""",
    """
create table parked (
    consumer text not null, msg_key text not null, seq bigint generated always as identity,
    event_id uuid not null, event_type text not null, subject text not null,
    state text not null default 'waiting' check (state in ('waiting', 'blocked')),
    attempts int not null default 0, retries int not null default 0,
    next_at timestamptz not null, parked_at timestamptz not null default now(),
    fingerprint text not null, reason text not null,
    topic text not null, part int not null, off bigint not null, headers jsonb not null, payload bytea not null,
    primary key (consumer, msg_key, seq)
)""",
    "create index parked_due on parked (consumer, next_at) where state = 'waiting'",
    """
create table dead_letter (
    id uuid primary key, consumer text not null, event_id uuid, event_type text, subject text,
    fingerprint text not null, error_class text not null, error text not null, attempts int not null,
    first_at timestamptz not null, last_at timestamptz not null default now(),
    topic text not null, part int not null, off bigint not null, msg_key text not null,
    headers jsonb not null, payload bytea not null,
    state text not null default 'open' check (state in ('open', 'redriven', 'discarded')),
    redrives int not null default 0, by_user text, reason text
)""",
    "create index dead_letter_open on dead_letter (fingerprint) where state = 'open'",
    """
create table replay_job (
    id uuid primary key, mode text not null check (mode in ('fill', 'rebuild')),
    state text not null check (state in ('planned', 'running', 'paused', 'done', 'cancelled', 'failed')),
    spec jsonb not null, plan jsonb not null, plan_hash text not null,
    cursor jsonb not null default '{}', counts jsonb not null default '{}', rate int not null,
    created_by text not null, reason text not null, error text,
    created_at timestamptz not null default now(), started_at timestamptz, ended_at timestamptz
)""",
    """
create table audit (
    id uuid primary key, at timestamptz not null, actor text not null, company_id uuid, action text not null,
    subject text not null, detail jsonb not null, number bigint unique, hash bytea
)""",
    "create index audit_unnumbered on audit (id) where number is null",
    "create index audit_subject on audit (subject, at)",
    """
create table schema_release (
    revision text primary key, compatible_from text not null, applied_at timestamptz not null default now()
)""",
)

INBOX_MONTHS: Final = 24
"""How long the inbox remembers; longer than any topic that is not kept for good, plus its dead letters."""

RECORDS: Final = (
    "inbox",
    "outbox",
    "subject_sequence",
    "position",
    "lease",
    "parked",
    "dead_letter",
    "replay_job",
    "audit",
    "schema_release",
)


def roles(service: str) -> tuple[str, str, str]:
    """Names of a service's owner, api and pipeline roles."""
    name = service.replace("-", "_")
    return f"{name}_owner", f"{name}_api", f"{name}_pipeline"


def tables(service: str) -> list[str]:
    """DDL of the mesh's tables with their grants; the search path points to the service's schema."""
    _, api, pipeline = roles(service)
    statements = [statement.strip() for statement in _TABLES]
    for name in RECORDS:
        statements += [f"comment on table {name} is 'record'", f"revoke all on {name} from public"]
    writes = "select, insert, update, delete"
    statements += [
        f"grant {writes} on {name} to {pipeline}" for name in RECORDS if name not in ("audit", "schema_release")
    ]
    statements += [
        # Commands let facts and audit rows leave and read none: these tables hold every tenant's, under no row policy.
        f"grant insert on outbox, audit to {api}",
        f"grant select, insert, update on subject_sequence to {api}",
        f"grant select on schema_release to {pipeline}",
        # Nobody who serves requests or facts can change or remove an audit row; numbering sets two columns.
        f"grant select, insert, update (number, hash) on audit to {pipeline}",
    ]
    return statements


def projection_or_record(table: str, kind: Literal["projection", "record"]) -> str:
    """The comment that declares what a table is; a test demands one on every table."""
    return f"comment on table {table} is '{kind}'"


def tenant_policies(
    service: str,
    table: str,
    columns: tuple[str, ...] = ("supplier_id", "buyer_id"),
    *,
    api: str = "select, insert, update, delete",
    pipeline: str = "select, insert, update, delete",
) -> list[str]:
    """Row policies of one table: the api role sees rows of the companies it acts for, owner and pipeline see all.

    `columns` are those that name a company the row belongs to.
    """
    owner_role, api_role, pipeline_role = roles(service)
    mine = " or ".join(
        f"{column} = any (nullif(current_setting('navette.companies', true), '')::uuid[])" for column in columns
    )
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_owner on {table} to {owner_role} using (true) with check (true)",
        f"create policy {table}_pipeline on {table} to {pipeline_role} using (true) with check (true)",
        f"create policy {table}_api on {table} to {api_role} using ({mine}) with check ({mine})",
        f"revoke all on {table} from public",
        f"grant {api} on {table} to {api_role}",
        f"grant {pipeline} on {table} to {pipeline_role}",
    ]


def open_table(
    service: str, table: str, *, api: str = "select", pipeline: str = "select, insert, update, delete"
) -> list[str]:
    """Grants of a table whose rows belong to no company."""
    _, api_role, pipeline_role = roles(service)
    grants = [f"revoke all on {table} from public", f"grant {pipeline} on {table} to {pipeline_role}"]
    return grants + ([f"grant {api} on {table} to {api_role}"] if api else [])


def _month(year: int, month: int) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def _first_uuid(moment: datetime) -> str:
    """The smallest UUIDv7 of a moment."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


def inbox_horizon(now: datetime) -> datetime:
    """The moment before which the inbox may have forgotten what was done."""
    return _month(now.year, now.month - INBOX_MONTHS)


def inbox_partitions(now: datetime, *, months_ahead: int = 3) -> tuple[list[str], list[str]]:
    """Statements that make the inbox's monthly partitions, and those that drop what is past the horizon.

    The inbox is partitioned on the time-ordered id, not on when it was read: the key must hold the partition's column.
    """
    create = []
    for ahead in range(months_ahead + 1):
        start, end = _month(now.year, now.month + ahead), _month(now.year, now.month + ahead + 1)
        create.append(
            f"create table if not exists inbox_{start:%Y%m} partition of inbox "
            f"for values from ('{_first_uuid(start)}') to ('{_first_uuid(end)}')"
        )
    past = inbox_horizon(now)
    return create, [f"drop table if exists inbox_{_month(past.year, past.month - back):%Y%m}" for back in range(1, 13)]
