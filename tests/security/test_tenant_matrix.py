"""Every operation of the seven services, asked by everybody who may not have it (BOLA, OWASP API1:2023).

Answers to others hold nothing of the subject's, and no row of its companies changes. Then the owners ask, and get it:
an operation that its owner cannot use would prove nothing, so each exception is named in `actors.operations`.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest

from actors.case import Case, Operation, Subject
from actors.matrix import Allowed, asked, flaw, foreign, not_public
from actors.mesh import BUYER, ERP, SUPPLIER, Mesh
from actors.operations import OPEN, case_of, guarded, operations
from actors.session import Bearer, Impostor, Nobody
from actors.tokens import expired
from actors.waiting import eventually
from contracts.topics import SERVICES
from local_stack.roles import role

pytestmark = pytest.mark.e2e
About = Callable[[Operation, Case], bool]


def _not_public(_operation: Operation, case: Case) -> bool:
    return not_public(case)


def _all(_operation: Operation, _case: Case) -> bool:
    return True


def _wrong(actor: Nobody, subject: Subject, allowed: Allowed, *, canary: bool = True, only: About = _all) -> list[str]:
    """What is wrong with the answers that somebody gets."""
    return [
        found
        for operation, case in guarded()
        if only(operation, case)
        and (found := flaw(operation, case, subject, *asked(actor, operation, case, subject), allowed, canary=canary))
    ]


def test_every_operation_is_either_open_or_in_the_table() -> None:
    unknown = [operation.key for operation in operations() if operation.key not in OPEN and case_of(operation) is None]
    assert unknown == []
    assert {operation.key for operation in operations()} >= OPEN
    assert {operation.service for operation in operations()} == set(SERVICES)


@pytest.fixture(scope="module")
def late_tokens(mesh: Mesh) -> dict[str, str]:
    """Expired tokens of the buyer's administrator, one a service."""
    with mesh.person("buyer") as buyer:
        return expired(mesh.layout, UUID(buyer.whoami["user_id"]), BUYER)


_OF_COMPANIES = """
select c.oid::regclass::text as name, array_agg(a.attname::text) as columns from pg_class c
join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where n.nspname = any ($1) and c.relkind = 'r' and a.attname in ('supplier_id', 'buyer_id', 'company_id') group by 1
"""


async def _rows(superuser: Any) -> dict[str, str]:
    """A digest of the rows that name one of the two companies, by table."""
    schemas = [role(service, "owner").removesuffix("_owner") for service in SERVICES]
    digests: dict[str, str] = {}
    for table in await superuser.fetch(_OF_COMPANIES, schemas):
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
    """The digests once nothing moves any more."""
    before = await _rows(superuser)
    for _ in range(60):
        await superuser.fetchval("select pg_sleep(0.5)")
        now = await _rows(superuser)
        if now == before:
            return now
        before = now
    raise AssertionError("the mesh does not come to rest")


def _told(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{who}: {answer}" for who, answers in wrong.items() for answer in answers)


def _strangers(mesh: Mesh, subject: Subject, late_tokens: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong with the answers, by who asked."""
    wrong: dict[str, list[str]] = {}
    with mesh.nobody() as nobody:
        wrong["nobody"] = _wrong(nobody, subject, lambda _o, _c, status: status == 401)
    with Bearer(mesh.access, late_tokens) as late:
        wrong["expired token"] = _wrong(late, subject, lambda _o, _c, status: status == 401)
    with mesh.machine(ERP) as erp, Bearer(mesh.access, _shifted(erp)) as astray:
        wrong["token of another audience"] = _wrong(astray, subject, lambda _o, _c, status: status in (401, 403))
    with mesh.person("outsider") as outsider:
        wrong["another company's administrator, just disconnected"] = _wrong(
            outsider, subject, foreign, only=_not_public
        )
        email, password = outsider.email, mesh.people[outsider.email]
    with mesh.person("exco") as exco:
        wrong["another company's accountant, never connected"] = _wrong(exco, subject, foreign, only=_not_public)
    with _former(mesh) as former:
        wrong["who was shut out"] = _wrong(former, subject, _of_no_company)
    with Impostor(mesh.access, email, password, subject["buyer_id"]) as impostor:
        wrong["who names a company that is not theirs"] = _wrong(impostor, subject, _of_no_company)
    return wrong


def _of_no_company(_operation: Operation, case: Case, status: int) -> bool:
    return status == 403 or (case.identified and status < 500)


def _part(mesh: Mesh, unit_id: str) -> None:
    """The outsider is connected with the subject's unit, and then no longer."""
    with mesh.person("outsider") as outsider, mesh.person("buyer") as buyer:
        path = f"/v1/connections/{outsider.ask('POST', '/v1/connections', 201, json={'unit_id': unit_id})['id']}"
        buyer.ask("POST", f"{path}/accept", 200, json={"consent": True})
        connection = outsider.get(path)
        buyer.ask("POST", f"{path}/disconnect", json={"confirm": connection["supplier_name"]})


@contextmanager
def _former(mesh: Mesh) -> Generator[Nobody]:
    """An administrator and accountant of the buyer, signed in and then shut out; let in again for the next run."""
    email = "buyer-former@tests.navette.example"
    with Impostor(mesh.access, email, mesh.people[email], str(BUYER)) as former, mesh.person("buyer") as buyer:
        path = f"/v1/users/{former.whoami['user_id']}"
        assert former.send("GET", "/v1/units").is_success, "until now they may"
        buyer.ask("PATCH", path, 200, json={"active": False})
        try:
            eventually("it is over", lambda: former.send("GET", "/v1/units").status_code == 403, 5)
            yield former
        finally:
            buyer.ask("PATCH", path, 200, json={"active": True})


def _shifted(erp: Any) -> dict[str, str]:
    """For each service the ERP's token of the next one."""
    others = (*SERVICES[1:], SERVICES[0])
    return {service: erp.token(other) for service, other in zip(SERVICES, others, strict=True)}


def _insiders(mesh: Mesh, subject: Subject) -> dict[str, list[str]]:
    """People of the subject's own companies who only read, and programs of theirs without a scope."""
    wrong: dict[str, list[str]] = {}
    bare = {"buyer": "bare-brasseries-du-rhin", "supplier": "bare-ateliers-koenig"}
    for side, client in bare.items():

        def theirs(_operation: Operation, case: Case, side: str = side) -> bool:
            return case.owner in (side, "operator")

        with mesh.person(f"{side}-viewer") as viewer:
            wrong[f"{side} who only reads"] = _wrong(viewer, subject, _reads_only, canary=False, only=theirs)
        with mesh.machine(client) as machine:
            for service in SERVICES:
                machine.token(service)
            wrong[f"{side}'s program without a scope"] = _wrong(
                machine, subject, _without_scope, canary=False, only=theirs
            )
    return wrong


def _reads_only(_operation: Operation, case: Case, status: int) -> bool:
    return status < 500 if case.reader else status == 403


def _without_scope(_operation: Operation, case: Case, status: int) -> bool:
    return status < 500 if case.identified else status == 403


async def test_nobody_else_gets_anything_and_nothing_changes(
    mesh: Mesh, subject: Subject, late_tokens: dict[str, str], superuser: Any
) -> None:
    _part(mesh, subject["unit_id"])
    await _still(superuser)
    with mesh.machine("bare-brasseries-du-rhin") as one, mesh.machine("bare-ateliers-koenig") as other:
        for machine in (one, other):
            machine.token("registration")
    before = await _still(superuser)
    wrong = _strangers(mesh, subject, late_tokens)
    assert not any(wrong.values()), _told(wrong)
    after = await _still(superuser)
    changed = {name for name, digest in after.items() if before.get(name) != digest}
    own = {"registration.audit"}
    assert changed - own == set(), "a stranger's request changed rows of the subject's companies"

    wrong = _insiders(mesh, subject)
    assert not any(wrong.values()), _told(wrong)
    later = await _still(superuser)
    changed = {name for name, digest in later.items() if after.get(name) != digest}
    # Tokens of the companies' own programs leave audit rows; a reader's own choice of mails is theirs, anybody asks
    # support, and who reads marks what they have read and takes a sheet of it along.
    support = {"registration.ticket", "registration.ticket_entry", "registration.mail_log"}
    reading = {"invoicing.mark", "invoicing.export", "invoicing.audit"}
    reading |= {"archive.bulk_export", "archive.bulk_export_part", "archive.audit"}
    allowed = {"registration.audit", "notifications.mail_preference", "notifications.audit"} | support | reading
    assert changed - allowed == set(), "who may not change anything changed rows"


def test_each_owner_gets_what_the_others_did_not(mesh: Mesh, subject: Subject) -> None:
    failed: list[str] = []
    with (
        mesh.person("buyer") as buyer,
        mesh.person("supplier") as supplier,
        mesh.person("operator") as operator,
    ):
        owners: dict[str, Nobody] = {"buyer": buyer, "supplier": supplier, "operator": operator}
        for operation, case in guarded():
            if case.void:
                continue
            status, body = asked(owners[case.owner], operation, case, subject)
            if not httpx.codes.is_success(status):
                failed.append(f"{operation.key}: {status} {body[:200]}")
    assert not failed, "\n".join(failed)
