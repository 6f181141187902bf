"""The first schema of the archive."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "archive"

OWN = [
    # Entries commit without a number; the sequencer gives each its place in the supplier's series and in the log.
    """create table entry (
    id uuid primary key, kind text not null check (kind in ('deposit', 'status', 'elimination')),
    invoice_id uuid not null, submission_id uuid, supplier_id uuid not null, buyer_id uuid not null,
    digests jsonb not null, content jsonb not null,
    cause jsonb not null, fact jsonb not null,
    object jsonb, retain_until timestamptz, archive_option boolean,
    sequence bigint, leaf_index bigint unique, leaf bytea, entered_at timestamptz,
    deposited_at timestamptz not null, eliminated_at timestamptz,
    constraint entry_once unique (submission_id, kind),
    constraint entry_series unique (supplier_id, sequence),
    check ((sequence is null) = (leaf_index is null)),
    check ((archive_option is null) = (retain_until is null))
)""",
    "create index entry_certificate on entry ((content ->> 'of')) where kind = 'elimination'",
    "create index entry_term on entry (retain_until) where kind = 'deposit' and eliminated_at is null",
    "create index entry_unnumbered on entry (id) where sequence is null",
    "create index entry_invoice on entry (invoice_id, leaf_index)",
    "create index entry_original on entry ((digests ->> 'original')) where kind = 'deposit'",
    """create index entry_document on entry ((digests ->> 'document'))
    where kind = 'deposit' and eliminated_at is null""",
    schema.projection_or_record("entry", "record"),
    *schema.tenant_policies(
        SERVICE,
        "entry",
        api="select",
        pipeline="select, insert, update (sequence, leaf_index, leaf, entered_at, object, fact, eliminated_at)",
    ),
    "create table series (supplier_id uuid primary key, last bigint not null)",
    schema.projection_or_record("series", "record"),
    *schema.open_table(SERVICE, "series", api="", pipeline="select, insert, update"),
    "create table merkle_node (level int, index bigint, hash bytea not null, primary key (level, index))",
    schema.projection_or_record("merkle_node", "record"),
    *schema.open_table(SERVICE, "merkle_node", pipeline="select, insert"),
    """create table head (
    size bigint primary key, root bytea not null, signed_at timestamptz not null, jws text not null
)""",
    schema.projection_or_record("head", "record"),
    *schema.open_table(SERVICE, "head", pipeline="select, insert"),
    "create table head_given (place text primary key, size bigint not null, given_at timestamptz not null)",
    schema.projection_or_record("head_given", "record"),
    *schema.open_table(SERVICE, "head_given", api="", pipeline="select, insert, update"),
    # `sealed`: a key of this installation; `public`: one of another's, whose log was imported, which signs nothing here
    """create table log_key (
    kid text primary key, sealed bytea, public jsonb, created_at timestamptz not null default now(),
    check ((sealed is null) <> (public is null))
)""",
    schema.projection_or_record("log_key", "record"),
    *schema.open_table(SERVICE, "log_key", api="", pipeline="select, insert"),
    # Evidence records (RFC 4998): what a batch covers, the tokens, and which token stamps a batch first, second …
    # `covers`: the last leaf whose deposit has its place in this batch or an earlier one; -1 for a head alone
    """create table evidence_batch (
    id uuid primary key, made_at timestamptz not null, covers bigint not null, deposits int not null
)""",
    "create index evidence_batch_covers on evidence_batch (covers)",
    schema.projection_or_record("evidence_batch", "record"),
    *schema.open_table(SERVICE, "evidence_batch", pipeline="select, insert"),
    """create table evidence_item (
    batch_id uuid not null references evidence_batch, position int not null, digest bytea not null,
    entry_id uuid unique, head_size bigint unique,
    primary key (batch_id, position), check ((entry_id is null) <> (head_size is null))
)""",
    schema.projection_or_record("evidence_item", "record"),
    *schema.open_table(SERVICE, "evidence_item", pipeline="select, insert"),
    """create table evidence_token (
    id uuid primary key, token bytea not null, sha256 bytea not null, authority text not null,
    stamped_at timestamptz not null, expires_at timestamptz not null
)""",
    schema.projection_or_record("evidence_token", "record"),
    *schema.open_table(SERVICE, "evidence_token", pipeline="select, insert, update (token, sha256)"),
    """create table evidence_link (
    batch_id uuid not null references evidence_batch, number int not null check (number >= 1),
    token_id uuid not null references evidence_token, position int not null,
    primary key (batch_id, number), unique (token_id, position)
)""",
    schema.projection_or_record("evidence_link", "record"),
    *schema.open_table(SERVICE, "evidence_link", pipeline="select, insert"),
    # Checks: everything read again, row by row and object by object, and what was not as it was.
    """create table archive_check (
    id uuid primary key, asked_by text not null, reason text not null, asked_at timestamptz not null,
    started_at timestamptz, ended_at timestamptz, entries bigint not null default 0, objects bigint not null default 0,
    bytes bigint not null default 0, problems bigint not null default 0
)""",
    schema.projection_or_record("archive_check", "record"),
    *schema.open_table(SERVICE, "archive_check", api="", pipeline="select, insert, update"),
    """create table check_problem (
    check_id uuid not null references archive_check, number int not null, code text not null, detail text not null,
    entry_id uuid, primary key (check_id, number)
)""",
    schema.projection_or_record("check_problem", "record"),
    *schema.open_table(SERVICE, "check_problem", api="", pipeline="select, insert"),
    # What was found of a submission until its deposit holds it.
    """create table finding (
    submission_id uuid primary key, content bytea not null, found_at timestamptz not null default now()
)""",
    schema.projection_or_record("finding", "record"),
    *schema.open_table(SERVICE, "finding", api="", pipeline="select, insert, delete"),
    # Holds: what nobody eliminates, term or not, until whoever may takes the hold away. Rows stay, as a journal.
    """create table legal_hold (
    id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    reason text not null, placed_by text not null, placed_at timestamptz not null,
    lift_reason text, lifted_by text, lifted_at timestamptz
)""",
    "create index legal_hold_open on legal_hold (invoice_id) where lifted_at is null",
    schema.projection_or_record("legal_hold", "record"),
    *schema.tenant_policies(
        SERVICE, "legal_hold", api="select", pipeline="select, insert, update (lift_reason, lifted_by, lifted_at)"
    ),
    # Elimination after term: proposed by one person, decided by another, done one by one.
    """create table elimination (
    id uuid primary key, supplier_id uuid, term_before timestamptz not null, state text not null
        check (state in ('proposed', 'refused', 'running', 'done')),
    items int not null, digest bytea not null,
    reason text not null, proposed_by text not null, proposed_at timestamptz not null,
    decision text, decided_by text, decided_at timestamptz, ended_at timestamptz
)""",
    schema.projection_or_record("elimination", "record"),
    *schema.tenant_policies(SERVICE, "elimination", ("supplier_id",), api="select", pipeline="select, insert, update"),
    """create table elimination_item (
    elimination_id uuid not null references elimination, entry_id uuid not null references entry,
    state text not null check (state in ('waiting', 'under_way', 'done', 'kept')), why text, ended_at timestamptz,
    primary key (elimination_id, entry_id)
)""",
    "create index elimination_item_entry on elimination_item (entry_id) where state = 'under_way'",
    schema.projection_or_record("elimination_item", "record"),
    *schema.open_table(SERVICE, "elimination_item", api="", pipeline="select, insert, update (state, why, ended_at)"),
    # Submissions that ended elsewhere: nothing of them is deposited any more.
    "create table ended (submission_id uuid primary key, invoice_id uuid not null)",
    schema.projection_or_record("ended", "projection"),
    *schema.open_table(SERVICE, "ended", api=""),
    """create table described (
    invoice_id uuid primary key, submission_id uuid not null, attempt int not null,
    supplier_id uuid not null, buyer_id uuid not null, number text not null, kind text not null,
    issue_date date not null, currency text not null, gross numeric not null, submitted_at timestamptz not null
)""",
    schema.projection_or_record("described", "projection"),
    *schema.tenant_policies(SERVICE, "described", api="select"),
    "create index described_number on described (number)",
    # What originals are found by; read through `archive_matches` alone.
    """create table wording (
    entry_id uuid primary key, supplier_id uuid not null, buyer_id uuid not null, order_numbers text[] not null,
    words text not null
)""",
    schema.projection_or_record("wording", "record"),
    *schema.tenant_policies(SERVICE, "wording", api="select", pipeline="select, insert, delete"),
    # Row policies disable a trigram index (LIKE is not leakproof): the search runs as the owner, with the companies of
    # the transaction as its own condition, and gives ids alone.
    """do $$ begin
    if (select count(*) from pg_extension where extname in ('pg_trgm', 'btree_gin')) = 2 then
        create index wording_words on wording using gin (
            supplier_id public.uuid_ops, buyer_id public.uuid_ops, words public.gin_trgm_ops);
    end if;
end $$""",
    """create function archive_matches(wanted text, order_number text, most int) returns setof uuid
language plpgsql stable security definer set search_path from current as $$
declare
    pattern text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    company uuid;
begin
    foreach company in array coalesce(nullif(current_setting('navette.companies', true), '')::uuid[], '{}') loop
        return query execute 'select u.entry_id from (
            select w.entry_id, w.order_numbers from wording w where w.supplier_id = $1 and w.words like $2
            union
            select w.entry_id, w.order_numbers from wording w where w.buyer_id = $1 and w.words like $2) u
            where $3 is null or $3 = any (u.order_numbers) order by u.entry_id desc limit $4'
        using company, pattern, order_number, most;
    end loop;
end $$""",
    "revoke all on function archive_matches from public",
    f"grant execute on function archive_matches to {schema.roles(SERVICE)[1]}",
    # Bulk exports: what was asked for and how far each part was sent.
    """create table bulk_export (
    id uuid primary key, company_id uuid not null, asked_by text not null, content text not null, wanted jsonb not null,
    asked_at timestamptz not null
)""",
    schema.projection_or_record("bulk_export", "record"),
    *schema.tenant_policies(SERVICE, "bulk_export", ("company_id",), api="select, insert", pipeline="select, delete"),
    """create table bulk_export_part (
    export_id uuid not null references bulk_export on delete cascade, number int not null, company_id uuid not null,
    after_leaf bigint not null, upto_leaf bigint not null, items int not null,
    done int not null default 0, bytes bigint not null default 0, ended_at timestamptz, primary key (export_id, number)
)""",
    schema.projection_or_record("bulk_export_part", "record"),
    *schema.tenant_policies(
        SERVICE,
        "bulk_export_part",
        ("company_id",),
        api="select, insert, update (done, bytes, ended_at)",
        pipeline="select, delete",
    ),
]


def upgrade() -> None:
    for statement in [*schema.tables(SERVICE), *commands.tables(SERVICE), *directory.tables(SERVICE), *OWN]:
        op.execute(statement)
