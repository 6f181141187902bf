"""What needs two people of the operator, who asks for access, and support tickets."""

from mesh import schema
from registration.migrations.first.roles import API, SERVICE

SUPPORT = [
    # Acts of the operator that give access: one person asks, another one decides.
    """create table act (
    id uuid primary key, kind text not null, subject text not null, company_id uuid, params jsonb not null,
    reason text not null, asked_by text not null, asked_at timestamptz not null default now(),
    state text not null default 'asked' check (state in ('asked', 'done', 'refused')),
    decided_by text, decided_at timestamptz, note text not null default '', check (decided_by <> asked_by)
)""",
    "create index act_open on act (asked_at) where state = 'asked'",
    schema.projection_or_record("act", "record"),
    *schema.open_table(SERVICE, "act", api=""),
    # Somebody who says they belong to a company that has an account.
    """create table access_request (
    id uuid primary key, company_id uuid not null references company, email text not null, name text not null,
    language text not null, message text not null, asked_at timestamptz not null default now(),
    state text not null default 'open' check (state in ('open', 'accepted', 'refused')), decided_at timestamptz,
    -- A partner that proposes them as the main contact; nobody: they ask themselves.
    proposed_by uuid references company
)""",
    "create index access_request_proposed on access_request (proposed_by) where proposed_by is not null",
    "create index access_request_company on access_request (company_id, state)",
    schema.projection_or_record("access_request", "record"),
    *schema.tenant_policies(SERVICE, "access_request", ("company_id",), api="select, update"),
    f"""create policy access_request_proposed on access_request for select to {API}
    using (proposed_by = any (nullif(current_setting('navette.companies', true), '')::uuid[]))""",
    # Proof that a company accepted the terms; kept for good, so nobody may change or remove a row but for the name of
    # somebody who is erased.
    """create table acceptance (
    company_id uuid not null references company, person_id uuid not null, person_name text not null,
    version text not null, sha256 text not null, network text not null, at timestamptz not null default now(),
    primary key (company_id, version, person_id)
)""",
    schema.projection_or_record("acceptance", "record"),
    *schema.tenant_policies(
        SERVICE, "acceptance", ("company_id",), api="select", pipeline="select, insert, update (person_name)"
    ),
    """create table ticket (
    id uuid primary key, number bigint generated always as identity unique, company_id uuid, person_id uuid,
    email text not null, name text not null, language text not null, topic text not null, unit_id uuid,
    document text not null default '', subject text not null,
    state text not null default 'open' check (state in ('open', 'answered', 'closed')),
    desk text not null default 'operator' check (desk in ('unit', 'operator')), desk_name text not null default '',
    -- Whose people answer at a unit's desk.
    desk_company_id uuid, at timestamptz not null default now(), changed_at timestamptz not null default now()
)""",
    "create index ticket_company on ticket (company_id, changed_at)",
    schema.projection_or_record("ticket", "record"),
    "create index ticket_desk on ticket (desk_company_id, changed_at) where desk_company_id is not null",
    *schema.tenant_policies(SERVICE, "ticket", ("company_id", "desk_company_id"), api="select, insert, update"),
    """create table ticket_entry (
    id uuid primary key, ticket_id uuid not null references ticket, company_id uuid, author text not null,
    -- Whoever wrote it signed in; nobody for the operator's support.
    person_id uuid, from_support boolean not null, text text not null, at timestamptz not null default now()
)""",
    "create index ticket_entry_ticket on ticket_entry (ticket_id, at)",
    schema.projection_or_record("ticket_entry", "record"),
    *schema.tenant_policies(SERVICE, "ticket_entry", ("company_id",), api="select, insert"),
    """create table ticket_file (
    id uuid primary key, ticket_id uuid not null references ticket, company_id uuid, from_support boolean not null,
    name text not null, document jsonb not null, at timestamptz not null default now()
)""",
    "create index ticket_file_ticket on ticket_file (ticket_id, at)",
    schema.projection_or_record("ticket_file", "record"),
    *schema.tenant_policies(SERVICE, "ticket_file", ("company_id",), api="select, insert"),
]
# Whoever is at the desk of a ticket sees and adds to its thread.
for _part in ("ticket_entry", "ticket_file"):
    _at_desk = f"""exists (select from ticket t where t.id = {_part}.ticket_id
        and t.desk_company_id = any (nullif(current_setting('navette.companies', true), '')::uuid[]))"""
    SUPPORT += [f"create policy {_part}_desk on {_part} to {API} using ({_at_desk}) with check ({_at_desk})"]
