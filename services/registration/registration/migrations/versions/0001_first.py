"""The first schema of registration.

Companies, units, connections and machine clients belong to companies and have row policies. What proves who somebody is
(credentials, sessions, secrets on their way by mail, signing keys) is for the pipeline role alone: no statement of a
request that acts for a company can reach it.
"""

from alembic import op

from mesh import commands, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "registration"
OWNER, API, PIPELINE = schema.roles(SERVICE)

COMPANIES = [
    """create table company (
    id uuid primary key, revision int not null default 0,
    active boolean not null default true, erased boolean not null default false,
    legal_name text not null, country text not null,
    vat_id text, legal_id jsonb, identifiers jsonb not null default '[]', electronic_address jsonb,
    address jsonb not null, time_zone text not null, language text not null,
    supplier boolean not null, buyer boolean not null,
    created_at timestamptz not null default now()
)""",
    schema.projection_or_record("company", "record"),
    *schema.tenant_policies(SERVICE, "company", ("id",)),
    # The identifiers that name one legal entity or establishment; an account is found by them, so there is only one.
    """create table company_key (
    scheme text not null, value text not null, company_id uuid not null references company,
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
    since timestamptz not null, supplier_number text, consent boolean not null default false,
    message text not null default '', created_at timestamptz not null default now(),
    constraint connection_pair unique (supplier_id, unit_id)
)""",
    "create index connection_buyer on connection (buyer_id)",
    schema.projection_or_record("connection", "record"),
    *schema.tenant_policies(SERVICE, "connection"),
    """create table allowance (
    company_id uuid primary key references company, revision int not null default 0, granted int check (granted >= 0)
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

PEOPLE = [
    """create table person (
    id uuid primary key, revision int not null default 0, email text, name text,
    language text not null, active boolean not null default true, erased boolean not null default false,
    valid_from timestamptz not null default now(), created_at timestamptz not null default now(),
    check (erased or (email is not null and name is not null))
)""",
    "create unique index person_email on person (lower(email))",
    schema.projection_or_record("person", "record"),
    """create table membership (
    person_id uuid not null references person, company_id uuid not null references company,
    roles text[] not null check (cardinality(roles) > 0), created_at timestamptz not null default now(),
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

IDENTITY = [
    """create table credential (
    person_id uuid primary key references person, password_hash text not null, changed_at timestamptz not null
)""",
    """create table session (
    token_sha256 bytea primary key, person_id uuid not null references person,
    created_at timestamptz not null default now(), seen_at timestamptz not null default now(),
    expires_at timestamptz not null
)""",
    "create index session_person on session (person_id)",
    "create index session_age on session (expires_at)",
    """create table device (
    token_sha256 bytea primary key, person_id uuid not null references person,
    used_at timestamptz not null default now()
)""",
    "create index device_age on device (used_at)",
    "create table attempt (bucket bytea primary key, since timestamptz not null, count int not null)",
    """create table outgoing_mail (
    id uuid primary key, sealed text not null, attempts int not null default 0,
    next_at timestamptz not null default now(), created_at timestamptz not null default now()
)""",
    "create index outgoing_mail_due on outgoing_mail (next_at)",
    """create table signing_key (
    kid text primary key, sealed text not null, created_at timestamptz not null, signs_from timestamptz not null
)""",
]
for _table in ("credential", "session", "device", "attempt", "outgoing_mail", "signing_key"):
    IDENTITY += [schema.projection_or_record(_table, "record"), *schema.open_table(SERVICE, _table, api="")]
IDENTITY += [
    # Links on their way: of a registration (no company yet), or to somebody whom a company asks in.
    """create table activation (
    token_sha256 bytea primary key, id uuid not null unique, email text not null, company_id uuid not null,
    request jsonb not null,
    created_at timestamptz not null default now(), expires_at timestamptz not null, used_at timestamptz
)""",
    "create index activation_age on activation (expires_at)",
    "create index activation_company on activation (company_id)",
    schema.projection_or_record("activation", "record"),
    *schema.tenant_policies(
        SERVICE,
        "activation",
        ("company_id",),
        # The token's digest is for the one transaction that uses it up.
        api="insert, delete, select (id, email, company_id, request, created_at, expires_at, used_at)",
    ),
    # A request may let a mail go, and read none.
    f"grant insert on outgoing_mail to {API}",
]

DEFINED = [
    # Every change to what a person may do goes through here, so none can leave the exchange or the fact behind.
    f"""create function person_changed(changed uuid, revoked boolean) returns jsonb
    language plpgsql security definer set search_path = {SERVICE}, pg_temp as $body$
declare latest jsonb;
begin
    update person set revision = revision + 1,
        valid_from = case when revoked then greatest(clock_timestamp(), valid_from) else valid_from end
    where id = changed;
    select jsonb_build_object('user_id', p.id, 'revision', p.revision, 'email', p.email, 'name', p.name,
        'language', p.language, 'valid_from', p.valid_from, 'active', p.active, 'erased', p.erased,
        'memberships', (select coalesce(jsonb_agg(jsonb_build_object('company_id', m.company_id, 'roles', m.roles)
            order by m.company_id), '[]') from membership m where m.person_id = p.id))
    into latest from person p where p.id = changed;
    perform pg_notify('rights_changed', cast(changed as text));
    return latest;
end $body$""",
    f"""create function person_of_email(address text)
    returns table (id uuid, language text, active boolean, has_credential boolean, memberships bigint)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select p.id, p.language, p.active, exists (select from credential c where c.person_id = p.id),
        (select count(*) from membership m where m.person_id = p.id)
    from person p where lower(p.email) = lower(address) and not p.erased
$body$""",
    # What one company sees of another before they are connected: that it is there, and what it is called.
    f"""create function unit_to_join(asked uuid) returns table (company_id uuid, name text, legal_name text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select u.company_id, u.name, c.legal_name from unit u join company c on c.id = u.company_id
    where u.id = asked and u.active and c.active and not c.erased
$body$""",
    f"""create function partners_of(pairs uuid[])
    returns table (id uuid, supplier_name text, buyer_name text, unit_name text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select n.id, s.legal_name, b.legal_name, u.name from connection n
    join company s on s.id = n.supplier_id join company b on b.id = n.buyer_id join unit u on u.id = n.unit_id
    where n.id = any (pairs)
$body$""",
    f"""create function keys_taken(schemes text[], vals text[]) returns table (scheme text, company_id uuid)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select k.scheme, k.company_id from company_key k
    join unnest(schemes, vals) w(scheme, value) on w.scheme = k.scheme and w.value = k.value
$body$""",
]
for _signature in (
    "person_changed(uuid, boolean)",
    "person_of_email(text)",
    "unit_to_join(uuid)",
    "partners_of(uuid[])",
    "keys_taken(text[], text[])",
):
    DEFINED += [
        f"revoke all on function {_signature} from public",
        f"grant execute on function {_signature} to {API}, {PIPELINE}",
    ]


def upgrade() -> None:
    """Create everything."""
    statements = [*schema.tables(SERVICE), *commands.tables(SERVICE), *COMPANIES, *PEOPLE, *IDENTITY, *DEFINED]
    for statement in statements:
        op.execute(statement)
