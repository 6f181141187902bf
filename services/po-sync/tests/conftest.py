"""po-sync over a fresh schema and the real object store, fed with facts as its consumer would feed it."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

import po_sync
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import derived_id, new_id
from contracts.registration import (
    Address,
    CompanyState,
    ConnectionState,
    ConnectionStatus,
    Identifier,
    Role,
    UnitState,
)
from contracts.topics import WRITERS
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.hop import Hop
from mesh.http import create_app
from mesh.objects import MinioObjects
from mesh.records import RawRecord
from mesh.sequencer import Sequencer
from mesh.testing import FrozenClock
from mesh.testing_tokens import TokenIssuer
from po_sync import jobs
from po_sync.api import ROUTERS
from po_sync.env import Env
from po_sync.handlers import handlers
from rules.checker import AsyncChecker

__all__ = ["infra"]
MIGRATIONS = Path(po_sync.__file__).parent / "migrations"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SUPPLIER_SIREN = "732829320"
BUYER_SIREN = "552100554"


def record(fact: Fact, offset: int, key: str) -> RawRecord:
    """The record that a service's publisher would have sent."""
    identifier = new_id()
    envelope = Envelope(
        id=identifier,
        type=fact.event_type(),
        source=f"/svc/{WRITERS[fact.type_name]}",
        subject=key,
        time=datetime.now(UTC),
        data_schema=fact.data_schema(),
        partition_key=key,
        sequence=offset + 1,
        tenant=key,
        correlation_id=identifier,
    )
    return RawRecord(fact.topic, 0, offset, key, tuple(envelope.headers()), fact.model_dump_json().encode())


def company(company_id: UUID, name: str, siren: str, *, supplier: bool) -> CompanyState:
    """A French company with a SIREN, a SIRET and a VAT number."""
    return CompanyState(
        company_id=company_id,
        revision=1,
        active=True,
        legal_name=name,
        country="FR",
        vat_id=f"FR32{siren}",
        legal_id=Identifier(scheme="0002", value=siren),
        identifiers=(Identifier(scheme="0009", value=f"{siren}00015"),),
        address=Address(country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=supplier,
        buyer=not supplier,
    )


@dataclass
class Desk:
    """A buyer's ERP and a supplier in front of po-sync."""

    env: Env
    hop: Hop
    client: httpx.AsyncClient
    tokens: TokenIssuer
    waiting_orders: Sequencer
    supplier: UUID = field(default_factory=new_id)
    buyer: UUID = field(default_factory=new_id)
    unit: UUID = field(default_factory=new_id)
    offset: int = 0
    dsn: str = ""
    store: tuple[str, str, str] = ("", "", "")

    def life(self, **told: Any) -> str:
        """What a process of its own needs to work on this desk's database."""
        place = {"pipeline": self.dsn, "endpoint": self.store[0], "keys": self.store[1:], "now": NOW.isoformat()}
        return json.dumps(place | told)

    async def learn(self, *facts: Fact) -> None:
        """Facts arrive, one after the other."""
        for fact in facts:
            key = str(getattr(fact, "invoice_id", None) or new_id())
            found = record(fact, self.offset, key)
            async with self.env.pipeline.transaction() as tx:
                await tx.execute(
                    """insert into position values ('po-sync', :topic, 0, :offset)
                    on conflict (consumer, topic, part) do update set next_offset = :offset""",
                    topic=fact.topic,
                    offset=self.offset,
                )
            await self.hop.take([found], {(fact.topic, 0): self.offset})
            self.offset += 1

    async def know_buyer(self) -> None:
        """The buyer and its only unit become known."""
        await self.learn(
            company(self.buyer, "Acme France", BUYER_SIREN, supplier=False),
            UnitState(
                unit_id=self.unit, company_id=self.buyer, revision=1, name="Siège", support_contact="ap@acme.example"
            ),
        )

    async def know_supplier(self) -> None:
        """The supplier becomes known."""
        await self.learn(company(self.supplier, "Menuiserie Dupont", SUPPLIER_SIREN, supplier=True))

    async def connect(self, revision: int = 1, ready_state: str = "none") -> None:
        """Supplier and unit are connected; `ready_state`: how far the buyer's notice is."""
        await self.learn(
            ConnectionState(
                connection_id=derived_id(self.unit, "desk", "connection"),
                revision=revision,
                supplier_id=self.supplier,
                buyer_id=self.buyer,
                unit_id=self.unit,
                status=ConnectionStatus.ACTIVE,
                since=NOW,
                ready_state=ready_state,
            )
        )

    async def settle_in(self) -> None:
        """Everybody is known and connected."""
        await self.know_buyer()
        await self.know_supplier()
        await self.connect()

    async def merge(self, *, supplier: bool = False) -> UUID:
        """The buyer's account, or the supplier's, becomes part of another one, to which unit and connection go; returns
        that one.
        """
        kept = new_id()
        names = ("Menuiserie Dupont", SUPPLIER_SIREN) if supplier else ("Acme France", BUYER_SIREN)
        gone = company(self.supplier if supplier else self.buyer, *names, supplier=supplier)
        newer = company(kept, names[0], "130025265", supplier=supplier)
        identifiers = (*newer.identifiers, *gone.identifiers)
        await self.learn(
            gone.model_copy(update={"revision": 2, "active": False, "merged_into": kept}),
            newer.model_copy(update={"merged": (gone.company_id,), "identifiers": identifiers}),
        )
        if supplier:
            await replace(self, supplier=kept).connect()
        else:
            await self.learn(UnitState(unit_id=self.unit, company_id=kept, revision=2, name="Siège"))
            await replace(self, buyer=kept).connect()
        return kept

    def erp(self, company_id: UUID | None = None, *merged: UUID) -> dict[str, str]:
        """Headers of the machine client of the buyer, or of a company that some accounts became part of."""
        acting = company_id or self.buyer
        scopes = ("orders:read", "orders:write", "receipts:write")
        claims = {"merged": {str(acting): [str(one) for one in merged]}} if merged else {}
        token = self.tokens.token("po-sync", {acting: ()}, subject="erp-1", kind="client", scopes=scopes, claims=claims)
        return {"authorization": f"Bearer {token}", "navette-company": str(acting)}

    def seller(self) -> dict[str, str]:
        """Headers of a person of the supplier."""
        return self.tokens.headers("po-sync", self.supplier, Role.ACCOUNTANT, subject=new_id())

    SIREN: ClassVar[str] = SUPPLIER_SIREN

    def member(self, memberships: Mapping[UUID, tuple[Role, ...]], company_id: UUID) -> dict[str, str]:
        """Headers of a person of several companies who acts for one of them."""
        token = self.tokens.token("po-sync", memberships, subject=new_id())
        return {"authorization": f"Bearer {token}", "navette-company": str(company_id)}

    def stranger(self) -> dict[str, str]:
        """Headers of a person of another company."""
        return self.tokens.headers("po-sync", new_id(), Role.ADMINISTRATOR, subject=new_id())

    async def facts_sent(self, type_name: str) -> list[dict[str, Any]]:
        """Payloads in the outbox of one type, in their order."""
        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select convert_from(payload, 'utf8')::jsonb payload from outbox
                where headers ->> 'ce_type' = :type order by seq""",
                type=f"navette.{type_name}.v1",
            )
        return [row["payload"] for row in rows]


@pytest.fixture
async def desk(infra: Infra) -> AsyncGenerator[Desk]:
    service = "po-sync"
    async with fresh_database(infra, service, MIGRATIONS) as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service=service, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=service, role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys(service))
        checker = AsyncChecker()
        env = Env(
            api=api,
            pipeline=pipeline,
            objects=objects,
            clock=FrozenClock(NOW),
            checker=checker,
        )
        tokens = TokenIssuer()
        app = create_app(
            title="test",
            service=service,
            routers=ROUTERS,
            authenticator=tokens.authenticator(service),
            database=api,
            state={"env": env},
        )
        hop = Hop(pipeline, service, handlers, env)
        try:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://po-sync") as client:
                store = (infra.s3_endpoint, *infra.s3_keys(service))
                yield Desk(env, hop, client, tokens, jobs.waiting_orders(env), dsn=fresh.dsn("pipeline"), store=store)
        finally:
            await checker.close()
            await objects.close()
            await api.close()
            await pipeline.close()
