"""What companies keep of themselves: every version of their data, their units and their profile, and their logo."""

from mesh import schema
from registration.migrations.first.roles import SERVICE

PROFILES = [
    """create table company_profile (
    company_id uuid not null references company, version int not null check (version > 0),
    content jsonb not null, person_id uuid references person, changed_at timestamptz not null default now(),
    primary key (company_id, version)
)""",
    schema.projection_or_record("company_profile", "record"),
    *schema.tenant_policies(SERVICE, "company_profile", ("company_id",), api="select, insert"),
    # A company's own data and its units' settings, as they stood after each change; the subject is either.
    """create table kept_version (
    subject_id uuid not null, company_id uuid not null references company, version int not null check (version > 0),
    content jsonb not null, person_id uuid references person, changed_at timestamptz not null default now(),
    primary key (subject_id, version)
)""",
    schema.projection_or_record("kept_version", "record"),
    *schema.tenant_policies(SERVICE, "kept_version", ("company_id",), api="select, insert"),
    # What the company sends from and receives with; the operator keeps it, since routes depend on it.
    """create table back_end (
    company_id uuid not null references company, version int not null check (version > 0),
    content jsonb not null, actor text not null, changed_at timestamptz not null default now(),
    primary key (company_id, version)
)""",
    schema.projection_or_record("back_end", "record"),
    *schema.tenant_policies(SERVICE, "back_end", ("company_id",), api="select"),
    """create table company_logo (
    company_id uuid primary key references company, media_type text not null check (media_type like 'image/%'),
    content bytea not null check (length(content) <= 200000), original jsonb not null,
    changed_at timestamptz not null default now()
)""",
    schema.projection_or_record("company_logo", "record"),
    *schema.tenant_policies(SERVICE, "company_logo", ("company_id",)),
]
