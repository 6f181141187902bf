"""`python -m registration seed FILE.json --secrets PATH`: a demo's companies, people and connections, in development.

What is there already stays as it is, so it can run at each start. Passwords and client secrets are drawn here and
written to a file that only its owner may read.
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from contracts.registration import CompanyActivated, ConnectionAccepted, ConnectionStatus, ConsentGiven, Role
from mesh import audit, outbox
from mesh.transaction import Transaction
from registration import app, states
from registration.domain import scopes
from registration.domain.company import Company
from registration.domain.unit import UnitSettings
from registration.env import Env
from registration.opaque_tokens import digest, new_token
from registration.settings import Settings
from registration.store import clients, companies, connections, people, units

_ACTOR = "system:seed"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Company(_Model):
    id: UUID
    company: Company


class _Unit(_Model):
    id: UUID
    company_id: UUID
    name: str
    settings: UnitSettings = UnitSettings()


class _Person(_Model):
    id: UUID
    email: str
    name: str
    language: str = "fr"
    roles: dict[UUID, frozenset[Role]]
    second_factor: Annotated[
        Literal["exempt", "required"], Field(description="A demo's people sign in with their password alone")
    ] = "exempt"


class _Client(_Model):
    id: str
    company_id: UUID
    name: str
    scopes: Annotated[frozenset[str], AfterValidator(scopes.checked)]


class _Connection(_Model):
    id: UUID
    supplier_id: UUID
    unit_id: UUID
    supplier_number: str | None = None


class Demo(_Model):
    """The file."""

    companies: tuple[_Company, ...]
    units: tuple[_Unit, ...]
    people: tuple[_Person, ...]
    clients: tuple[_Client, ...]
    connections: tuple[_Connection, ...]
    unlimited: Annotated[tuple[UUID, ...], Field(description="Companies that may send without a limit")]


@dataclass
class Secrets:
    """Passwords by e-mail, client secrets by client id; drawn when they are first asked for."""

    users: dict[str, str] = field(default_factory=dict[str, str])
    clients: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, path: Path) -> "Secrets":
        """Those of a file, none when there is no file."""
        if not path.exists():
            return cls()
        content: dict[str, Any] = json.loads(path.read_text())
        return cls(users=dict(content.get("users", {})), clients=dict(content.get("clients", {})))

    def write(self, path: Path) -> None:
        """Whole or not at all, mode 0600."""
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"users": self.users, "clients": self.clients}, file, indent=2)
            file.write("\n")
        fresh.replace(path)


async def seed(env: Env, demo: Demo, kept: Secrets) -> int:
    """Make what is missing and put its secrets into `kept`; returns how many things were made."""
    hashes = {each.email: await _hash(env, each, kept) for each in demo.people}
    async with env.pipeline.transaction() as tx:
        made = sum([await _company(tx, env, each) for each in demo.companies])
        made += sum([await _unit(tx, each) for each in demo.units])
        made += sum([await _person(tx, each, hashes[each.email]) for each in demo.people])
        made += sum([await _client(tx, each, kept) for each in demo.clients])
        made += sum([await _connection(tx, env, each) for each in demo.connections])
        for company_id in demo.unlimited:
            if await tx.value("select 1 from allowance where company_id = :id", id=company_id) is None:
                await states.grant(tx, company_id, None)
        if made:
            audit.note(tx, actor=_ACTOR, action="demo.seed", subject="demo", detail={"made": made})
    return made


async def _hash(env: Env, person: _Person, kept: Secrets) -> str | None:
    """A hash to store when the person's password is not the one that is kept."""
    async with env.pipeline.transaction() as tx:
        stored = await people.password_hash(tx, person.id)
    password = kept.users.setdefault(person.email, secrets.token_urlsafe(12))
    return None if await env.passwords.verify(password, stored) else await env.passwords.hash(password)


async def _company(tx: Transaction, env: Env, each: _Company) -> bool:
    if not await companies.insert(tx, each.id, each.company):
        return False
    if not await companies.claim(tx, each.id, each.company.account_keys()):
        raise ValueError(f"{each.company.legal_name}: another account has its identifiers")
    await companies.confirm(tx, each.id, _ACTOR)
    await states.company(tx, each.id)
    outbox.emit(tx, CompanyActivated(company_id=each.id, at=env.clock.now()), subject=each.id, tenant=each.id)
    return True


async def _unit(tx: Transaction, each: _Unit) -> bool:
    made = await units.insert(tx, each.id, each.company_id, each.name, each.settings)
    if made:
        await states.unit(tx, each.id)
    return made


async def _person(tx: Transaction, each: _Person, hashed: str | None) -> bool:
    made = await people.insert(tx, each.id, email=each.email, name=each.name, language=each.language)
    if hashed is not None:
        await people.set_password(tx, each.id, hashed)
    await people.exempt(tx, each.id, exempt=each.second_factor == "exempt")
    if made:
        for company_id, roles in each.roles.items():
            await people.set_roles(tx, each.id, company_id, roles)
        await states.user(tx, each.id, revoked=False)
    return made


async def _client(tx: Transaction, each: _Client, kept: Secrets) -> bool:
    made = await clients.insert(tx, each.id, each.company_id, name=each.name, scopes=sorted(each.scopes))
    secret = kept.clients.setdefault(each.id, new_token())
    if await clients.authenticate(tx, each.id, digest(secret)) is None:
        await clients.add_secret(tx, each.id, each.company_id, digest(secret))
    if made:
        await states.company(tx, each.company_id)
    return made


async def _connection(tx: Transaction, env: Env, each: _Connection) -> bool:
    buyer_id = await tx.value("select company_id from unit where id = :id", id=each.unit_id)
    if buyer_id is None:
        raise ValueError(f"connection {each.id}: there is no unit {each.unit_id}")
    now = env.clock.now()
    made = await connections.insert(
        tx,
        each.id,
        supplier_id=each.supplier_id,
        buyer_id=buyer_id,
        unit_id=each.unit_id,
        status=ConnectionStatus.ACTIVE,
        since=now,
        supplier_number=each.supplier_number,
        consent=True,
    )
    if made:
        await states.connection(tx, each.id)
        ids = {"connection_id": each.id, "supplier_id": each.supplier_id, "buyer_id": buyer_id}
        outbox.emit(
            tx, ConnectionAccepted(**ids, unit_id=each.unit_id, at=now), subject=each.id, tenant=each.supplier_id
        )
        outbox.emit(tx, ConsentGiven(**ids, at=now), subject=each.id, tenant=each.supplier_id)
    return made


async def _run(demo: Demo, path: Path) -> int:
    settings = Settings()  # pyright: ignore[reportCallIssue] - the environment gives the arguments
    if settings.environment != "development":
        sys.stderr.write("registration seed: only where REGISTRATION_ENVIRONMENT is development\n")
        return 2
    env = app.environment(settings)
    kept = Secrets.of(path)
    try:
        made = await seed(env, demo, kept)
    finally:
        await env.api.close()
        await env.pipeline.close()
        await env.objects.close()
    kept.write(path)
    sys.stdout.write(f"{made} made, the rest was there; secrets in {path}\n")
    return 0


def main(argv: Sequence[str]) -> int:
    """Ends with 0, or with 2 and what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m registration seed", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--secrets", type=Path, required=True, help="where passwords and client secrets are kept")
    arguments = parser.parse_args(argv)
    try:
        demo = Demo.model_validate_json(arguments.file.read_bytes())
    except (OSError, ValidationError) as error:
        sys.stderr.write(f"registration seed: {arguments.file}: {error}\n")
        return 2
    return asyncio.run(_run(demo, arguments.secrets))
