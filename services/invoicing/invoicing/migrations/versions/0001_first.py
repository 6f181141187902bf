"""The first schema of invoicing."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "invoicing"
TRADERS = ("supplier_id", "buyer_id")
SEEN = ("author_id", "recipient_id")
"""Who writes an invoice is its seller, or its buyer when that bills itself. The other side sees nothing of it before
it is archived: until then `recipient_id` is null."""

ORDERS = [
    """create table sales_order (
    id uuid primary key, supplier_id uuid not null, buyer_id uuid not null, unit_id uuid not null,
    number text not null, revision int not null, currency text not null, issue_date date not null,
    document jsonb not null, terms jsonb not null, contacts jsonb not null,
    changed_on date not null, response text, closed boolean not null default false,
    archived boolean not null default false,
    amount_cap numeric, reserved_amount numeric not null default 0, invoiced_amount numeric not null default 0,
    credited_amount numeric not null default 0, freight_in_cap boolean not null default true, bill_to jsonb
)""",
    "create index sales_order_number on sales_order (supplier_id, buyer_id, number)",
    "create index sales_order_bill_to on sales_order (supplier_id, unit_id) where bill_to is not null",
    schema.projection_or_record("sales_order", "record"),
    *schema.tenant_policies(SERVICE, "sales_order", api="select, update"),
    """create table order_line (
    id uuid primary key, order_id uuid not null references sales_order,
    supplier_id uuid not null, buyer_id uuid not null,
    position int not null, identifier text not null, item_name text not null, unit text not null,
    content jsonb not null, withdrawn boolean not null default false,
    ordered numeric not null, received numeric not null default 0, extra numeric not null default 0,
    receipt_required boolean not null,
    reserved numeric not null default 0 check (reserved >= 0),
    invoiced numeric not null default 0 check (invoiced >= 0),
    crediting numeric not null default 0 check (crediting >= 0),
    credited numeric not null default 0 check (credited >= 0),
    price_tolerance numeric not null default 0,
    by_amount boolean not null default false, amount_cap numeric, check (amount_cap is not null or not by_amount),
    reserved_amount numeric not null default 0, invoiced_amount numeric not null default 0,
    crediting_amount numeric not null default 0, credited_amount numeric not null default 0,
    amount_allowed numeric generated always as (
        case when by_amount and receipt_required and ordered > 0
            then least(amount_cap, trunc(amount_cap * received / ordered, 6)) else amount_cap end) stored,
    allowed numeric generated always as (
        case when receipt_required then least(received, ordered + extra) else ordered + extra end) stored
)""",
    "create index order_line_order on order_line (order_id, position)",
    schema.projection_or_record("order_line", "record"),
    *schema.tenant_policies(SERVICE, "order_line", api="select, update"),
    """create table order_document (
    id uuid not null, order_line_id uuid not null, order_id uuid not null,
    supplier_id uuid not null, buyer_id uuid not null,
    kind text not null check (kind in ('response', 'despatch', 'receipt')), number text not null, dated date not null,
    quantity numeric not null, learnt_at timestamptz not null,
    primary key (order_line_id, id)
)""",
    "create index order_document_order on order_document (order_id)",
    schema.projection_or_record("order_document", "record"),
    *schema.tenant_policies(SERVICE, "order_document", api="select", pipeline="select, insert"),
    """create table ledger_movement (
    id uuid primary key, cause_id uuid not null, order_line_id uuid not null, order_id uuid not null,
    supplier_id uuid not null, buyer_id uuid not null, kind text not null,
    quantity numeric not null, amount numeric not null, at timestamptz not null,
    constraint ledger_movement_once unique (cause_id, order_line_id, kind)
)""",
    "create index ledger_movement_line on ledger_movement (order_line_id)",
    schema.projection_or_record("ledger_movement", "record"),
    *schema.tenant_policies(SERVICE, "ledger_movement", api="select, insert", pipeline="select, insert"),
]

INVOICES = [
    """create table invoice (
    id uuid primary key, supplier_id uuid not null, buyer_id uuid not null, unit_id uuid not null,
    author_id uuid not null, recipient_id uuid,
    kind text not null check (kind in ('invoice', 'credit_note')), credits_invoice_id uuid references invoice,
    version int not null default 1, files_version int not null default 0, draft jsonb not null,
    channel text not null default 'form' check (channel in ('form', 'upload')), filled jsonb not null default '[]',
    number text not null, number_key text not null, order_numbers text[] not null, issue_date date,
    currency text not null, net numeric not null, vat numeric not null, gross numeric not null, due numeric not null,
    gross_key bigint generated always as (cast(least(greatest(gross, -9e16), 9e16) * 100 as bigint)) stored,
    state text not null, submission_id uuid, attempt int not null default 0, delivery_id uuid,
    status text, closed boolean not null default false, due_date date,
    document jsonb, as_is jsonb, failure jsonb, overdue jsonb, watched boolean not null default false,
    transaction_number text unique, search text not null default '', delivery_failures text[] not null default '{}',
    created_at timestamptz not null, submitted_at timestamptz, archived_at timestamptz, delivered_at timestamptz,
    silent_since timestamptz generated always as (
        case when state = 'delivered' and status is null and not watched then delivered_at end) stored,
    eliminated_at timestamptz
) with (fillfactor = 60)""",
    "create index invoice_source on invoice ((as_is #>> '{source,document,sha256}')) where as_is is not null",
    # A step that changes no indexed column finds room beside its row, and leaves a dozen indexes as they are (HOT): so
    # none of them names `state`, which every step changes.
    "create index invoice_silent on invoice (silent_since) where silent_since is not null",
    "create sequence transaction_number",
    f"grant usage on sequence transaction_number to {schema.roles(SERVICE)[1]}",
    "create index invoice_author on invoice (author_id, created_at desc, id desc)",
    "create index invoice_recipient on invoice (recipient_id, created_at desc, id desc)",
    # Row policies let the planner compare in an index only what leaks nothing: no numerics (hence gross_key), and CASE
    # where COALESCE says the same.
    *(
        f"create index invoice_{side}_{name} on invoice ({side}_id, {column}, id) where {side}_id is not null"
        for side in ("author", "recipient")
        for name, column in (
            ("number", "number_key"),
            ("issued", "(case when issue_date is null then date '9999-12-30' else issue_date end)"),
            ("due", "(case when due_date is null then date '9999-12-30' else due_date end)"),
            ("gross", "gross_key"),
        )
    ),
    "create index invoice_credits on invoice (credits_invoice_id) where credits_invoice_id is not null",
    schema.projection_or_record("invoice", "record"),
    *schema.tenant_policies(SERVICE, "invoice", SEEN),
    """create table submission (
    id uuid primary key, invoice_id uuid not null references invoice, supplier_id uuid not null, buyer_id uuid not null,
    attempt int not null, kind text not null, credits_invoice_id uuid, stage text not null
)""",
    "create index submission_invoice on submission (invoice_id)",
    "create index submission_credits on submission (credits_invoice_id) where credits_invoice_id is not null",
    schema.projection_or_record("submission", "record"),
    *schema.tenant_policies(SERVICE, "submission"),
    """create table submission_use (
    submission_id uuid not null references submission, order_line_id uuid not null, order_id uuid not null,
    supplier_id uuid not null, buyer_id uuid not null, quantity numeric not null, amount numeric not null,
    primary key (submission_id, order_line_id)
)""",
    schema.projection_or_record("submission_use", "record"),
    *schema.tenant_policies(SERVICE, "submission_use"),
    # What charges of a document take of the caps of its orders, where freight counts.
    """create table submission_charge (
    submission_id uuid not null references submission, order_id uuid not null,
    supplier_id uuid not null, buyer_id uuid not null, amount numeric not null,
    primary key (submission_id, order_id)
)""",
    schema.projection_or_record("submission_charge", "record"),
    *schema.tenant_policies(SERVICE, "submission_charge", api="select, insert", pipeline="select, insert"),
    """create table credit_line (
    submission_id uuid not null references submission, invoice_id uuid not null, line text not null,
    author_id uuid not null, quantity numeric not null,
    primary key (submission_id, line)
)""",
    "create index credit_line_invoice on credit_line (invoice_id)",
    schema.projection_or_record("credit_line", "record"),
    *schema.tenant_policies(SERVICE, "credit_line", ("author_id",)),
    """create table invoice_fact (
    event_id uuid primary key, invoice_id uuid not null, type text not null, at timestamptz not null,
    source text not null, submission_id uuid, delivery_id uuid, author_id uuid not null, recipient_id uuid,
    data jsonb not null
)""",
    "create index invoice_fact_invoice on invoice_fact (invoice_id, at)",
    schema.projection_or_record("invoice_fact", "record"),
    *schema.tenant_policies(SERVICE, "invoice_fact", SEEN, api="select, insert", pipeline="select, insert"),
    """create table number_taken (
    supplier_id uuid not null, number_key text not null, invoice_id uuid not null, author_id uuid not null,
    constraint number_taken_once primary key (supplier_id, number_key)
)""",
    "create index number_taken_invoice on number_taken (invoice_id)",
    schema.projection_or_record("number_taken", "record"),
    *schema.tenant_policies(SERVICE, "number_taken", ("supplier_id", "author_id")),
    """create table allowance_use (
    invoice_id uuid primary key, supplier_id uuid not null, payer_id uuid not null, taken_at timestamptz not null
)""",
    schema.projection_or_record("allowance_use", "record"),
    *schema.tenant_policies(SERVICE, "allowance_use", ("supplier_id", "payer_id"), api="select, insert"),
    # A unit that pays has its balance moved by its suppliers, whose row policies would hide it.
    "create table allowance_balance (payer_id uuid primary key, taken bigint not null check (taken >= 0))",
    schema.projection_or_record("allowance_balance", "record"),
    *schema.open_table(SERVICE, "allowance_balance", api="select, insert, update"),
]

CONTENT = [
    "create table rulebook (unit_id uuid primary key, version int not null, enrichment jsonb not null)",
    schema.projection_or_record("rulebook", "projection"),
    *schema.open_table(SERVICE, "rulebook"),
    """create table attachment (
    id uuid primary key, invoice_id uuid not null references invoice, author_id uuid not null, recipient_id uuid,
    name text not null, description text not null, media_type text not null, size bigint not null,
    document jsonb not null, created_at timestamptz not null
)""",
    "create unique index attachment_name on attachment (invoice_id, lower(name))",
    "create index attachment_document on attachment ((document ->> 'sha256'))",
    schema.projection_or_record("attachment", "record"),
    *schema.tenant_policies(SERVICE, "attachment", SEEN),
    """create table alert (
    delivery_id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    unit_id uuid not null, deadline timestamptz not null, noticed_at timestamptz not null
)""",
    schema.projection_or_record("alert", "record"),
    *schema.tenant_policies(SERVICE, "alert", ("supplier_id",), api="select", pipeline="select, insert"),
    """create table mark (
    company_id uuid not null, invoice_id uuid not null references invoice, read_at timestamptz,
    trashed_at timestamptz, primary key (company_id, invoice_id)
)""",
    "create index mark_trashed on mark (company_id, trashed_at) where trashed_at is not null",
    schema.projection_or_record("mark", "record"),
    *schema.tenant_policies(SERVICE, "mark", ("company_id",)),
    """create table export (
    id uuid primary key, company_id uuid not null, owner text not null, format text not null, language text not null,
    wanted jsonb not null, state text not null check (state in ('waiting', 'running', 'done')), rows int,
    document jsonb, created_at timestamptz not null, claimed_at timestamptz, done_at timestamptz
)""",
    "create index export_open on export (created_at) where state <> 'done'",
    schema.projection_or_record("export", "record"),
    *schema.tenant_policies(SERVICE, "export", ("company_id",), api="select, insert", pipeline="select, update"),
    """create table upload (
    id uuid primary key, supplier_id uuid not null, name text not null, document jsonb not null,
    entries jsonb not null, created_at timestamptz not null
)""",
    "create index upload_document on upload ((document ->> 'sha256'))",
    "create index upload_invoices on upload using gin (entries jsonb_path_ops)",
    schema.projection_or_record("upload", "record"),
    *schema.tenant_policies(
        SERVICE, "upload", ("supplier_id",), api="select, insert", pipeline="select, update (document)"
    ),
    """create table status_report (
    id uuid primary key, invoice_id uuid not null references invoice, supplier_id uuid not null,
    recipient_id uuid not null, delivery_id uuid not null, reported_by text not null, code text not null,
    amount numeric, message_id text, fact jsonb not null, at timestamptz not null
)""",
    "create index status_report_delivery on status_report (delivery_id, at)",
    "create unique index status_report_message on status_report (delivery_id, reported_by, message_id)",
    schema.projection_or_record("status_report", "record"),
    *schema.tenant_policies(
        SERVICE, "status_report", ("supplier_id", "recipient_id"), api="select, insert", pipeline="select"
    ),
    """create table self_billing (
    supplier_id uuid not null, buyer_id uuid not null, agreed_by text not null, agreed_at timestamptz not null,
    primary key (supplier_id, buyer_id)
)""",
    schema.projection_or_record("self_billing", "record"),
    *schema.tenant_policies(SERVICE, "self_billing", api="select, insert, delete", pipeline="select"),
    """create table paper_invoice (
    id uuid primary key, supplier_id uuid not null, buyer_id uuid not null, number text not null,
    number_key text not null, issue_date date not null, noted_by text not null, noted_at timestamptz not null,
    constraint paper_invoice_once unique (supplier_id, buyer_id, number_key)
)""",
    "create index paper_invoice_newest on paper_invoice (buyer_id, noted_at desc, id desc)",
    schema.projection_or_record("paper_invoice", "record"),
    *schema.tenant_policies(SERVICE, "paper_invoice", api="select, insert, delete", pipeline="select"),
    """create table template (
    id uuid primary key, supplier_id uuid not null, owner text not null, shared boolean not null, name text not null,
    unit_id uuid not null, content jsonb not null, created_at timestamptz not null
)""",
    "create index template_supplier on template (supplier_id)",
    schema.projection_or_record("template", "record"),
    *schema.tenant_policies(SERVICE, "template", ("supplier_id",)),
    """create table tax_code (
    supplier_id uuid not null, code text not null, name text not null, parts jsonb not null,
    primary key (supplier_id, code)
)""",
    schema.projection_or_record("tax_code", "record"),
    *schema.tenant_policies(SERVICE, "tax_code", ("supplier_id",)),
]

# Row policies disable a trigram index (LIKE is not leakproof), so the search runs as the owner, with the companies of
# the transaction as its own condition, and gives ids alone. It looks at the newest first: what is often found is found
# there (`enough` of it, and at most `most`), as far back as every side's newest 3,000 reach: beyond that `horizon` one
# side would be passed over for older rows of another. What is rare comes from an index of each side's own words, since
# what is rare in one company's invoices may be in every other's.
SEARCH = [
    """do $$ begin
    if (select count(*) from pg_extension where extname in ('pg_trgm', 'btree_gin')) = 2 then
        create index invoice_author_search on invoice
            using gin (author_id public.uuid_ops, search public.gin_trgm_ops);
        create index invoice_recipient_search on invoice
            using gin (recipient_id public.uuid_ops, search public.gin_trgm_ops) where recipient_id is not null;
    end if;
end $$""",
    """create function invoice_matches(wanted text, before_at timestamptz, before_id uuid, enough int, most int)
returns table (id uuid, created_at timestamptz) language plpgsql stable security definer set search_path from current
as $$
declare
    mine uuid[] := nullif(current_setting('navette.companies', true), '')::uuid[];
    pattern text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    horizon timestamptz;
    newest uuid[];
    company uuid;
begin
    horizon := (
        select max(cut.created_at) from unnest(mine) c(id) cross join lateral (
            (select n.created_at from invoice n where n.author_id = c.id
                and (before_at is null or (n.created_at, n.id) < (before_at, before_id))
                order by n.created_at desc, n.id desc offset 2999 limit 1)
            union all
            (select n.created_at from invoice n where n.recipient_id = c.id
                and (before_at is null or (n.created_at, n.id) < (before_at, before_id))
                order by n.created_at desc, n.id desc offset 2999 limit 1)) cut);
    newest := array(
        select n.id from (
            select distinct on (i.created_at, i.id) i.id, i.created_at
            from unnest(mine) c(id) cross join lateral (
                (select n.id, n.created_at, n.search from invoice n where n.author_id = c.id
                    and (before_at is null or (n.created_at, n.id) < (before_at, before_id))
                    and (horizon is null or n.created_at > horizon)
                    order by n.created_at desc, n.id desc limit 3000)
                union all
                (select n.id, n.created_at, n.search from invoice n where n.recipient_id = c.id
                    and (before_at is null or (n.created_at, n.id) < (before_at, before_id))
                    and (horizon is null or n.created_at > horizon)
                    order by n.created_at desc, n.id desc limit 3000)) i
            where i.search like pattern order by i.created_at desc, i.id desc limit most) n);
    if cardinality(newest) >= enough then
        return query select n, i.created_at from unnest(newest) n join invoice i on i.id = n;
    else
        foreach company in array mine loop
            return query execute 'select u.id, u.created_at from (
                select i.id, i.created_at from invoice i where i.author_id = $1 and i.search like $2
                    and ($3 is null or (i.created_at, i.id) < ($3, $4))
                union
                select i.id, i.created_at from invoice i where i.recipient_id = $1 and i.search like $2
                    and ($3 is null or (i.created_at, i.id) < ($3, $4))) u
                order by u.created_at desc, u.id desc limit $5'
            using company, pattern, before_at, before_id, most;
        end loop;
    end if;
end $$""",
    # For lists in another order: all that hold the words or, where that is many, some that say so; by one's own side.
    """create function invoices_holding(wanted text, most int)
returns table (company uuid, side text, ids uuid[]) language plpgsql stable security definer
set search_path from current
as $$
declare
    mine uuid[] := nullif(current_setting('navette.companies', true), '')::uuid[];
    pattern text := '%' || replace(replace(replace(wanted, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    own uuid;
begin
    foreach own in array mine loop
        return query execute $q$
            select $1, 'author_id', array(select i.id from invoice i
                where i.author_id = $1 and i.search like $2 limit $3)
            union all select $1, 'recipient_id', array(select i.id from invoice i
                where i.recipient_id = $1 and i.search like $2 limit $3)$q$
        using own, pattern, most;
    end loop;
end $$""",
    # A buyer may know that a number was sent to it, and nothing else of an invoice that is not archived yet.
    """create function number_sent(seller uuid, customer uuid, key text) returns boolean
language sql stable security definer set search_path from current as $$
    select customer = any (nullif(current_setting('navette.companies', true), '')::uuid[]) and exists (
        select from number_taken n join invoice i on i.id = n.invoice_id
        where n.supplier_id = seller and n.number_key = key and i.buyer_id = customer
            and i.state not in ('draft', 'failed', 'cancelled'))
$$""",
    "revoke all on function number_sent from public",
    f"grant execute on function number_sent to {schema.roles(SERVICE)[1]}",
    "revoke all on function invoice_matches, invoices_holding from public",
    f"grant execute on function invoice_matches, invoices_holding to {schema.roles(SERVICE)[1]}",
]


def upgrade() -> None:
    """Create everything."""
    for statement in [
        *schema.tables(SERVICE),
        *commands.tables(SERVICE),
        *directory.tables(SERVICE),
        *ORDERS,
        *INVOICES,
        *CONTENT,
        *SEARCH,
    ]:
        op.execute(statement)
