"""Companies that another one brings: suppliers of a buyer's campaign, customers of an issuer."""

from mesh import schema
from registration.migrations.first.roles import SERVICE

BRINGING = [
    """create table campaign (
    id uuid primary key, company_id uuid not null references company, side text not null
        check (side in ('supplier', 'customer')),
    unit_id uuid references unit, name text not null, at timestamptz not null default now(),
    state text not null default 'running' check (state in ('running', 'done')),
    lines int not null default 0, accepted int not null default 0, rejected int not null default 0
)""",
    "create index campaign_company on campaign (company_id, at)",
    schema.projection_or_record("campaign", "record"),
    *schema.tenant_policies(SERVICE, "campaign", ("company_id",), api="select, insert, update"),
    """create table campaign_error (
    campaign_id uuid not null references campaign, company_id uuid not null, line int not null, field text not null,
    reason text not null, primary key (campaign_id, line, field)
)""",
    schema.projection_or_record("campaign_error", "record"),
    *schema.tenant_policies(SERVICE, "campaign_error", ("company_id",), api="select, insert"),
    """create table prospect (
    id uuid primary key, company_id uuid not null references company, campaign_id uuid references campaign,
    side text not null, unit_id uuid, scheme text not null, value text not null,
    -- All that an account of the entity may be found by, each a scheme and a value.
    keys text[] not null, legal_name text not null,
    content jsonb not null, email text not null, language text not null,
    state text not null default 'asked' check (state in ('asked', 'opened', 'accepted', 'declined', 'ended')),
    asked_at timestamptz not null default now(), opened_at timestamptz, begun_at timestamptz, decided_at timestamptz,
    reminded_at timestamptz, reminders int not null default 0, partner_id uuid, connection_id uuid,
    -- It had an account when it was brought; a later request about the same entity follows it.
    had_account boolean not null default false, replaced_at timestamptz, proof jsonb
)""",
    """create unique index prospect_key on prospect (company_id, side, unit_id, scheme, value) nulls not distinct
    where replaced_at is null""",
    "create index prospect_number on prospect using gin (keys) where state in ('asked', 'opened')",
    """create index prospect_silent on prospect (coalesce(reminded_at, asked_at))
    where state in ('asked', 'opened') and reminders < 3 and connection_id is null""",
    "create index prospect_connection on prospect (connection_id) where connection_id is not null",
    "create index prospect_campaign on prospect (campaign_id, id)",
    "create index prospect_company on prospect (company_id, asked_at)",
    schema.projection_or_record("prospect", "record"),
    *schema.tenant_policies(SERVICE, "prospect", ("company_id",), api="select, insert, update"),
]
