"""The first schema of signing."""

from alembic import op

from mesh import commands, directory, schema

revision = "0001"
down_revision = None
compatible_from = "0001"

SERVICE = "signing"

OWN = [
    # The newest submission of each invoice: facts of an older one never act, and a cancelled one is never sealed.
    """create table submission (
    invoice_id uuid primary key, submission_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    state text not null check (state in ('open', 'cancelled'))
)""",
    schema.projection_or_record("submission", "record"),
    *schema.tenant_policies(SERVICE, "submission", api="select"),
    """create table seal (
    submission_id uuid primary key, invoice_id uuid not null, supplier_id uuid not null, buyer_id uuid not null,
    original jsonb not null, xml_sha256 text not null, level text not null, legal boolean not null,
    certificate_sha256 text not null, sealed_at timestamptz not null
)""",
    "create index seal_code on seal (substr(xml_sha256, 1, 15))",
    schema.projection_or_record("seal", "record"),
    *schema.tenant_policies(SERVICE, "seal", api="select"),
]


def upgrade() -> None:
    for statement in [*schema.tables(SERVICE), *commands.tables(SERVICE), *directory.tables(SERVICE), *OWN]:
        op.execute(statement)
