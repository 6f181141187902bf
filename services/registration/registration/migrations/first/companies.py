"""Companies, their units, connections, allowances and machine clients."""

from mesh import schema
from registration.migrations.first.roles import SERVICE

COMPANIES = [
    """create table company (
    id uuid primary key, revision int not null default 0,
    active boolean not null default true, erased boolean not null default false,
    kind text not null default 'company' check (kind in ('company', 'association', 'person')),
    legal_name text not null, country text not null,
    vat_id text, legal_id jsonb, identifiers jsonb not null default '[]', electronic_address jsonb,
    -- Of a natural person: personal data that finds this account and nothing else, gone when they are anonymised.
    national_number text, customer_number jsonb,
    address jsonb not null, time_zone text not null, language text not null,
    supplier boolean not null, buyer boolean not null,
    -- What the directory finds a company by: its name without accents, then its identifiers (domain/search_text.py).
    search_text text not null default '', merged_into uuid references company,
    sign_in_methods text[] not null default '{totp,passkey,sms,email}',
    -- Numbers are public: until somebody who is known vouches for who runs the account, it writes to nobody.
    confirmed_at timestamptz, confirmed_by text, reclaimed_at timestamptz,
    register_state text not null default 'unchecked'
        check (register_state in ('unchecked', 'found', 'closed', 'unknown', 'unreachable')),
    register_name text not null default '', register_source text not null default '', register_at timestamptz,
    created_at timestamptz not null default now()
)""",
    "create index company_merged on company (merged_into) where merged_into is not null",
    """create index company_register on company (register_at nulls first)
    where register_at is null or register_state = 'unreachable'""",
    # What the directory narrows by, where few companies are left of it.
    "create index company_created on company (created_at)",
    "create index company_country on company (country)",
    "create index company_buyer on company (id) where buyer",
    "create index company_supplier on company (id) where supplier",
    "create index company_search_prefix on company (search_text text_pattern_ops)",
    # Occurrences are found by trigrams where the server has them, else by reading every row.
    """do $body$ begin
    if exists (select from pg_extension where extname = 'pg_trgm') then
        create index company_search on company using gin (search_text public.gin_trgm_ops);
    end if;
end $body$""",
    schema.projection_or_record("company", "record"),
    *schema.tenant_policies(SERVICE, "company", ("id",)),
    # The identifiers that name one legal entity or establishment; an account is found by them, so there is only one.
    """create table company_key (
    scheme text not null, value text not null, company_id uuid not null references company,
    -- It came with an account that was joined to this one, and stays whatever the company says of itself later.
    joined boolean not null default false,
    constraint company_key_pkey primary key (scheme, value)
)""",
    "create index company_key_company on company_key (company_id)",
    schema.projection_or_record("company_key", "record"),
    *schema.tenant_policies(SERVICE, "company_key", ("company_id",)),
    """create table unit (
    id uuid primary key, company_id uuid not null references company, revision int not null default 0,
    name text not null, active boolean not null default true, settings jsonb not null,
    created_at timestamptz not null default now()
)""",
    "create unique index unit_name on unit (company_id, lower(name))",
    schema.projection_or_record("unit", "record"),
    *schema.tenant_policies(SERVICE, "unit", ("company_id",)),
    """create table connection (
    id uuid primary key, revision int not null default 0,
    supplier_id uuid not null references company, buyer_id uuid not null references company,
    unit_id uuid not null references unit,
    status text not null check (status in ('requested', 'active', 'refused', 'disconnected')),
    since timestamptz not null,
    asked_by text not null default 'supplier' check (asked_by in ('supplier', 'buyer')),
    supplier_number text, consent boolean not null default false,
    -- Who agreed to electronic invoices, when, from where, to which words; who withdrew it.
    consent_proof jsonb,
    customer_language text check (customer_language ~ '^[a-z]{2}$'),
    message text not null default '', reason text not null default '',
    ready_state text not null default 'none' check (ready_state in ('none', 'notified', 'held', 'ready')),
    ready_at timestamptz, activates_at timestamptz, question text not null default '',
    ready_contact text not null default '', reminder_at timestamptz,
    created_at timestamptz not null default now(),
    constraint connection_pair unique (supplier_id, unit_id)
)""",
    "create index connection_silent on connection (activates_at) where ready_state = 'notified'",
    "create index connection_reminder on connection (reminder_at) where reminder_at is not null",
    "create index connection_buyer on connection (buyer_id)",
    schema.projection_or_record("connection", "record"),
    *schema.tenant_policies(SERVICE, "connection"),
    """create table allowance (
    company_id uuid primary key references company, revision int not null default 0, granted int check (granted >= 0),
    plan text not null default 'free', plan_until date, next_plan text, bought int not null default 0, free_until date,
    archive_ends_at timestamptz
)""",
    schema.projection_or_record("allowance", "record"),
    *schema.tenant_policies(SERVICE, "allowance", ("company_id",), api="select"),
    """create table client (
    id text primary key, company_id uuid not null references company, name text not null, scopes text[] not null,
    valid_from timestamptz not null, created_at timestamptz not null default now(), deleted_at timestamptz
)""",
    "create index client_company on client (company_id)",
    schema.projection_or_record("client", "record"),
    *schema.tenant_policies(SERVICE, "client", ("company_id",)),
    """create table client_secret (
    secret_sha256 bytea primary key, client_id text not null references client, company_id uuid not null,
    created_at timestamptz not null default now(), expires_at timestamptz
)""",
    "create index client_secret_client on client_secret (client_id)",
    schema.projection_or_record("client_secret", "record"),
    *schema.tenant_policies(SERVICE, "client_secret", ("company_id",)),
]
