"""Whatever is sent, the answer is a problem (RFC 9457) that says what is wrong, and never a 500."""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from actors.documents import fresh, order_xml
from actors.mesh import Mesh
from actors.operations import Operation, case_of, operations
from actors.session import PROBLEM, Machine, Nobody, Person
from contracts import limits
from local_stack.layout import REPOSITORY

pytestmark = pytest.mark.e2e
NOTHING = "01a20000-0000-7000-8000-000000000000"
"""An id that nothing has."""
_CODE = re.compile(r"^[A-Z][A-Z0-9_.-]+$")
OBJECTS = [
    operation
    for operation in operations()
    if "application/json" in operation.media and operation.name not in {"publish_order", "record_receipt"}
]
"""Operations that take one JSON object; those that take documents have tables of their own below."""
DOCUMENTS = {"/v1/orders": "po-sync", "/v1/receipts": "po-sync", "/v1/checks": "validation", "/v1/previews": "signing"}
"""Addresses that take XML."""


@pytest.fixture(scope="module")
def people(mesh: Mesh) -> Generator[dict[str, Nobody]]:
    """The owners of the operations, by the names of `actors.operations`."""
    names = ("buyer", "supplier", "operator", "member")
    with ExitStack() as stack:
        yield {name: stack.enter_context(mesh.person(name)) for name in names}


def complaint(answer: httpx.Response, *, wanted: set[int] | None = None) -> str:
    """What is wrong with a refusal, or ""."""
    said = f"{answer.request.method} {answer.request.url.path} → {answer.status_code} {answer.text[:200]!r}"
    if not 400 <= answer.status_code < 500 or (wanted and answer.status_code not in wanted):
        return said
    if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
        return f"no problem: {said}"
    problem = answer.json()
    if problem.get("status") != answer.status_code or not _CODE.match(str(problem.get("code", ""))):
        return f"no code: {said}"
    if problem["code"] == "INVALID_BODY" and not all("pointer" in found for found in problem["violations"]):
        return f"no pointer: {said}"
    if problem["code"] == "INVALID_BODY" and not problem["violations"]:
        return f"no violation: {said}"
    # The gateway refuses what is no HTTP before a request has its id.
    return "" if "request_id" in problem else f"no request_id: {said}"


def _deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


_BODIES: Mapping[str, bytes] = {
    "broken JSON": b'{"reason": "x',
    "nothing": b"",
    "an array": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "an unknown field": b'{"nobody_knows_this_field": 1}',
    "not UTF-8": b'{"reason": "\xff\xfe"}',
    "NUL as an escape": b'{"reason": "a\\u0000b", "name": "a\\u0000b"}',
    "half a surrogate pair": b'{"reason": "\\ud800", "name": "\\ud800"}',
    "NaN": b'{"reason": NaN}',
    "an endless number": b'{"reason": 1' + b"0" * 5_000 + b"}",
    "nested deeply": _deep(5_000),
    "JSON in UTF-16": '{"reason": "abc"}'.encode("utf-16"),
}
_TAKES_NOTHING = {"cancel_invoice", "create_archive_export", "create_credit_note", "create_export"}
"""Operations whose body may be absent or null."""


def _path(operation: Operation) -> str:
    return re.sub(r"\{verb\}", "pause", re.sub(r"\{(?!verb)\w+\}", NOTHING, operation.path))


def _owner(people: dict[str, Nobody], operation: Operation) -> Nobody:
    case = case_of(operation)
    return people[case.owner if case else "buyer"]


@pytest.mark.parametrize("kind", _BODIES)
def test_a_body_of_the_wrong_kind_is_refused_by_every_operation(people: dict[str, Nobody], kind: str) -> None:
    found: list[str] = []
    for operation in OBJECTS:
        if kind in ("nothing", "null") and operation.name in _TAKES_NOTHING:
            continue
        headers = {"content-type": "application/json", "if-match": '"v1"'}
        answer = _owner(people, operation).send(
            operation.method, _path(operation), content=_BODIES[kind], headers=headers
        )
        found.append(complaint(answer))
    assert not any(found), "\n".join(filter(None, found))
    assert len(found) > 20


def _fields(operation: Operation) -> Mapping[str, Any]:
    described = json.loads((REPOSITORY / "services" / operation.service / "openapi.json").read_text())
    schema = operation.described["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema or "anyOf" in schema:
        schema = (
            schema["anyOf"][0]
            if "anyOf" in schema
            else described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        )
    return schema.get("properties", {})


@pytest.mark.parametrize(
    "value", [{"x": {"y": []}}, [[[]]], "é" * 150_000, -1e300], ids=["object", "array", "long text", "number"]
)
def test_fields_of_the_wrong_type_or_length_are_listed_with_their_place(
    people: dict[str, Nobody], value: object
) -> None:
    found: list[str] = []
    for operation in OBJECTS:
        body = dict.fromkeys(_fields(operation), value)
        if not body:
            continue
        answer = _owner(people, operation).send(
            operation.method, _path(operation), json=body, headers={"if-match": '"v1"'}
        )
        found.append(complaint(answer, wanted={400, 403, 404, 409, 413, 422}))
        if answer.status_code == 422 and answer.json()["code"] == "INVALID_BODY":
            pointers = {
                violation["pointer"].split("/")[1]
                for violation in answer.json()["violations"]
                if "/" in violation["pointer"]
            }
            if not pointers & set(body):
                found.append(f"{operation.name}: pointers name no field that was sent: {answer.text[:300]}")
    assert not any(found), "\n".join(filter(None, found))


def test_parameters_of_the_wrong_form_are_refused(people: dict[str, Nobody]) -> None:
    found: list[str] = []
    for operation in operations():
        if "/stream" in operation.path or operation.name == "stream_events":
            continue
        for parameter in operation.described.get("parameters", ()):
            kind = json.dumps(parameter.get("schema", {}))
            if parameter["in"] != "query" or not re.search(r"uuid|integer|date|enum", kind):
                continue
            actor = _owner(people, operation)
            for value in ("x'\"<>", "99999999999999999999999999", "-1", "a%00b"):
                answer = actor.send(operation.method, f"{_path(operation)}?{parameter['name']}={value}")
                if answer.is_success and value in ("-1", "99999999999999999999999999"):
                    found.append(f"taken: {answer.request.url}")
                elif not answer.is_success:
                    found.append(complaint(answer))
    assert not any(found), "\n".join(filter(None, found))


def test_ids_that_are_none_and_characters_that_cannot_be_stored_are_not_found(people: dict[str, Nobody]) -> None:
    found: list[str] = []
    for operation in operations():
        if "{" not in operation.path:
            continue
        for value in ("x", "..%2f..%2fetc", "%00", "%F0%9F%98%80", "0" * 400):
            path = re.sub(r"\{\w+\}", value, operation.path)
            answer = _owner(people, operation).send(operation.method, path, headers={"if-match": '"v1"'})
            found.append(complaint(answer))
    assert not any(found), "\n".join(filter(None, found))


def _hostile(document: bytes) -> Iterator[tuple[str, bytes]]:
    head, _, root = document.partition(b"?>")
    declared = head + b"?>"
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    yield "a DTD", declared + b'<!DOCTYPE Order SYSTEM "http://127.0.0.1:1/x.dtd">' + root
    yield "an external entity", declared + b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + root
    yield "billion laughs", declared + b'<!DOCTYPE o [<!ENTITY l0 "ha">' + laughs + b"]>" + root
    yield "cut off", document[: len(document) // 2]
    yield "another root", b"<?xml version='1.0'?><html/>"
    yield "nothing", b""
    yield "no XML", b"PK\x03\x04"
    yield "NUL", document.replace(b"</", b"\x00</", 1)
    yield "nested deeply", declared + b"<a>" * 20_000 + b"</a>" * 20_000
    yield "a lie about its encoding", b'<?xml version="1.0" encoding="UTF-16"?>' + root
    yield "an unknown encoding", b'<?xml version="1.0" encoding="x-nobody"?>' + root


@pytest.mark.parametrize("address", DOCUMENTS)
def test_hostile_xml_is_refused_everywhere(erp: Machine, people: dict[str, Nobody], address: str) -> None:
    actor = erp if DOCUMENTS[address] == "po-sync" else people["supplier"]
    found: list[str] = []
    for kind, content in _hostile(order_xml(fresh("BAD"))):
        answer = actor.send("POST", address, content=content, headers={"content-type": "application/xml"})
        if answer.is_success and address == "/v1/checks":
            # A check answers with what is wrong; a document that cannot be read must not pass.
            passed = answer.json()["passed"]
            found.append(f"{kind} passed" if passed else "")
        else:
            found.append(f"{kind}: {wrong}" if (wrong := complaint(answer)) else "")
        assert "root:" not in answer.text
    assert not any(found), "\n".join(filter(None, found))


@pytest.mark.parametrize("address", DOCUMENTS)
@pytest.mark.parametrize("kind", ["text/plain", "application/pdf", "", "multipart/form-data", "a/b; =;;"])
def test_another_content_type_is_refused(erp: Machine, people: dict[str, Nobody], address: str, kind: str) -> None:
    actor = erp if DOCUMENTS[address] == "po-sync" else people["supplier"]
    answer = actor.send("POST", address, content=b"x", headers={"content-type": kind})
    assert not (wrong := complaint(answer, wanted={400, 415, 422})), wrong


def _zeros(size: int) -> Iterator[bytes]:
    chunk = b" " * 65_536
    for _ in range(size // len(chunk)):
        yield chunk


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/v1/orders", "application/xml"),
        ("/v1/receipts", "application/json"),
        ("/v1/checks", "application/xml"),
        ("/v1/previews", "application/xml"),
        ("/v1/signature-reports", "application/pdf"),
        ("/v1/archive/verify", "application/pdf"),
        ("/v1/invoices", "application/json"),
        ("/v1/webhooks", "application/json"),
    ],
)
@pytest.mark.parametrize("counted", [True, False], ids=["with its length", "chunked"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(
    erp: Machine, people: dict[str, Nobody], address: str, kind: str, *, counted: bool
) -> None:
    actor = erp if address in ("/v1/orders", "/v1/receipts") else people["supplier"]
    size = 100 * limits.MIB
    headers = {"content-type": kind} | ({"content-length": str(size)} if counted else {})
    answer = actor.send("POST", address, content=_zeros(size), headers=headers)
    assert not (wrong := complaint(answer, wanted={413})), wrong


def test_a_stale_or_absent_version_is_refused(people: dict[str, Nobody]) -> None:
    buyer = people["buyer"]
    assert isinstance(buyer, Person)
    company = f"/v1/companies/{buyer.whoami['companies'][0]['id']}"
    for headers, status, code in (
        ({}, 428, "IF_MATCH_REQUIRED"),
        ({"if-match": '"v0"'}, 412, "STALE_VERSION"),
        ({"if-match": "anything"}, 412, "STALE_VERSION"),
    ):
        answer = buyer.send("PATCH", company, json={"language": "fr"}, headers=headers)
        assert not (wrong := complaint(answer, wanted={status})), wrong
        assert answer.json()["code"] == code


def test_headers_that_nobody_can_mean_are_refused(people: dict[str, Nobody]) -> None:
    supplier = people["supplier"]
    for name, value in (("navette-company", "x"), ("idempotency-key", "é"), ("idempotency-key", "k" * 300)):
        body = {"url": "https://hooks.example.com/"}
        answer = supplier.send("POST", "/v1/webhooks", json=body, headers={name: value.encode()})
        assert not (wrong := complaint(answer)), wrong
    for token in ("x", "a.b.c", "e30.e30.", "é"):
        with Nobody(supplier.access) as nobody:
            answer = nobody.send("GET", "/v1/orders", headers={"authorization": f"Bearer {token}".encode()})
        assert not (wrong := complaint(answer, wanted={400, 401})), wrong
