"""What a client is told when something is wrong: one shape, a stable code, the place, and never our insides."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Request
from sqlalchemy.exc import DBAPIError, OperationalError

from contracts import limits
from contracts.faults import Finding, Severity
from contracts.money import Amount
from mesh import problems
from mesh.bodies import Input, Output
from mesh.errors import Conflict, Invalid, NotFound, ResourceDown, TooMany
from mesh.http import create_app
from mesh.preconditions import ExpectedVersion, current, etag

router = APIRouter(prefix="/v1")


class LineInput(Input):
    """A line of what is made."""

    quantity: Amount


class ThingInput(Input):
    """What is made."""

    name: str
    lines: tuple[LineInput, ...] = ()
    either: LineInput | int = 1


class Thing(Output):
    """What was made."""

    name: str


RAISED: dict[str, Exception] = {
    "conflict": Conflict("TAKEN", "Choose another.", retry_after=7),
    "many": TooMany("SLOW_DOWN", "Wait.", retry_after=1),
    "rules": Invalid(
        "BROKEN_RULES",
        "See each one.",
        violations=(Finding(rule="BR-CO-15", severity=Severity.FATAL, pointer="/total", detail="does not add up"),),
    ),
    "bug": KeyError("the internal name of something"),
    "refused-connection": ConnectionRefusedError("127.0.0.1:5432"),
    "objects": ResourceDown("objects", "connect timed out"),
    "lock": DBAPIError("select 1", {}, asyncpg.LockNotAvailableError("lock timeout")),
    "text": DBAPIError("select 1", {}, asyncpg.CharacterNotInRepertoireError("0x00")),
    "disk": OperationalError("select 1", {}, asyncpg.DiskFullError("no space")),
}


@router.post("/things", status_code=201)
async def make_thing(body: ThingInput) -> Thing:
    return Thing(name=body.name)


@router.get("/things/{thing_id}")
async def read_thing(thing_id: UUID, limit: int = 1) -> Thing:
    raise NotFound("NOT_FOUND", f"No thing {thing_id} ({limit}).")


@router.patch("/things/{thing_id}")
async def change_thing(thing_id: UUID, expected: ExpectedVersion) -> Thing:
    current(expected, 3)
    return Thing(name=str(thing_id))


@router.get("/raise/{what}")
async def raise_something(what: str) -> Thing:
    raise RAISED[what]


@router.post("/uploads", max_body_size=limits.JSON_BODY * 3)
async def upload(request: Request) -> Thing:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
    return Thing(name=str(size))


@router.post("/nothing-read")
async def read_nothing() -> Thing:
    return Thing(name="done")


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(title="Things", service="things", routers=[router])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things") as client:
        yield client


def problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:navette:problem:{code.lower()}"
    assert body["title"]
    assert body["request_id"] == reply.headers["x-request-id"]
    return body


async def post(client: httpx.AsyncClient, body: bytes, path: str = "/v1/things") -> httpx.Response:
    return await client.post(path, content=body, headers={"content-type": "application/json"})


async def test_each_wrong_field_is_listed_with_its_json_pointer(client: httpx.AsyncClient) -> None:
    body = b'{"name": 1, "lines": [{"quantity": "1"}, {"quantity": 1.5, "colour": "red"}], "either": {"quantity": []}}'
    found = problem(await post(client, body), 422, "INVALID_BODY")["violations"]
    pointers = {violation["pointer"]: violation["rule"] for violation in found}
    assert pointers["/name"] == "STRING_TYPE"
    assert pointers["/lines/1/quantity"] == "VALUE_ERROR"
    assert pointers["/lines/1/colour"] == "EXTRA_FORBIDDEN"
    assert "/either/quantity" in pointers, "the names of union members are no steps of the body"


async def test_a_missing_field_is_pointed_at_where_it_should_be(client: httpx.AsyncClient) -> None:
    found = problem(await post(client, b"{}"), 422, "INVALID_BODY")["violations"]
    assert [(violation["pointer"], violation["rule"]) for violation in found] == [("/name", "MISSING")]


@pytest.mark.parametrize("body", [b'{"name": ', b"\xff\xfe", b"[" * 100_000, b"not json"])
async def test_what_is_no_json_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    reply = await post(client, body)
    assert reply.status_code == 400
    assert reply.json()["code"] in ("MALFORMED_JSON", "MALFORMED_BODY")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"name": "a\\u0000b"}', "/name"),
        (b'{"name": "\\ud83d"}', "/name"),
        (b'{"name": "ok", "lines": [{"quantity": "1", "\\u0000": 1}]}', "/lines/0"),
        (b'{"name": NaN}', "/name"),
    ],
)
async def test_text_that_cannot_be_stored_is_refused_before_anybody_reads_it(
    client: httpx.AsyncClient, body: bytes, pointer: str
) -> None:
    found = problem(await post(client, body), 422, "UNSTORABLE_TEXT")["violations"]
    assert [violation["pointer"] for violation in found] == [pointer]


async def test_a_surrogate_pair_and_an_escaped_backslash_are_ordinary_text(client: httpx.AsyncClient) -> None:
    reply = await post(client, b'{"name": "\\ud83d\\ude00 \\\\u0000"}')
    assert reply.json() == {"name": "\U0001f600 \\u0000"}


async def test_a_nul_in_the_address_is_refused(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/raise/a%00b"), 400, "UNSTORABLE_TEXT")
    problem(await client.get("/v1/things/018f0000-0000-7000-8000-000000000000?q=%00"), 400, "UNSTORABLE_TEXT")


async def test_an_id_that_is_none_leads_nowhere(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/things/42"), 404, "NOT_FOUND")


async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/things/018f0000-0000-7000-8000-000000000000?limit=many")
    found = problem(reply, 422, "INVALID_PARAMETER")["violations"]
    assert found[0]["pointer"] == "/query/limit"


async def test_unknown_addresses_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/nowhere"), 404, "NOT_FOUND")
    refused = await client.delete("/v1/things")
    problem(refused, 405, "METHOD_NOT_ALLOWED")
    assert refused.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("what", "status", "code", "retry_after"),
    [
        ("conflict", 409, "TAKEN", "7"),
        ("many", 429, "SLOW_DOWN", "1"),
        ("refused-connection", 503, "STORE_UNAVAILABLE", "2"),
        ("disk", 503, "STORE_UNAVAILABLE", "2"),
        ("objects", 503, "OBJECTS_UNAVAILABLE", "2"),
        ("lock", 409, "BUSY", "1"),
        ("text", 422, "UNSTORABLE_TEXT", None),
    ],
)
async def test_what_was_raised_says_what_to_do(
    client: httpx.AsyncClient, what: str, status: int, code: str, retry_after: str | None
) -> None:
    error = RAISED[what]
    if isinstance(error, DBAPIError) and error.orig is not None:
        # SQLAlchemy's driver wrapper carries the SQLSTATE under this name, as asyncpg itself does.
        assert getattr(error.orig, "sqlstate", None)
    reply = await client.get(f"/v1/raise/{what}")
    problem(reply, status, code)
    assert reply.headers.get("retry-after") == retry_after


async def test_broken_rules_are_violations(client: httpx.AsyncClient) -> None:
    found = problem(await client.get("/v1/raise/rules"), 422, "BROKEN_RULES")["violations"]
    assert found == [{"rule": "BR-CO-15", "pointer": "/total", "detail": "does not add up", "severity": "fatal"}]


async def test_an_unforeseen_error_tells_the_client_nothing(client: httpx.AsyncClient) -> None:
    reply = await client.get("/v1/raise/bug")
    problem(reply, 500, "INTERNAL")
    assert "internal name" not in reply.text
    assert "KeyError" not in reply.text


async def test_a_body_over_the_limit_is_refused_while_it_streams(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < limits.JSON_BODY * 10:
            sent += 65_536
            yield b" " * 65_536

    reply = await client.post("/v1/things", content=endless(), headers={"content-type": "application/json"})
    problem(reply, 413, "BODY_TOO_LARGE")
    large = b"x" * (limits.JSON_BODY + 1)
    problem(await post(client, large), 413, "BODY_TOO_LARGE")
    problem(await client.post("/v1/nothing-read", content=large), 413, "BODY_TOO_LARGE")


async def test_a_route_may_take_more_than_the_others(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/uploads", content=b"x" * (limits.JSON_BODY * 2))
    assert reply.json() == {"name": str(limits.JSON_BODY * 2)}
    problem(await client.post("/v1/uploads", content=b"x" * (limits.JSON_BODY * 3 + 1)), 413, "BODY_TOO_LARGE")


async def test_a_change_names_the_version_it_was_made_from(client: httpx.AsyncClient) -> None:
    address = "/v1/things/018f0000-0000-7000-8000-000000000000"
    problem(await client.patch(address), 428, "IF_MATCH_REQUIRED")
    problem(await client.patch(address, headers={"if-match": etag(2)}), 412, "STALE_VERSION")
    problem(await client.patch(address, headers={"if-match": '"someone-elses"'}), 412, "STALE_VERSION")
    assert (await client.patch(address, headers={"if-match": etag(3)})).status_code == 200


def test_every_answer_of_the_tree_has_a_title_and_its_status() -> None:
    described = problems.responses(Conflict, NotFound)
    assert set(described) == {404, 409}
    assert "application/problem+json" in json.dumps(described[404])
