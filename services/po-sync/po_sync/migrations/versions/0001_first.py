"""The first schema of po-sync."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "po-sync"
_, API, _ = schema.roles(SERVICE)

ORDERS = [
    """create table purchase_order (
    id uuid primary key,
    buyer_id uuid not null, unit_id uuid, supplier_id uuid,
    number text not null, number_key text collate "C" not null, revision int not null check (revision >= 1),
    content_sha256 text not null, document jsonb not null,
    currency text not null, issue_date date not null, active_on date not null, net_amount numeric,
    supplier_name text not null, supplier_keys text[] not null, unit_keys text[] not null, unit_name text,
    unit_asked uuid, contacts jsonb not null, search_text text not null,
    state text not null check (state in ('waiting', 'published')),
    waiting_for text check ((waiting_for is null) = (state = 'published')),
    response text check (response in ('accepted', 'rejected')), response_reason text, responded_at timestamptz,
    response_origin text check (response_origin in ('supplier', 'invoice')),
    closed boolean not null default false, closed_at timestamptz, cancelled boolean not null default false,
    closed_reason text, archived_at timestamptz, fully_invoiced boolean not null default false,
    received_at timestamptz not null, published_at timestamptz, examined_at timestamptz not null,
    constraint purchase_order_number unique (buyer_id, number_key),
    check (state = 'waiting' or (supplier_id is not null and unit_id is not null))
)""",
    "create index purchase_order_waiting on purchase_order (examined_at) where state = 'waiting'",
    "create index purchase_order_supplier on purchase_order (supplier_id, buyer_id, active_on desc, id desc)",
    "create index purchase_order_buyer on purchase_order (buyer_id, active_on desc, id desc)",
    "create index purchase_order_number_at_supplier on purchase_order (supplier_id, number_key)",
    "create index purchase_order_words on purchase_order using gin (search_text public.gin_trgm_ops)",
    schema.projection_or_record("purchase_order", "record"),
    *schema.tenant_policies(SERVICE, "purchase_order"),
    # Row policies keep the planner from trigram indexes, so the words are looked up as the owner: by the acting
    # company's own predicate, and only the ids leave.
    """create function orders_with_words(company uuid, side text, buyer uuid, first date, last date, patterns text[])
    returns table (order_id uuid) language plpgsql stable security definer
    set search_path = po_sync, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    if not company = any (nullif(current_setting('navette.companies', true), '')::uuid[]) then
        return;
    end if;
    if side = 'supplier' then
        return query select o.id from purchase_order o
            where o.supplier_id = company and o.state = 'published' and (buyer is null or o.buyer_id = buyer)
                and (first is null or o.active_on >= first) and (last is null or o.active_on <= last)
                and o.search_text like patterns[1] and o.search_text like all (patterns)
            order by o.active_on desc, o.id desc limit 2000;
    else
        return query select o.id from purchase_order o
            where o.buyer_id = company
                and (first is null or o.active_on >= first) and (last is null or o.active_on <= last)
                and o.search_text like patterns[1] and o.search_text like all (patterns)
            order by o.active_on desc, o.id desc limit 2000;
    end if;
end $$""",
    "revoke all on function orders_with_words(uuid, text, uuid, date, date, text[]) from public",
    f"grant execute on function orders_with_words(uuid, text, uuid, date, date, text[]) to {API}",
    """create table order_line (
    id uuid primary key, order_id uuid not null references purchase_order,
    buyer_id uuid not null, supplier_id uuid,
    position int not null, identifier text not null, item_name text not null, unit text not null,
    ordered numeric not null, received numeric not null default 0, price numeric, net_amount numeric,
    by_amount boolean not null, receipt_required boolean,
    content_sha256 text not null, withdrawn boolean not null default false,
    constraint order_line_identifier unique (order_id, identifier)
)""",
    schema.projection_or_record("order_line", "record"),
    *schema.tenant_policies(SERVICE, "order_line"),
    """create table order_revision (
    order_id uuid not null references purchase_order, revision int not null,
    buyer_id uuid not null, supplier_id uuid,
    previous_revision int, content_sha256 text not null, document jsonb not null,
    changes jsonb not null, requester jsonb, reason text, revised_on date, taken_at timestamptz not null,
    primary key (order_id, revision)
)""",
    schema.projection_or_record("order_revision", "record"),
    *schema.tenant_policies(SERVICE, "order_revision"),
    """create table order_event (
    id uuid primary key, order_id uuid not null references purchase_order,
    buyer_id uuid not null, supplier_id uuid not null,
    type text not null, at timestamptz not null, detail jsonb not null
)""",
    "create index order_event_order on order_event (order_id, id)",
    schema.projection_or_record("order_event", "record"),
    *schema.tenant_policies(SERVICE, "order_event", api="select, insert", pipeline="select, insert"),
]

RECEIPTS = [
    """create table receipt (
    id uuid primary key, buyer_id uuid not null, number text not null, number_key text not null,
    content_sha256 text not null, received_on date not null, taken_at timestamptz not null,
    constraint receipt_number unique (buyer_id, number_key)
)""",
    "create index receipt_newest on receipt (buyer_id, taken_at desc, id desc)",
    schema.projection_or_record("receipt", "record"),
    *schema.tenant_policies(SERVICE, "receipt", ("buyer_id",)),
    """create table receipt_line (
    receipt_id uuid not null references receipt, position int not null, buyer_id uuid not null,
    order_number text not null, order_number_key text not null, line text not null,
    quantity numeric not null, unit text not null,
    state text not null check (state in ('waiting', 'recorded')), waiting_for text, order_line_id uuid,
    primary key (receipt_id, position)
)""",
    "create index receipt_line_waiting on receipt_line (buyer_id, order_number_key) where state = 'waiting'",
    "create index receipt_line_order on receipt_line (order_line_id) where order_line_id is not null",
    schema.projection_or_record("receipt_line", "record"),
    *schema.tenant_policies(SERVICE, "receipt_line", ("buyer_id",)),
]

ANSWERS = [
    """create table order_response (
    id uuid primary key, order_id uuid not null references purchase_order,
    buyer_id uuid not null, supplier_id uuid not null, number text not null, revision int not null,
    code text not null, reason_code text, note text, sales_order_reference text, lines jsonb not null,
    document jsonb, findings jsonb not null, at timestamptz not null
)""",
    "create index order_response_order on order_response (order_id, id)",
    schema.projection_or_record("order_response", "record"),
    *schema.tenant_policies(SERVICE, "order_response", api="select, insert"),
    """create table despatch (
    id uuid primary key, order_id uuid not null references purchase_order,
    buyer_id uuid not null, supplier_id uuid not null, number text not null, number_key text not null,
    despatched_on date not null, estimated_on date, carrier text, tracking text, note text,
    document jsonb not null, at timestamptz not null,
    constraint despatch_number unique (supplier_id, number_key)
)""",
    "create index despatch_order on despatch (order_id, id)",
    schema.projection_or_record("despatch", "record"),
    *schema.tenant_policies(SERVICE, "despatch", api="select, insert"),
    """create table despatch_line (
    despatch_id uuid not null references despatch, order_line_id uuid not null references order_line,
    buyer_id uuid not null, supplier_id uuid not null, quantity numeric not null check (quantity >= 0),
    primary key (despatch_id, order_line_id)
)""",
    "create index despatch_line_order on despatch_line (order_line_id)",
    schema.projection_or_record("despatch_line", "record"),
    *schema.tenant_policies(SERVICE, "despatch_line", api="select, insert"),
]

INVOICES = [
    """create table invoice_use (
    submission_id uuid not null, order_line_id uuid not null, order_id uuid not null,
    buyer_id uuid not null, supplier_id uuid not null, delivery_id uuid not null, invoice_id uuid not null,
    quantity numeric not null, amount numeric not null,
    primary key (submission_id, order_line_id)
)""",
    "create index invoice_use_order on invoice_use (order_id)",
    "create index invoice_use_delivery on invoice_use (delivery_id)",
    schema.projection_or_record("invoice_use", "projection"),
    *schema.tenant_policies(SERVICE, "invoice_use", api="select"),
    """create table submission (
    id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    number text not null, kind text not null, issue_date date not null
)""",
    schema.projection_or_record("submission", "projection"),
    *schema.tenant_policies(SERVICE, "submission", api="select"),
    "create table ended_use (id uuid primary key)",
    schema.projection_or_record("ended_use", "projection"),
    *schema.open_table(SERVICE, "ended_use"),
]

FILES = [
    """create table order_file (
    id uuid primary key, buyer_id uuid not null, unit_asked uuid, format text not null, name text,
    document jsonb not null, state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    failure text, cursor bigint not null default 0, taken int not null default 0, unchanged int not null default 0,
    waiting int not null default 0, rejected int not null default 0, actor text not null,
    created_at timestamptz not null, started_at timestamptz, ended_at timestamptz
)""",
    "create index order_file_open on order_file (created_at) where state in ('waiting', 'running')",
    "create index order_file_newest on order_file (buyer_id, created_at desc, id desc)",
    schema.projection_or_record("order_file", "record"),
    *schema.tenant_policies(SERVICE, "order_file", ("buyer_id",), api="select, insert"),
    """create table order_file_row (
    id uuid primary key, file_id uuid not null references order_file, buyer_id uuid not null,
    row bigint not null, line bigint not null, entry text, kind text not null, number text,
    outcome text not null, document_id uuid, waiting_for text, code text, problems jsonb not null,
    constraint order_file_row_once unique (file_id, row)
)""",
    "create index order_file_row_outcome on order_file_row (file_id, outcome, row)",
    schema.projection_or_record("order_file_row", "record"),
    *schema.tenant_policies(SERVICE, "order_file_row", ("buyer_id",), api="select"),
]


def upgrade() -> None:
    """Create everything."""
    own = [*ORDERS, *RECEIPTS, *ANSWERS, *INVOICES, *FILES]
    for statement in [*schema.tables(SERVICE), *commands.tables(SERVICE), *directory.tables(SERVICE), *own]:
        op.execute(statement)
