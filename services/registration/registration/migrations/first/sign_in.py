"""What proves who somebody is: for the pipeline role alone."""

from mesh import schema
from registration.migrations.first.roles import API, SERVICE

IDENTITY = [
    """create table credential (
    person_id uuid primary key references person, password_hash text not null, changed_at timestamptz not null
)""",
    # Further addresses somebody has proved; any of them signs in, `person.email` is where they are written to.
    """create table person_address (
    id uuid primary key, person_id uuid not null references person, email text not null,
    confirmed_at timestamptz not null default now()
)""",
    "create unique index person_address_email on person_address (lower(email))",
    "create index person_address_person on person_address (person_id)",
    """create table session (
    token_sha256 bytea primary key, id uuid not null unique, person_id uuid not null references person,
    created_at timestamptz not null default now(), seen_at timestamptz not null default now(),
    expires_at timestamptz not null, browser text not null default '', network text not null default '',
    -- Only to set up the second factor that a company demands; no service is reached with it.
    limited boolean not null default false
)""",
    "create index session_person on session (person_id)",
    "create index session_age on session (expires_at)",
    """create table device (
    token_sha256 bytea primary key, person_id uuid not null references person,
    used_at timestamptz not null default now()
)""",
    "create index device_age on device (used_at)",
    # A TOTP seed and a phone number are encrypted; of a passkey only the public half is here (WebAuthn, §6.1).
    """create table factor (
    id uuid primary key, person_id uuid not null references person, name text not null,
    kind text not null check (kind in ('totp', 'passkey', 'sms', 'email')),
    sealed text, last_step bigint, credential_id bytea unique, public_key bytea, sign_count bigint,
    created_at timestamptz not null default now(), confirmed_at timestamptz, used_at timestamptz
)""",
    "create index factor_person on factor (person_id)",
    """create table recovery_code (
    person_id uuid not null references person, code_sha256 bytea not null, used_at timestamptz,
    primary key (person_id, code_sha256)
)""",
    # A right password, waiting for its second factor; or a factor waiting for its first proof.
    """create table challenge (
    token_sha256 bytea primary key, person_id uuid not null references person,
    purpose text not null check (purpose in ('sign_in', 'set_up')), factor_id uuid,
    tries int not null default 0, sent int not null default 0, code_sha256 bytea, code_kind text,
    code_expires_at timestamptz, passkey_challenge bytea,
    created_at timestamptz not null default now(), expires_at timestamptz not null
)""",
    "create index challenge_age on challenge (expires_at)",
    "create index challenge_person on challenge (person_id)",
    "create table bad_address (email text primary key, since timestamptz not null default now(), why text not null)",
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
for _table in (
    "credential",
    "person_address",
    "session",
    "device",
    "factor",
    "recovery_code",
    "challenge",
    "bad_address",
    "attempt",
    "outgoing_mail",
    "signing_key",
):
    IDENTITY += [schema.projection_or_record(_table, "record"), *schema.open_table(SERVICE, _table, api="")]
IDENTITY += [
    # Links on their way: of a registration (no company yet), or to somebody whom a company asks in.
    """create table activation (
    token_sha256 bytea primary key, id uuid not null unique, email text not null, company_id uuid not null,
    purpose text not null default 'account' check (purpose in ('account', 'password', 'address', 'consent')),
    request jsonb not null,
    created_at timestamptz not null default now(), expires_at timestamptz not null, used_at timestamptz
)""",
    "create index activation_age on activation (expires_at)",
    "create index activation_company on activation (company_id)",
    "create index activation_email on activation (lower(email)) where used_at is null",
    "create index activation_prospect on activation ((request ->> 'prospect_id')) where used_at is null",
    schema.projection_or_record("activation", "record"),
    *schema.tenant_policies(
        SERVICE,
        "activation",
        ("company_id",),
        # The token's digest is for the one transaction that uses it up.
        api="insert, delete, select (id, email, company_id, purpose, request, created_at, expires_at, used_at)",
    ),
    """create table mail_log (
    id uuid primary key, company_id uuid not null, address text not null, subject text not null,
    at timestamptz not null default now(), state text not null default 'waiting'
        check (state in ('waiting', 'sent', 'refused'))
)""",
    "create index mail_log_company on mail_log (company_id, at)",
    schema.projection_or_record("mail_log", "record"),
    # A request writes to its partners too; it reads the log of its own company only.
    *schema.tenant_policies(SERVICE, "mail_log", ("company_id",), api="select, insert"),
    f"create policy mail_log_written on mail_log for insert to {API} with check (true)",
    # A request may let a mail go, and read none.
    f"grant insert on outgoing_mail to {API}",
]
