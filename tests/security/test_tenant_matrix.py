"""Every operation of the seven services, asked by everybody who may not have it (BOLA, OWASP API1:2023).

Answers to others hold nothing of the subject's, and no row of its companies changes. Then the owners ask, and get it:
an operation that its owner cannot use would prove nothing, so each exception is named in `actors.operations`.
"""

from collections.abc import Callable, Generator
from typing import Any
from uuid import UUID

import httpx
import pytest

from actors import subject as subjects
from actors.mesh import BUYER, ERP, SUPPLIER, Mesh
from actors.operations import OPEN, Case, Operation, case_of, guarded, operations
from actors.session import Bearer, Impostor, Nobody
from actors.tokens import expired
from actors.trade import Supplier
from contracts.topics import SERVICES
from local_stack.roles import role

pytestmark = pytest.mark.e2e
Subject = dict[str, str]
Allowed = Callable[[Operation, Case, int], bool]
About = Callable[[Operation, Case], bool]
_NEVER = frozenset({500, 501, 502, 504})


@pytest.fixture(scope="module")
def subject(mesh: Mesh) -> Generator[Subject]:
    """Objects of the demo's companies."""
    with mesh.erp() as erp, mesh.person("buyer") as buyer, mesh.person("supplier") as supplier:
        made = subjects.make(erp, buyer, Supplier(supplier))
        yield made
        subjects.put_away(buyer, made)


def _asked(actor: Nobody, operation: Operation, case: Case, subject: Subject) -> tuple[int, str]:
    """Status and body; of an endless stream only the status."""
    path, options = case.request(operation, subject)
    headers = actor.credentials(operation.method, path) | options.pop("headers")
    with actor.http.stream(operation.method, path, headers=headers, **options) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return answer.status_code, ""
        return answer.status_code, answer.read().decode(errors="replace")


def _not_public(_operation: Operation, case: Case) -> bool:
    return case.foreign != "public"


def _all(_operation: Operation, _case: Case) -> bool:
    return True


def _wrong(actor: Nobody, subject: Subject, allowed: Allowed, *, canary: bool = True, only: About = _all) -> list[str]:
    """What is wrong with the answers that somebody gets: a status that is not allowed, or the subject's canary."""
    found: list[str] = []
    for operation, case in guarded():
        if not only(operation, case):
            continue
        status, body = _asked(actor, operation, case, subject)
        if status in _NEVER or not allowed(operation, case, status):
            found.append(f"{operation.key}: {status} {body[:160]}")
        elif canary and subject["canary"] in body.replace(subject["order_number"], ""):
            found.append(f"{operation.key}: tells what is not theirs: {body[:300]}")
    return found


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
        wrong["another company's administrator"] = _wrong(outsider, subject, _foreign, only=_not_public)
        email, password = outsider.email, mesh.people[outsider.email]
    with Impostor(mesh.access, email, password, subject["buyer_id"]) as impostor:
        wrong["who names a company that is not theirs"] = _wrong(
            impostor, subject, lambda _o, case, status: status == 403 or (case.identified and status < 500)
        )
    return wrong


def _shifted(erp: Any) -> dict[str, str]:
    """For each service the ERP's token of the next one."""
    others = (*SERVICES[1:], SERVICES[0])
    return {service: erp.token(other) for service, other in zip(SERVICES, others, strict=True)}


def _foreign(operation: Operation, case: Case, status: int) -> bool:
    if case.owner == "operator":
        return status == 403
    if case.foreign == "own":
        return status < 500
    return status in case.foreign_status


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
    await _still(superuser)
    with mesh.machine("bare-brasseries-du-rhin") as one, mesh.machine("bare-ateliers-koenig") as other:
        for machine in (one, other):
            machine.token("registration")
    before = await _still(superuser)
    wrong = _strangers(mesh, subject, late_tokens)
    assert not any(wrong.values()), _told(wrong)
    after = await _still(superuser)
    changed = {name for name, digest in after.items() if before.get(name) != digest}
    assert changed - {"registration.audit"} == set(), "a stranger's request changed rows of the subject's companies"

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
            status, body = _asked(owners[case.owner], operation, case, subject)
            if not httpx.codes.is_success(status):
                failed.append(f"{operation.key}: {status} {body[:200]}")
    assert not failed, "\n".join(failed)
