"""Idempotency-Key against a real database: a command that is sent twice takes effect once."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from contracts.ids import new_id
from contracts.registration import Role
from local_stack.fixtures import Infra
from local_stack.fresh import fresh_database
from mesh import commands, retention, schema
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand, KeyedCommand, OpenCommand
from mesh.db import Database
from mesh.errors import Conflict
from mesh.http import create_app
from mesh.testing_tokens import TokenIssuer

pytestmark = pytest.mark.connected
SERVICE = "signing"
router = APIRouter(prefix="/v1")


class NoteInput(Input):
    """What is noted."""

    text: str


class Note(Output):
    """What was noted."""

    note_id: UUID
    text: str


@dataclass
class Gate:
    """Holds a command in the middle of its transaction until the test lets it go."""

    closed: bool = False
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


@router.post("/notes", status_code=201, response_model=Note)
async def make_note(body: NoteInput, command: CurrentCommand, request: Request) -> Response:
    gate: Gate = request.app.state.gate
    async with command.transaction() as tx:
        note = Note(note_id=new_id(), text=body.text)
        await tx.execute("insert into note values (:id, :text)", id=note.note_id, text=body.text)
        if body.text == "refuse":
            raise Conflict("REFUSED", "Not this one.")
        if body.text == "break":
            raise RuntimeError("a bug")
        if gate.closed:
            gate.entered.set()
            await gate.opened.wait()
        return await command.answer(tx, 201, note, headers={"location": f"/v1/notes/{note.note_id}"})


@router.post("/notes/{note_id}/copies", status_code=201, response_model=Note)
async def copy_note(note_id: UUID, command: KeyedCommand) -> Response:
    async with command.transaction() as tx:
        await tx.execute("insert into note values (:id, 'copy')", id=new_id())
        return await command.answer(tx, 201, Note(note_id=note_id, text="copy"))


@router.post("/keys", status_code=201, response_model=Note)
async def make_key(command: CurrentCommand) -> Response:
    async with command.transaction() as tx:
        await tx.execute("insert into note values (:id, 'key')", id=new_id())
        made = Note(note_id=new_id(), text="s3cr3t-value")
        return await command.answer(tx, 201, made, secret=True)


@router.post("/registrations", status_code=202, response_model=None)
async def register(body: NoteInput, command: OpenCommand) -> Response:
    async with command.transaction() as tx:
        await tx.execute("insert into note values (:id, :text)", id=new_id(), text=body.text)
        return await command.answer(tx, 202)


@router.post("/forgotten", status_code=201)
async def forget_the_answer(command: CurrentCommand) -> None:
    async with command.transaction() as tx:
        await tx.execute("insert into note values (:id, 'forgotten')", id=new_id())


@router.post("/strings", status_code=201)
async def store_string(command: CurrentCommand) -> None:
    async with command.transaction() as tx:
        await tx.execute("insert into note values (:id, :text)", id=new_id(), text="\x00")


@dataclass
class Bench:
    """The service over its database, and somebody signed in."""

    client: httpx.AsyncClient
    owner: Database
    pipeline: Database
    api: Database
    issuer: TokenIssuer
    gate: Gate
    company: UUID
    person: UUID

    async def post(
        self,
        path: str,
        key: str | None,
        text: str | None = "hello",
        *,
        company: UUID | None = None,
        person: UUID | None = None,
    ) -> httpx.Response:
        headers = self.issuer.headers(
            SERVICE, company or self.company, Role.ACCOUNTANT, subject=person or self.person
        ) | ({"idempotency-key": key} if key is not None else {})
        return await self.client.post(path, headers=headers, json={"text": text} if text is not None else None)

    async def notes(self) -> int:
        async with self.pipeline.transaction() as tx:
            return int(await tx.value("select count(*) from note"))

    async def keys(self) -> int:
        async with self.pipeline.transaction() as tx:
            return int(await tx.value("select count(*) from idempotency"))


@pytest.fixture
async def bench(infra: Infra) -> AsyncGenerator[Bench]:
    async with fresh_database(infra, SERVICE) as fresh:
        owner, api, pipeline = (
            Database(SecretStr(fresh.dsn(role)), service=SERVICE, role=role) for role in ("owner", "api", "pipeline")
        )
        async with owner.transaction() as tx:
            for statement in [
                *schema.tables(SERVICE),
                *commands.tables(SERVICE),
                "create table note (id uuid primary key, text text not null)",
                *schema.open_table(SERVICE, "note", api="select, insert"),
            ]:
                await tx.execute(statement)
        issuer, gate = TokenIssuer(), Gate()
        app = create_app(
            title="Notes",
            service=SERVICE,
            routers=[router],
            authenticator=issuer.authenticator(SERVICE),
            database=api,
            state={"gate": gate},
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
            yield Bench(client, owner, pipeline, api, issuer, gate, new_id(), new_id())
        for database in (owner, api, pipeline):
            await database.close()


async def test_the_second_time_the_first_answer_comes_back_byte_for_byte(bench: Bench) -> None:
    first = await bench.post("/v1/notes", "k1")
    second = await bench.post("/v1/notes", "k1")
    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert await bench.notes() == 1


async def test_without_a_key_each_request_is_a_command_of_its_own(bench: Bench) -> None:
    answers = [await bench.post("/v1/notes", None) for _ in range(2)]
    assert [reply.status_code for reply in answers] == [201, 201]
    assert (await bench.notes(), await bench.keys()) == (2, 0)


async def test_a_key_that_comes_with_another_request_is_refused(bench: Bench) -> None:
    await bench.post("/v1/notes", "k1", "one")
    reply = await bench.post("/v1/notes", "k1", "two")
    assert (reply.status_code, reply.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    copied = await bench.post(f"/v1/notes/{new_id()}/copies", "k2", None)
    assert copied.status_code == 201
    reply = await bench.post(f"/v1/notes/{new_id()}/copies", "k2", None)
    assert (reply.status_code, reply.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED"), "another id is another request"
    assert await bench.notes() == 2


async def test_keys_of_others_do_not_matter(bench: Bench) -> None:
    replies = [
        await bench.post("/v1/notes", "k1"),
        await bench.post("/v1/notes", "k1", company=new_id()),
        await bench.post("/v1/notes", "k1", person=new_id()),
    ]
    assert [reply.status_code for reply in replies] == [201, 201, 201]
    assert len({reply.json()["note_id"] for reply in replies}) == 3


async def test_a_twin_in_flight_is_told_to_come_back_and_then_gets_the_answer(bench: Bench) -> None:
    bench.gate.closed = True
    first = asyncio.create_task(bench.post("/v1/notes", "k1"))
    await bench.gate.entered.wait()
    twin = await bench.post("/v1/notes", "k1")
    assert (twin.status_code, twin.json()["code"], twin.headers["retry-after"]) == (409, "IN_FLIGHT", "1")
    bench.gate.opened.set()
    done = await first
    assert (await bench.post("/v1/notes", "k1")).content == done.content
    assert await bench.notes() == 1


async def test_a_burst_of_the_same_command_takes_effect_once(bench: Bench) -> None:
    replies = await asyncio.gather(*(bench.post("/v1/notes", "burst") for _ in range(30)))
    done = {reply.content for reply in replies if reply.status_code == 201}
    assert len(done) == 1
    assert {reply.status_code for reply in replies} <= {201, 409}
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} <= {"IN_FLIGHT"}
    assert (await bench.notes(), await bench.keys()) == (1, 1)


@pytest.mark.parametrize(("text", "status"), [("refuse", 409), ("break", 500)])
async def test_what_was_refused_or_broke_leaves_nothing_and_is_judged_again(
    bench: Bench, text: str, status: int
) -> None:
    for _ in range(2):
        assert (await bench.post("/v1/notes", "k1", text)).status_code == status
    assert (await bench.notes(), await bench.keys()) == (0, 0)


async def test_a_secret_is_shown_once(bench: Bench) -> None:
    first = await bench.post("/v1/keys", "k1", None)
    assert first.json()["text"] == "s3cr3t-value"
    second = await bench.post("/v1/keys", "k1", None)
    assert (second.status_code, second.json()["code"]) == (409, "SECRET_NOT_REPLAYED")
    async with bench.pipeline.transaction() as tx:
        assert await tx.value("select reply from idempotency") is None
    assert await bench.notes() == 1


async def test_a_route_may_demand_a_key(bench: Bench) -> None:
    reply = await bench.post(f"/v1/notes/{new_id()}/copies", None, None)
    assert (reply.status_code, reply.json()["code"]) == (400, "IDEMPOTENCY_KEY_REQUIRED")


@pytest.mark.parametrize("key", ["", "x" * 256, "a b"])
async def test_a_key_is_visible_ascii_of_bounded_length(bench: Bench, key: str) -> None:
    reply = await bench.post("/v1/notes", key)
    assert (reply.status_code, reply.json()["code"]) == (400, "BAD_IDEMPOTENCY_KEY")
    assert (await bench.post("/v1/notes", "x" * 255)).status_code == 201


async def test_a_command_before_anybody_is_signed_in_has_keys_too(bench: Bench) -> None:
    for _ in range(2):
        reply = await bench.client.post("/v1/registrations", json={"text": "Acme"}, headers={"idempotency-key": "r1"})
        assert (reply.status_code, reply.content) == (202, b"")
    assert await bench.notes() == 1


async def test_a_command_that_forgets_its_answer_commits_nothing(bench: Bench) -> None:
    assert (await bench.post("/v1/forgotten", "k1", None)).status_code == 500
    assert (await bench.notes(), await bench.keys()) == (0, 0)


async def test_stored_answers_of_one_company_are_hidden_from_another(bench: Bench) -> None:
    await bench.post("/v1/notes", "k1")
    async with bench.api.transaction([new_id()]) as tx:
        assert await tx.value("select count(*) from idempotency") == 0
    async with bench.api.transaction([bench.company]) as tx:
        assert await tx.value("select count(*) from idempotency") == 1
    with pytest.raises(DBAPIError, match="permission denied"):
        async with bench.api.transaction([bench.company]) as tx:
            await tx.execute("delete from idempotency")


async def test_keys_older_than_thirty_days_are_forgotten(bench: Bench) -> None:
    for key in ("old", "young"):
        await bench.post("/v1/notes", key)
    async with bench.pipeline.transaction() as tx:
        assert await retention.forget(tx, retention.KEPT[:1]) == {}
    async with bench.owner.transaction() as tx:
        await tx.execute(
            "update idempotency set created_at = now() - cast(:age as interval) where key = 'old'",
            age=timedelta(days=30, seconds=1),
        )
    async with bench.pipeline.transaction() as tx:
        assert await retention.forget(tx, retention.KEPT[:1]) == {"idempotency": 1}
    assert await bench.keys() == 1


async def test_a_character_the_database_cannot_hold_is_the_clients_error(bench: Bench) -> None:
    reply = await bench.post("/v1/strings", None, None)
    assert (reply.status_code, reply.json()["code"]) == (422, "UNSTORABLE_TEXT")


async def test_a_database_that_is_away_is_said_so(bench: Bench) -> None:
    away = Database(SecretStr("postgresql://nobody:x@127.0.0.1:1/navette"), service=SERVICE, role="api")
    app = create_app(
        title="Notes",
        service=SERVICE,
        routers=[router],
        authenticator=bench.issuer.authenticator(SERVICE),
        database=away,
    )
    headers = bench.issuer.headers(SERVICE, bench.company, Role.ACCOUNTANT, subject=bench.person)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        reply = await client.post("/v1/keys", headers=headers)
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (503, "STORE_UNAVAILABLE", "2")
    await away.close()
