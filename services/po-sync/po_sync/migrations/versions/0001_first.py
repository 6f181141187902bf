"""The first schema of po-sync."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "po-sync"

OWN = [
    """create table purchase_order (
    id uuid primary key,
    buyer_id uuid not null, unit_id uuid, supplier_id uuid,
    number text not null, number_key text not null, revision int not null check (revision >= 1),
    content_sha256 text not null, document jsonb not null,
    currency text not null, issue_date date not null, net_amount numeric,
    supplier_name text not null, supplier_keys text[] not null, unit_keys text[] not null, unit_name text,
    unit_asked uuid,
    state text not null check (state in ('waiting', 'published')),
    waiting_for text check ((waiting_for is null) = (state = 'published')),
    response text check (response in ('accepted', 'rejected')), response_reason text, responded_at timestamptz,
    closed boolean not null default false, closed_at timestamptz,
    received_at timestamptz not null, published_at timestamptz, examined_at timestamptz not null,
    constraint purchase_order_number unique (buyer_id, number_key),
    check (state = 'waiting' or (supplier_id is not null and unit_id is not null))
)""",
    "create index purchase_order_waiting on purchase_order (examined_at) where state = 'waiting'",
    "create index purchase_order_supplier on purchase_order (supplier_id, issue_date desc, id desc)",
    "create index purchase_order_buyer on purchase_order (buyer_id, issue_date desc, id desc)",
    schema.projection_or_record("purchase_order", "record"),
    *schema.tenant_policies(SERVICE, "purchase_order"),
    """create table order_line (
    id uuid primary key, order_id uuid not null references purchase_order,
    buyer_id uuid not null, supplier_id uuid,
    position int not null, identifier text not null, item_name text not null, unit text not null,
    ordered numeric not null, received numeric not null default 0, price numeric, net_amount numeric,
    content_sha256 text not null, withdrawn boolean not null default false,
    constraint order_line_identifier unique (order_id, identifier)
)""",
    schema.projection_or_record("order_line", "record"),
    *schema.tenant_policies(SERVICE, "order_line"),
    """create table receipt (
    id uuid primary key, buyer_id uuid not null, number text not null, number_key text not null,
    content_sha256 text not null, received_on date not null, taken_at timestamptz not null,
    constraint receipt_number unique (buyer_id, number_key)
)""",
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
    schema.projection_or_record("receipt_line", "record"),
    *schema.tenant_policies(SERVICE, "receipt_line", ("buyer_id",)),
    """create table invoice_use (
    submission_id uuid not null, order_line_id uuid not null, order_id uuid not null,
    buyer_id uuid not null, supplier_id uuid not null, delivery_id uuid not null,
    quantity numeric not null, amount numeric not null,
    primary key (submission_id, order_line_id)
)""",
    "create index invoice_use_order on invoice_use (order_id)",
    schema.projection_or_record("invoice_use", "projection"),
    *schema.tenant_policies(SERVICE, "invoice_use", api="select"),
    "create table ended_use (id uuid primary key)",
    schema.projection_or_record("ended_use", "projection"),
    *schema.open_table(SERVICE, "ended_use"),
]


def upgrade() -> None:
    """Create everything."""
    for statement in [*schema.tables(SERVICE), *commands.tables(SERVICE), *directory.tables(SERVICE), *OWN]:
        op.execute(statement)
