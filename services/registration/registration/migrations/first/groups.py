"""Groups: a company lists the entities that buy beside it, each of which agrees."""

from mesh import schema
from registration.migrations.first.roles import SERVICE

GROUPS = [
    """create table group_entity (
    id uuid primary key, head_id uuid not null references company, entity_id uuid not null references company,
    state text not null default 'asked' check (state in ('asked', 'agreed', 'ended')),
    changed_at timestamptz not null default now(),
    constraint group_entity_pair unique (head_id, entity_id), check (head_id <> entity_id)
)""",
    # Of several heads that ask, an entity agrees with one.
    "create unique index group_entity_agreed on group_entity (entity_id) where state = 'agreed'",
    "create index group_entity_entity on group_entity (entity_id)",
    schema.projection_or_record("group_entity", "record"),
    *schema.tenant_policies(SERVICE, "group_entity", ("head_id", "entity_id"), api="select, insert, update"),
]
