"""The first schema of registration.

Companies, units, connections and machine clients belong to companies and have row policies. What proves who somebody is
(credentials, sessions, secrets on their way by mail, signing keys) is for the pipeline role alone: no statement of a
request that acts for a company can reach it.
"""

from alembic import op

from mesh import commands, schema
from registration.migrations.first import bringing, companies, groups, looks, people, plans, profiles, sign_in, support
from registration.migrations.first.roles import SERVICE

revision = "0001"
down_revision = None
compatible_from = "0001"


def upgrade() -> None:
    """Create everything."""
    for statement in (
        *schema.tables(SERVICE),
        *commands.tables(SERVICE),
        *companies.COMPANIES,
        *groups.GROUPS,
        *people.PEOPLE,
        *plans.PLANS,
        *profiles.PROFILES,
        *bringing.BRINGING,
        *support.SUPPORT,
        *sign_in.IDENTITY,
        *looks.DEFINED,
    ):
        op.execute(statement)
