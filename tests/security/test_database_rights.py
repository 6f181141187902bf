"""Row policies and rights as the database's own catalog tells them, after every migration has run."""

import os
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest

from actors.mesh import Mesh
from contracts.topics import SERVICES
from local_stack import postgres
from local_stack.roles import role

pytestmark = pytest.mark.e2e
SCHEMAS = [service.replace("-", "_") for service in SERVICES]
ROLES = [role(service, part) for service in SERVICES for part in ("owner", "api", "pipeline")]
RIGHTS = Path(__file__).with_name("rights.txt")
OF_A_COMPANY = {"supplier_id", "buyer_id", "company_id", "payer_id", "seller_id"}
WITHOUT_POLICY = {
    # Names of companies in it, and no row policy; each with the wall that stands there instead.
    "act": "the api role has no right on it",
    "audit": "the api role may insert and nothing else",
    "allowance_balance": "a unit that pays has its balance moved by its suppliers; it holds a count and no document",
    "series": "the pipeline's alone",
}
"""Tables (of any service) that name a company without a row policy."""

_TABLES = """
select n.nspname as schema, c.relname as name, c.oid, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
    obj_description(c.oid, 'pg_class') as declared, pg_get_userbyid(c.relowner) as owner,
    array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any ($1) order by 1, 2
"""

_RIGHTS = """
select grantee, schema, name, string_agg(verb, ', ' order by verb) as verbs from (
    select pg_get_userbyid(a.grantee) as grantee, n.nspname as schema, c.relname as name,
        lower(a.privilege_type) as verb
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
    where c.relkind in ('r', 'p', 'v', 'm') and n.nspname = any ($1) and a.grantee <> c.relowner
        and not (c.relispartition and c.relname like 'inbox%')
    union all
    select pg_get_userbyid(a.grantee), n.nspname, c.relname,
        lower(a.privilege_type) || ' (' || string_agg(t.attname, ', ' order by t.attname) || ')'
    from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace,
        aclexplode(t.attacl) a
    where n.nspname = any ($1) group by 1, 2, 3, a.privilege_type
) found group by 1, 2, 3 order by schema, name, grantee
"""


async def _tables(superuser: Any) -> list[Any]:
    found = await superuser.fetch(_TABLES, SCHEMAS)
    assert {row["schema"] for row in found} == set(SCHEMAS), "every service has its schema"
    return [row for row in found if row["name"] != "alembic_version"]


async def test_every_table_that_names_a_company_has_row_policies_that_bind_its_owner_too(superuser: Any) -> None:
    open_tables = [
        f"{row['schema']}.{row['name']}"
        for row in await _tables(superuser)
        if OF_A_COMPANY & set(row["columns"])
        and row["name"] not in WITHOUT_POLICY
        and not (row["enabled"] and row["forced"])
        and not row["name"].startswith("dir_")
    ]
    assert open_tables == []


async def test_what_others_are_is_known_without_policy_and_cannot_be_changed_by_requests(superuser: Any) -> None:
    """The directory: companies, units and connections as registration tells them; requests read it only."""
    verbs = {
        (row["grantee"], row["name"]): row["verbs"]
        for row in await superuser.fetch(_RIGHTS, SCHEMAS)
        if row["name"].startswith("dir_") and row["grantee"].endswith("_api")
    }
    assert set(verbs.values()) <= {"select"}


async def test_every_table_says_whether_it_can_be_rebuilt(superuser: Any) -> None:
    undeclared = [
        f"{row['schema']}.{row['name']}: {row['declared']}"
        for row in await _tables(superuser)
        if row["declared"] not in ("projection", "record")
    ]
    assert undeclared == []


async def test_roles_are_no_superusers_bypass_nothing_and_only_owners_own(superuser: Any) -> None:
    rows = await superuser.fetch(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles "
        "where rolname = any ($1)",
        ROLES,
    )
    assert {row["rolname"] for row in rows} == set(ROLES)
    powerful = [
        row["rolname"]
        for row in rows
        if any(row[name] for name in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"))
    ]
    assert powerful == []
    owned = await superuser.fetch(
        "select pg_get_userbyid(relowner) as owner, relname from pg_class "
        "where pg_get_userbyid(relowner) = any ($1) and not pg_get_userbyid(relowner) like '%\\_owner'",
        ROLES,
    )
    assert [tuple(row) for row in owned] == []
    members = await superuser.fetch(
        "select pg_get_userbyid(member) as member, pg_get_userbyid(roleid) as of from pg_auth_members "
        "where pg_get_userbyid(member) = any ($1)",
        ROLES,
    )
    assert [tuple(row) for row in members] == []


async def test_functions_that_act_as_their_owner_pin_their_search_path(superuser: Any) -> None:
    functions = await superuser.fetch(
        "select n.nspname, p.proname, p.proconfig, has_function_privilege('public', p.oid, 'execute') as open "
        "from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and n.nspname = any ($1)",
        SCHEMAS,
    )
    loose = [
        f"{row['nspname']}.{row['proname']}"
        for row in functions
        if row["open"] or not any(item.startswith("search_path=") for item in row["proconfig"] or ())
    ]
    assert loose == []


async def test_views_ask_with_the_rights_of_who_looks(superuser: Any) -> None:
    views = await superuser.fetch(
        "select n.nspname, c.relname, c.reloptions from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind in ('v', 'm') and n.nspname = any ($1)",
        SCHEMAS,
    )
    assert [row["relname"] for row in views if "security_invoker=true" not in (row["reloptions"] or ())] == []


async def test_rights_of_roles_on_tables_are_those_that_were_reviewed(superuser: Any) -> None:
    """Written anew by RIGHTS_WRITE=1; the difference is for review."""
    rows = await superuser.fetch(_RIGHTS, SCHEMAS)
    lines = [f"{row['schema']}.{row['name']}  {row['grantee']}  {row['verbs']}" for row in rows]
    content = "\n".join(lines) + "\n"
    if os.environ.get("RIGHTS_WRITE"):
        RIGHTS.write_text(content)
    assert content == RIGHTS.read_text()


async def test_no_role_reaches_the_schema_of_another_service(superuser: Any) -> None:
    rows = await superuser.fetch(
        "select r.rolname, n.nspname from pg_roles r, pg_namespace n where r.rolname = any ($1) "
        "and n.nspname = any ($2) and has_schema_privilege(r.rolname, n.oid, 'usage')",
        ROLES,
        SCHEMAS,
    )
    foreign = [tuple(row) for row in rows if not row["rolname"].startswith(f"{row['nspname']}_")]
    assert foreign == []
    assert len(rows) == len(ROLES)


@pytest.mark.parametrize("service", SERVICES)
async def test_without_companies_a_request_sees_no_row_of_anybody(mesh: Mesh, superuser: Any, service: str) -> None:
    schema = service.replace("-", "_")
    api: Any = cast(Any, await asyncpg.connect(postgres.dsn(mesh.layout, role(service, "api"))))
    try:
        readable = await superuser.fetch(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = $1 and c.relkind in ('r', 'p') and c.relforcerowsecurity "
            "and has_table_privilege($2, c.oid, 'select')",
            schema,
            role(service, "api"),
        )
        seen = {
            row["relname"]: await api.fetchval(
                f'select count(*) from {schema}."{row["relname"]}"'  # noqa: S608 - names from the catalog
            )
            for row in readable
        }
        assert {name: count for name, count in seen.items() if count} == {}
    finally:
        await api.close()
