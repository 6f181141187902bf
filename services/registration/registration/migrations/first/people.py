"""People and the companies they act for."""

from mesh import schema
from registration.migrations.first.roles import API, OWNER, PIPELINE, SERVICE

PEOPLE = [
    """create table person (
    id uuid primary key, revision int not null default 0, email text, name text,
    language text not null, active boolean not null default true, erased boolean not null default false,
    second_factor text not null default 'required' check (second_factor in ('required', 'exempt')),
    valid_from timestamptz not null default now(), created_at timestamptz not null default now(),
    check (erased or (email is not null and name is not null))
)""",
    "create unique index person_email on person (lower(email))",
    schema.projection_or_record("person", "record"),
    """create table membership (
    person_id uuid not null references person, company_id uuid not null references company,
    roles text[] not null check (cardinality(roles) > 0), given text[] not null default '{}',
    taken text[] not null default '{}', active boolean not null default true,
    created_at timestamptz not null default now(),
    primary key (company_id, person_id)
)""",
    "create index membership_person on membership (person_id)",
    schema.projection_or_record("membership", "record"),
    *schema.tenant_policies(SERVICE, "membership", ("company_id",)),
    # A person is seen by the companies they act for; the membership's own policy narrows the inner query.
    "alter table person enable row level security",
    "alter table person force row level security",
    f"create policy person_owner on person to {OWNER} using (true) with check (true)",
    f"create policy person_pipeline on person to {PIPELINE} using (true) with check (true)",
    f"""create policy person_seen on person for select to {API}
    using (exists (select from membership m where m.person_id = person.id))""",
    f"""create policy person_changed on person for update to {API}
    using (exists (select from membership m where m.person_id = person.id))""",
    f"create policy person_made on person for insert to {API} with check (true)",
    "revoke all on person from public",
    f"grant select, insert, update (name, language) on person to {API}",
    f"grant select, insert, update, delete on person to {PIPELINE}",
]
