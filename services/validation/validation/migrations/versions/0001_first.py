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
    state text not null check (state in ('judged', 'cancelled')),
    unit_id uuid, issue_date date, gross numeric, currency text
)""",
    "create index submission_similar on submission (supplier_id, unit_id, gross)",
    schema.projection_or_record("submission", "record"),
    *schema.tenant_policies(SERVICE, "submission", api="select"),
    """create table verdict (
    submission_id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    passed boolean not null, findings jsonb not null, rule_sets jsonb not null, document_sha256 text not null,
    rulebook_version int, judged_at timestamptz not null,
    unit_id uuid not null, document jsonb not null, order_context jsonb not null default '[]'
)""",
    "create index verdict_unit on verdict (unit_id, judged_at desc)",
    schema.projection_or_record("verdict", "record"),
    *schema.tenant_policies(SERVICE, "verdict", api="select"),
    """create table rulebook (
    unit_id uuid primary key, buyer_id uuid not null,
    draft jsonb not null, examples jsonb not null, enrichment jsonb not null default '[]',
    revision int not null default 1, written_by text not null,
    tested boolean not null default false, backtest jsonb, updated_at timestamptz not null default now()
)""",
    schema.projection_or_record("rulebook", "record"),
    *schema.tenant_policies(SERVICE, "rulebook", columns=("buyer_id",)),
    """create table rulebook_version (
    unit_id uuid not null, version int not null check (version > 0), buyer_id uuid not null,
    rules jsonb not null, enrichment jsonb not null default '[]', sha256 text not null,
    written_by text not null, published_by text not null,
    published_at timestamptz not null, rolled_back_to int check (rolled_back_to < version),
    primary key (unit_id, version)
)""",
    schema.projection_or_record("rulebook_version", "record"),
    *schema.tenant_policies(
        SERVICE, "rulebook_version", columns=("buyer_id",), api="select, insert", pipeline="select, insert"
    ),
]


def upgrade() -> None:
    for statement in [
        *schema.tables(SERVICE),
        *commands.tables(SERVICE),
        *directory.tables(SERVICE),
        *OWN,
    ]:
        op.execute(statement)
