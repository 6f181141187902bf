"""Every operation of the seven services, asked by everybody who may not have it (BOLA, OWASP API1:2023).

Answers to others hold nothing of the subject's, and no row of its companies changes. Then the owners ask the same, and
get it or are told the business rule that the case names: a cell where the owner fails too would prove nothing.
"""

import asyncio
from collections.abc import Generator, Iterable
from typing import Any

import pytest

from actors.case import Subject
from actors.matrix import asked, served
from actors.mesh import BUYER, SUPPLIER, Mesh
from actors.operations import OPEN, case_of, guarded, operations
from actors.strangers import KINDS, Stranger, cells, insiders, strangers
from contracts.topics import SERVICES
from local_stack.roles import package_of

pytestmark = pytest.mark.e2e


def test_every_operation_is_either_open_or_in_the_table() -> None:
    unknown = [operation.key for operation in operations() if operation.key not in OPEN and case_of(operation) is None]
    assert unknown == []
    assert {operation.key for operation in operations()} >= OPEN
    assert {operation.service for operation in operations()} == set(SERVICES)


_OF_COMPANIES = """
select c.oid::regclass::text as name, array_agg(a.attname::text) as columns from pg_class c
join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where n.nspname = any ($1) and c.relkind = 'r' and a.attname in ('supplier_id', 'buyer_id', 'company_id') group by 1
"""
_ON_THEIR_WAY = " union all ".join(f"select 1 from {package_of(service)}.outbox" for service in SERVICES)  # noqa: S608 - names of ours
_REST = 6
"""How often in a row nothing must have moved."""
_SCHEMAS = [package_of(service) for service in SERVICES]


async def _rows(superuser: Any) -> dict[str, str]:
    """A digest of the rows that name one of the two companies, by table."""
    digests: dict[str, str] = {}
    for table in await superuser.fetch(_OF_COMPANIES, _SCHEMAS):
        mine = " or ".join(f"{column} = any ($1)" for column in table["columns"])
        # Numbers of audit rows follow a moment after their rows.
        row = "id, action" if table["name"].endswith(".audit") else "t"
        digests[table["name"]] = await superuser.fetchval(
            f"select count(*) || ' ' || coalesce(md5(string_agg(md5(({row})::text), '' order by md5(({row})::text))), '') "  # noqa: S608, E501 - names from the catalog
            f"from {table['name']} t where {mine}",
            [BUYER, SUPPLIER],
        )
    return digests


async def _still(superuser: Any) -> dict[str, str]:
    """The digests once no fact is on its way and nothing moves any more."""
    before, same = await _rows(superuser), 1
    for _ in range(120):
        await asyncio.sleep(0.4)
        now = await _rows(superuser)
        same = same + 1 if now == before and not await superuser.fetchval(f"select exists ({_ON_THEIR_WAY})") else 1
        if same == _REST:
            return now
        before = now
    raise AssertionError("the mesh does not come to rest")


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name, digest in after.items() if before.get(name) != digest}


def _told(wrong: dict[tuple[str, str], str]) -> str:
    return "\n".join(f"{kind}: {answer}" for (_, kind), answer in wrong.items() if answer)


def _all_cells(kinds: Iterable[str]) -> set[tuple[str, str]]:
    return {(operation.key, kind) for operation, _ in guarded() for kind in kinds}


@pytest.fixture
def outside(mesh: Mesh, subject: Subject) -> Generator[list[Stranger]]:
    """Who has nothing to do with the subject's companies, or no longer."""
    with strangers(mesh, subject) as those:
        yield those


@pytest.fixture
def inside(mesh: Mesh) -> Generator[list[Stranger]]:
    """Who belongs to them and may do less."""
    with insiders(mesh) as those:
        yield those


async def test_nobody_else_gets_anything_and_nothing_changes(
    subject: Subject, outside: list[Stranger], inside: list[Stranger], superuser: Any
) -> None:
    before = await _still(superuser)
    found = await asyncio.to_thread(cells, outside, subject)
    between = await _still(superuser)
    assert not any(found.values()), _told(found)
    assert _changed(before, between) == set(), "a stranger's request changed rows of the subject's companies"

    less = await asyncio.to_thread(cells, inside, subject)
    after = await _still(superuser)
    assert not any(less.values()), _told(less)
    # A reader's own choice of mails is theirs, anybody asks support, and who reads marks what they have read and takes
    # a sheet of it along.
    support = {"registration.ticket", "registration.ticket_entry", "registration.ticket_file", "registration.mail_log"}
    reading = {"invoicing.mark", "invoicing.export", "archive.bulk_export", "archive.bulk_export_part"}
    own = {"notifications.mail_preference"} | {name for name in after if name.endswith(".audit")}
    assert _changed(between, after) - own - support - reading == set(), "who may not change anything changed rows"
    assert set(found | less) == _all_cells(KINDS), "a cell that nobody asked"


def test_each_owner_gets_what_the_others_did_not(mesh: Mesh, subject: Subject) -> None:
    with (
        mesh.person("buyer") as buyer,
        mesh.person("supplier") as supplier,
        mesh.person("operator") as operator,
        mesh.person("member") as member,
    ):
        owners = {"buyer": buyer, "supplier": supplier, "operator": operator, "member": member}
        answers = [
            (operation, case, asked(owners[case.owner], operation, case, subject)) for operation, case in guarded()
        ]
    void = [f"{operation.key}: {answer}" for operation, case, answer in answers if not served(case, answer)]
    assert not void, "\n".join(void)
