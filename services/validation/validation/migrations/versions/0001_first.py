"""The first schema of validation."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "validation"

OWN = [
    # The newest submission of each invoice: facts of an older one never act, and an ended one is never judged again.
    """create table submission (
    invoice_id uuid primary key, submission_id uuid not null, attempt int not null,
    supplier_id uuid not null, buyer_id uuid not null,
    state text not null check (state in ('judged', 'cancelled'))
)""",
    schema.projection_or_record("submission", "record"),
    *schema.tenant_policies(SERVICE, "submission", api="select"),
    """create table verdict (
    submission_id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    passed boolean not null, findings jsonb not null, rule_sets jsonb not null, document_sha256 text not null,
    rulebook_version int, judged_at timestamptz not null
)""",
    schema.projection_or_record("verdict", "record"),
    *schema.tenant_policies(SERVICE, "verdict", api="select"),
    """create table rulebook (
    unit_id uuid primary key, buyer_id uuid not null,
    draft jsonb not null, published jsonb, version int not null default 0, published_at timestamptz,
    updated_at timestamptz not null default now()
)""",
    schema.projection_or_record("rulebook", "record"),
    *schema.tenant_policies(SERVICE, "rulebook", columns=("buyer_id",)),
]


def upgrade() -> None:
    for statement in [
        *schema.tables(SERVICE),
        *commands.tables(SERVICE),
        *directory.tables(SERVICE),
        *OWN,
    ]:
        op.execute(statement)
