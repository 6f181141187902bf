"""The first schema of notifications."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "notifications"

OWN = [
    # What items say about a document beyond the fact that they follow from.
    """create table submission (
    submission_id uuid primary key, invoice_id uuid not null, attempt int not null,
    supplier_id uuid not null, buyer_id uuid not null, unit_id uuid not null,
    number text not null, kind text not null, issue_date date not null, totals jsonb not null, author_id uuid not null
)""",
    "create index submission_invoice on submission (invoice_id, attempt)",
    schema.projection_or_record("submission", "projection"),
    # Only its author's: the other side sees nothing of a submission before it is archived.
    *schema.tenant_policies(SERVICE, "submission", ("author_id",), api="select"),
    # A submission that failed or was cancelled: nothing of it is announced any more.
    "create table ended (submission_id uuid primary key, invoice_id uuid not null)",
    schema.projection_or_record("ended", "projection"),
    *schema.open_table(SERVICE, "ended", api=""),
    """create table order_header (
    order_id uuid primary key, revision int not null, number text not null, currency text not null,
    supplier_id uuid not null, buyer_id uuid not null, unit_id uuid not null
)""",
    schema.projection_or_record("order_header", "projection"),
    *schema.tenant_policies(SERVICE, "order_header", api="select"),
    # Items commit without a position; the sequencer numbers them in the order of `seq`, one series for everybody.
    """create table feed_item (
    id uuid primary key, seq bigint generated always as identity, position bigint unique,
    company_id uuid not null, type text not null, subject uuid not null, invoice_id uuid,
    data jsonb not null, occurred_at timestamptz not null, created_at timestamptz not null default now()
)""",
    "create index feed_item_unnumbered on feed_item (seq) where position is null",
    "create index feed_item_company on feed_item (company_id, position)",
    "create index feed_item_invoice on feed_item (company_id, invoice_id, position) where invoice_id is not null",
    schema.projection_or_record("feed_item", "record"),
    *schema.tenant_policies(
        SERVICE, "feed_item", ("company_id",), api="select", pipeline="select, insert, update (position), delete"
    ),
    """create table delivery (
    delivery_id uuid primary key, invoice_id uuid not null, submission_id uuid not null,
    supplier_id uuid not null, buyer_id uuid not null, unit_id uuid not null,
    item_id uuid not null unique, position bigint, channel text not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed', 'cancelled')),
    reason text, cause jsonb not null, created_at timestamptz not null, settled_at timestamptz
)""",
    "create index delivery_invoice on delivery (invoice_id)",
    "create index delivery_unread on delivery (buyer_id, position) where state = 'pending' and channel = 'feed'",
    schema.projection_or_record("delivery", "record"),
    # The api role settles: reading the feed acknowledges, removing a webhook gives up.
    *schema.tenant_policies(
        SERVICE, "delivery", api="select, update (state, reason, settled_at)", pipeline="select, insert, update"
    ),
    """create table webhook (
    id uuid primary key, company_id uuid not null, url text not null, description text not null, types text[] not null,
    secret text not null, previous_secret text, previous_until timestamptz,
    state text not null default 'active' check (state in ('active', 'disabled')), disabled_reason text,
    failing_since timestamptz, created_at timestamptz not null, changed_at timestamptz not null
)""",
    "create index webhook_company on webhook (company_id, created_at)",
    schema.projection_or_record("webhook", "record"),
    *schema.tenant_policies(SERVICE, "webhook", ("company_id",), pipeline="select, update"),
    """create table webhook_delivery (
    id uuid primary key, webhook_id uuid not null references webhook (id) on delete cascade,
    item_id uuid not null, company_id uuid not null, invoice_id uuid,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    attempts int not null default 0, next_at timestamptz, give_up_at timestamptz not null, last_error text,
    created_at timestamptz not null, settled_at timestamptz,
    unique (webhook_id, item_id)
)""",
    "create index webhook_delivery_due on webhook_delivery (webhook_id, next_at, id) where state = 'pending'",
    "create index webhook_delivery_listed on webhook_delivery (webhook_id, created_at, id)",
    "create index webhook_delivery_item on webhook_delivery (item_id)",
    "create index webhook_delivery_invoice on webhook_delivery (company_id, invoice_id)",
    schema.projection_or_record("webhook_delivery", "record"),
    *schema.tenant_policies(
        SERVICE, "webhook_delivery", ("company_id",), api="select, update", pipeline="select, insert, update, delete"
    ),
    """create table webhook_attempt (
    delivery_id uuid not null references webhook_delivery (id) on delete cascade, number int not null,
    company_id uuid not null, at timestamptz not null, milliseconds int not null,
    status int, error text, response text not null default '', primary key (delivery_id, number)
)""",
    schema.projection_or_record("webhook_attempt", "record"),
    *schema.tenant_policies(
        SERVICE, "webhook_attempt", ("company_id",), api="select", pipeline="select, insert, delete"
    ),
    """create table mail (
    id uuid primary key, user_id uuid not null, company_id uuid not null, item_id uuid not null, kind text not null,
    invoice_id uuid, state text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'skipped')),
    attempts int not null default 0, next_at timestamptz, give_up_at timestamptz not null, last_error text,
    created_at timestamptz not null, settled_at timestamptz,
    unique (item_id, user_id)
)""",
    "create index mail_due on mail (next_at) where state = 'pending'",
    "create index mail_invoice on mail (company_id, invoice_id)",
    schema.projection_or_record("mail", "record"),
    *schema.tenant_policies(SERVICE, "mail", ("company_id",), api="select", pipeline="select, insert, update, delete"),
    """create table company_preference (
    company_id uuid primary key, channel text not null check (channel in ('portal', 'feed', 'webhook', 'mail')),
    changed_at timestamptz not null
)""",
    schema.projection_or_record("company_preference", "record"),
    *schema.tenant_policies(
        SERVICE, "company_preference", ("company_id",), api="select, insert, update", pipeline="select, delete"
    ),
    """create table mail_preference (
    company_id uuid not null, user_id uuid not null, unwanted text[] not null, changed_at timestamptz not null,
    primary key (company_id, user_id)
)""",
    schema.projection_or_record("mail_preference", "record"),
    *schema.tenant_policies(
        SERVICE, "mail_preference", ("company_id",), api="select, insert, update", pipeline="select"
    ),
]


def upgrade() -> None:
    for statement in [*schema.tables(SERVICE), *commands.tables(SERVICE), *directory.tables(SERVICE), *OWN]:
        op.execute(statement)
