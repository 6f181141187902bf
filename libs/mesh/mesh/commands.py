"""A command that is sent twice takes effect once: Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).

The key is stored in the command's own transaction, with the reply; so there is a key exactly where there is an effect.
A refused command stores nothing: sent again it is judged again.
"""

import hashlib
import re
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from mesh import crash, openapi, schema
from mesh.auth import COMPANY_HEADER, Bearer, principal_of
from mesh.db import Database
from mesh.errors import Conflict, Invalid, Malformed
from mesh.principal import Principal
from mesh.transaction import Transaction

NOBODY: Final = UUID(int=0)
"""The company of a command that comes before there is one, such as a registration."""
KEY_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"^[\x21-\x7e]{1,255}$")
_PRIMARY_KEY: Final = "idempotency_pkey"
_ANSWERED: Final = """answered as (
    insert into idempotency (company_id, principal, route, key, body_sha256, status, reply, headers)
    values (:answer_company, :answer_principal, :answer_route, :answer_key, :answer_digest, :answer_status,
        :answer_body, cast(:answer_headers as jsonb)))"""


def tables(service: str) -> list[str]:
    """DDL of the stored keys with row policies and grants; a record, kept for 30 days."""
    return [
        """create table idempotency (
    company_id uuid not null, principal text not null, route text not null, key text not null,
    body_sha256 bytea not null, status int not null, reply bytea, headers jsonb not null,
    created_at timestamptz not null default now(),
    constraint idempotency_pkey primary key (company_id, principal, route, key)
)""",
        "create index idempotency_age on idempotency (created_at)",
        schema.projection_or_record("idempotency", "record"),
        *schema.tenant_policies(
            service, "idempotency", ("company_id",), api="select, insert", pipeline="select, delete"
        ),
    ]


class Replayed(Exception):
    """The command was done before; `response` is what was answered then, byte for byte."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        super().__init__("replayed")
        self._status, self._body, self._headers = status, body, headers

    def response(self) -> Response:
        """The first answer, marked as a repetition."""
        return Response(self._body, self._status, {**self._headers, "idempotent-replayed": "true"})


@dataclass(frozen=True)
class Scope:
    """In whose name a key counts."""

    company_id: UUID
    principal: str
    route: str
    """Method and path template, for example `POST /v1/orders/{order_id}/accept`."""


class Command:
    """One request that changes state.

    async with command.transaction() as tx:
        ...
        return await command.answer(tx, 201, model)
    """

    def __init__(
        self, request: Request, database: Database, scope: Scope, key: str | None, tenants: Collection[UUID] = ()
    ) -> None:
        self._request = request
        self._database = database
        self._scope = scope
        self._key = key
        self._tenants = tenants or (scope.company_id,)
        self._digest = b""
        self._answered = False

    @asynccontextmanager
    async def transaction(
        self, *, body_sha256: bytes | None = None, replan: bool = True
    ) -> AsyncGenerator[Transaction]:
        """The command's one transaction, seeing the rows of the company it acts for; `replan` as in `Database`.

        A route that streamed its body, or read a form, gives the 32 bytes of its SHA-256. With a key, `answer` must be
        called in the block.

        Raises Replayed when the command was done before, Invalid (`IDEMPOTENCY_KEY_REUSED`) when that was another one,
        Conflict (`IN_FLIGHT`, `SECRET_NOT_REPLAYED`).
        """
        if self._key is not None:
            self._digest = await self._fingerprint(body_sha256)
        try:
            async with self._database.transaction(self._tenants, replan=replan) as tx:
                if self._key is not None:
                    await self._claim(tx, self._key)
                yield tx
                if self._key is not None and not self._answered:
                    raise RuntimeError("a command with a key ended without command.answer(); nothing was committed")
                crash.site("command.before_commit")
            crash.site("command.committed")
        except IntegrityError as error:
            # The twin committed between our look and our insert; sent again, this request gets the twin's reply.
            if _PRIMARY_KEY in str(error.orig):
                raise _in_flight() from None
            raise

    async def _fingerprint(self, body_sha256: bytes | None) -> bytes:
        body = body_sha256 if body_sha256 is not None else hashlib.sha256(await self._request.body()).digest()
        url = self._request.url
        return hashlib.sha256(f"{self._request.method} {url.path}?{url.query}\n".encode() + body).digest()

    async def _claim(self, tx: Transaction, key: str) -> None:
        """Hold the key until the transaction ends; the lock never waits, so a twin in flight costs no connection."""
        row = await tx.row(
            """with held as materialized (select pg_try_advisory_xact_lock(hashtextextended(:name, 0)) as ours)
            select held.ours, i.body_sha256, i.status, i.reply, cast(i.headers as text) as headers
            from held left join idempotency i
                on i.company_id = :company and i.principal = :principal and i.route = :route and i.key = :key""",
            name=f"{self._scope.company_id} {self._scope.principal} {self._scope.route} {key}",
            company=self._scope.company_id,
            principal=self._scope.principal,
            route=self._scope.route,
            key=key,
        )
        assert row is not None
        if row["status"] is not None:
            if bytes(row["body_sha256"]) != self._digest:
                raise _reused()
            if row["reply"] is None:
                raise _secret()
            raise Replayed(row["status"], bytes(row["reply"]), orjson.loads(row["headers"]))
        if not row["ours"]:
            raise _in_flight()

    async def answer(
        self,
        tx: Transaction,
        status: int,
        model: BaseModel | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        secret: bool = False,
    ) -> Response:
        """The reply, stored in the command's transaction so that a repetition gets the same bytes.

        `secret`: only that it happened is stored; a repetition gets 409 `SECRET_NOT_REPLAYED`.
        """
        body = model.model_dump_json().encode() if model is not None else b""
        sent = dict(headers or {}) | ({"content-type": "application/json"} if body else {})
        self._answered = True
        if self._key is not None:
            stored = {
                "answer_company": self._scope.company_id,
                "answer_principal": self._scope.principal,
                "answer_route": self._scope.route,
                "answer_key": self._key,
                "answer_digest": self._digest,
                "answer_status": status,
                "answer_body": None if secret else body,
                "answer_headers": "{}" if secret else orjson.dumps(sent).decode(),
            }
            tx.parting.append((_ANSWERED, stored))
        return Response(body, status, sent)


def _reused() -> Invalid:
    return Invalid("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key came with another request; take a new one.")


def _secret() -> Conflict:
    return Conflict(
        "SECRET_NOT_REPLAYED", "It was done; its answer held a secret, which is shown once. Make a new one."
    )


def _in_flight() -> Conflict:
    return Conflict("IN_FLIGHT", "The first request with this Idempotency-Key is still under way.", retry_after=1)


def key_of(request: Request) -> str | None:
    """The key as sent. Raises Malformed (`BAD_IDEMPOTENCY_KEY`)."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not _KEY.match(key):
        raise Malformed("BAD_IDEMPOTENCY_KEY", "Idempotency-Key takes 1 to 255 visible ASCII characters.")
    return key


def route_of(request: Request) -> str:
    """Method and path template of the route that a request met."""
    route: Any = request.scope["route"]
    return f"{request.method} {route.path_format}"


OpenKey = Annotated[str | None, Header(alias=KEY_HEADER, description=openapi.HEADERS[KEY_HEADER])]


class ActingCommand(Command):
    """A command of somebody who acts for one company."""

    def __init__(self, request: Request, principal: Principal) -> None:
        scope = Scope(principal.company_id, principal.actor, route_of(request))
        super().__init__(request, request.app.state.database, scope, key_of(request), principal.tenants)
        self.principal = principal
        """Whoever sends it: a route that takes the command needs no `CurrentPrincipal` beside it."""


class _Commanding(Bearer):
    headers = (COMPANY_HEADER, KEY_HEADER)

    async def __call__(self, request: Request) -> ActingCommand:
        return ActingCommand(request, await principal_of(request))


class _CommandingWithKey(_Commanding):
    async def __call__(self, request: Request) -> ActingCommand:
        if KEY_HEADER not in request.headers:
            raise Malformed("IDEMPOTENCY_KEY_REQUIRED", "Send an Idempotency-Key, so that this takes effect once.")
        return await super().__call__(request)


async def _open_command(request: Request, _key: OpenKey = None) -> Command:
    return Command(request, request.app.state.database, Scope(NOBODY, "anybody", route_of(request)), key_of(request))


CurrentCommand = Annotated[ActingCommand, Depends(_Commanding())]
"""A route's parameter: the key is the client's choice."""
KeyedCommand = Annotated[ActingCommand, Depends(_CommandingWithKey())]
"""A route's parameter: without a key the command is refused."""
OpenCommand = Annotated[Command, Depends(_open_command)]
"""A route's parameter where nobody is signed in yet."""
