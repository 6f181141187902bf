"""Packs that companies bought."""

from mesh import schema
from registration.migrations.first.roles import SERVICE

PLANS = [
    """create table purchase (
    id uuid primary key, company_id uuid not null references company, pack text not null,
    transactions int not null check (transactions >= 0), archive_months int not null default 0,
    amount numeric(12, 2) not null, currency text not null,
    state text not null default 'started' check (state in ('started', 'paid', 'refused')),
    bought_by text not null, bought_at timestamptz not null default now(), settled_at timestamptz, reference text
)""",
    "create index purchase_company on purchase (company_id, bought_at)",
    "create index purchase_open on purchase (id) where state = 'started'",
    schema.projection_or_record("purchase", "record"),
    *schema.tenant_policies(SERVICE, "purchase", ("company_id",), api="select, insert"),
]
