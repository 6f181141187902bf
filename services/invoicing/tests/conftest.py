"""Invoicing over a fresh schema and the real object store, fed with facts as its consumer would feed it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

import invoicing
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import new_id, order_line_id
from contracts.invoices import InvoiceEliminated
from contracts.orders import OrderPublished, ReceiptRecorded, ReceivedLine
from contracts.refs import DocumentRef
from contracts.registration import (
    Address,
    CompanyState,
    ConnectionState,
    ConnectionStatus,
    GrantState,
    Identifier,
    Role,
    UnitState,
)
from contracts.topics import WRITERS
from documents.item import Item, Price
from documents.order import Order, OrderLine
from documents.party import Party
from documents.vat import VatCategory
from invoicing.api import ROUTERS
from invoicing.env import Env
from invoicing.handlers import handlers
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.hop import Hop
from mesh.http import create_app
from mesh.objects import MinioObjects, ObjectMissing
from mesh.records import RawRecord
from mesh.testing import FrozenClock
from mesh.testing_tokens import TokenIssuer

__all__ = ["infra"]
MIGRATIONS = Path(invoicing.__file__).parent / "migrations"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def record(fact: Fact, source: str, offset: int, key: str) -> RawRecord:
    """The record that a service's publisher would have sent."""
    identifier = new_id()
    envelope = Envelope(
        id=identifier,
        type=fact.event_type(),
        source=f"/svc/{source}",
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
    """A French company."""
    return CompanyState(
        company_id=company_id,
        revision=1,
        active=True,
        legal_name=name,
        country="FR",
        vat_id=f"FR32{siren}",
        legal_id=Identifier(scheme="0002", value=siren),
        electronic_address=Identifier(scheme="0225", value=siren),
        address=Address(line_one="1 rue de la Paix", postal_code="75002", city="Paris", country="FR"),
        time_zone="Europe/Paris",
        language="fr",
        supplier=supplier,
        buyer=not supplier,
    )


@dataclass
class Desk:
    """A supplier and a buyer who are connected, invoicing between them, and a way to feed it facts."""

    env: Env
    hop: Hop
    client: httpx.AsyncClient
    tokens: TokenIssuer
    clock: FrozenClock
    app: FastAPI
    supplier: UUID = field(default_factory=new_id)
    buyer: UUID = field(default_factory=new_id)
    unit: UUID = field(default_factory=new_id)
    connection: UUID = field(default_factory=new_id)
    offset: int = 0

    async def learn(self, *facts: Fact, source: str = "") -> None:
        """Facts arrive, one after the other."""
        for fact in facts:
            await self.take(self._record(fact, self.offset, source))

    async def learn_at_once(self, *facts: Fact) -> None:
        """Facts of one topic arrive, read as one batch."""
        await self.take(*(self._record(fact, self.offset + place) for place, fact in enumerate(facts)))

    def _record(self, fact: Fact, offset: int, source: str = "") -> RawRecord:
        key = str(getattr(fact, "invoice_id", None) or getattr(fact, "order_id", None) or new_id())
        return record(fact, source or WRITERS.get(fact.type_name, "validation"), offset, key)

    async def take(self, *records: RawRecord) -> None:
        """Records arrive at their place."""
        found = records[0]
        place = (found.topic, found.partition)
        async with self.env.pipeline.transaction() as tx:
            await tx.execute(
                """insert into position values ('invoicing', :topic, 0, :offset)
                on conflict (consumer, topic, part) do update set next_offset = :offset""",
                topic=found.topic,
                offset=found.offset,
            )
        await self.hop.take(records, {place: found.offset})
        self.offset += len(records)

    async def settle_in(self, **unit: Any) -> None:
        """Both companies, the unit and their connection become known."""
        since = datetime(2026, 1, 1, tzinfo=UTC)
        await self.learn(
            company(self.supplier, "Menuiserie Dupont", "732829320", supplier=True),
            company(self.buyer, "Acme France", "552100554", supplier=False),
            UnitState(unit_id=self.unit, company_id=self.buyer, revision=1, name="Siège", **unit),
            ConnectionState(
                connection_id=self.connection,
                revision=1,
                supplier_id=self.supplier,
                buyer_id=self.buyer,
                unit_id=self.unit,
                status=ConnectionStatus.ACTIVE,
                since=since,
                consent=True,
            ),
        )

    async def connection_becomes(self, status: ConnectionStatus, *, revision: int, consent: bool, **terms: Any) -> None:
        """The connection changes."""
        fact = ConnectionState(
            connection_id=self.connection,
            revision=revision,
            supplier_id=self.supplier,
            buyer_id=self.buyer,
            unit_id=self.unit,
            status=status,
            since=NOW,
            consent=consent,
            **terms,
        )
        await self.learn(fact)

    async def grant(self, allowance: int) -> None:
        """The supplier may send so many."""
        await self.learn(GrantState(company_id=self.supplier, revision=self.offset, allowance=allowance))

    async def order(
        self, number: str = "PO-1", *quantities: int, order_id: UUID | None = None, revision: int = 1, **terms: Any
    ) -> UUID:
        """The buyer publishes an order with lines 10, 20 … of these quantities at 12.50 each."""
        identifier = order_id or new_id()
        lines = tuple(
            OrderLine(
                identifier=str(10 * (index + 1)),
                quantity=Decimal(quantity),
                unit="C62",
                net_amount=Decimal("12.50") * quantity,
                price=Price(net=Decimal("12.50")),
                vat=VatCategory(code="S", rate=Decimal(20)),
                item=Item(name=f"Item {index + 1}"),
            )
            for index, quantity in enumerate(quantities or (100,))
        )
        content = Order(
            number=number,
            revision=revision,
            issue_date=date(2026, 11, 1),
            currency="EUR",
            payment_terms="30 jours",
            buyer=Party(name="Acme France"),
            seller=Party(name="Menuiserie Dupont"),
            lines=lines,
            **terms,
        )
        data = content.model_dump_json().encode()
        document = await self.env.objects.put("documents", f"tests/{new_id()}", data, "application/json")
        fact = OrderPublished(
            order_id=identifier,
            buyer_id=self.buyer,
            supplier_id=self.supplier,
            unit_id=self.unit,
            number=number,
            revision=revision,
            currency="EUR",
            issue_date=content.issue_date,
            document=document,
        )
        await self.learn(fact)
        return identifier

    async def sent_with(self, order: str, number: str, **files: bytes) -> dict[str, Any]:
        """The fact of an invoice of a new order that was sent with these PDF files."""
        asked = {"order_id": str(await self.order(order, 10)), "document": {"number": number}}
        made = (await self.client.post("/v1/invoices", json=asked, headers=self.seller())).json()
        for name, content in files.items():
            params = {"invoice_id": made["id"], "name": f"{name}.pdf"}
            headers = self.seller() | {"content-type": "application/octet-stream"}
            kept = await self.client.post("/v1/attachments", params=params, content=content, headers=headers)
            assert kept.status_code == 201, kept.text
        sent = await self.client.post(f"/v1/invoices/{made['id']}/submit", headers=self.seller())
        assert sent.status_code == 202, sent.text
        return next(fact for fact in await self.facts_sent("invoice.submitted") if fact["invoice_id"] == made["id"])

    async def eliminate(self, sent: dict[str, Any]) -> None:
        """The archive says that the original of an invoice is gone after its term."""
        names = ("invoice_id", "submission_id", "supplier_id", "buyer_id", "unit_id", "document")
        terms: dict[str, Any] = {name: sent[name] for name in names}
        terms |= {"archive_id": new_id(), "certificate_id": new_id(), "eliminated_at": self.clock.now()}
        await self.learn(InvoiceEliminated(**terms, sealed=sent["document"], document_unused=True))

    async def has(self, ref: dict[str, Any]) -> bool:
        """Whether the store has an object."""
        try:
            await self.env.objects.read(DocumentRef.model_validate(ref))
        except ObjectMissing:
            return False
        return True

    async def receipt(self, order_id: UUID, line: str, quantity: int) -> ReceiptRecorded:
        """The buyer says what arrived."""
        fact = ReceiptRecorded(
            order_id=order_id,
            buyer_id=self.buyer,
            supplier_id=self.supplier,
            unit_id=self.unit,
            receipt_id=new_id(),
            number=f"GR-{self.offset}",
            received_on=date(2026, 11, 2),
            lines=(ReceivedLine(order_line_id=order_line_id(order_id, line), quantity=Decimal(quantity)),),
        )
        await self.learn(fact)
        return fact

    async def merge(self, *, supplier: bool, **terms: Any) -> UUID:
        """The supplier's account, or the buyer's, becomes part of another one, to which unit and connection go; returns
        that one. `terms` of that one.
        """
        kept = new_id()
        names = ("Menuiserie Dupont", "732829320") if supplier else ("Acme France", "552100554")
        gone = company(self.supplier if supplier else self.buyer, *names, supplier=supplier)
        newer = company(kept, names[0], "130025265", supplier=supplier)
        await self.learn(
            gone.model_copy(update={"revision": 2, "active": False, "merged_into": kept} | terms),
            newer.model_copy(update={"merged": (gone.company_id,)} | terms),
        )
        if not supplier:
            await self.learn(UnitState(unit_id=self.unit, company_id=kept, revision=2, name="Siège"))
        await self.learn(
            ConnectionState(
                connection_id=self.connection,
                revision=9,
                supplier_id=kept if supplier else self.supplier,
                buyer_id=self.buyer if supplier else kept,
                unit_id=self.unit,
                status=ConnectionStatus.ACTIVE,
                since=NOW,
                consent=True,
            )
        )
        return kept

    def of(self, company_id: UUID, *merged: UUID, role: Role = Role.ACCOUNTANT) -> dict[str, str]:
        """Headers of a person of a company that some accounts became part of."""
        claims = {"merged": {str(company_id): [str(one) for one in merged]}}
        token = self.tokens.token("invoicing", {company_id: (role,)}, subject=new_id(), claims=claims)
        return {"authorization": f"Bearer {token}", "navette-company": str(company_id)}

    def seller(self, *roles: Role) -> dict[str, str]:
        """Headers of a person of the supplier."""
        return self.tokens.headers("invoicing", self.supplier, *(roles or (Role.ACCOUNTANT,)), subject=new_id())

    def purchaser(self, *roles: Role) -> dict[str, str]:
        """Headers of a person of the buyer."""
        return self.tokens.headers("invoicing", self.buyer, *(roles or (Role.APPROVER,)), subject=new_id())

    def stranger(self) -> dict[str, str]:
        """Headers of a person of another company."""
        return self.tokens.headers("invoicing", new_id(), Role.ADMINISTRATOR, subject=new_id())

    async def facts_sent(self, type_name: str) -> list[dict[str, Any]]:
        """Payloads in the outbox of one type, in their order."""
        async with self.env.pipeline.transaction() as tx:
            rows = await tx.rows(
                """select convert_from(payload, 'utf8')::jsonb payload from outbox
                where headers ->> 'ce_type' = :type order by seq""",
                type=f"navette.{type_name}.v1",
            )
        return [row["payload"] for row in rows]

    async def line(self, order_id: UUID, line: str = "10") -> dict[str, Decimal]:
        """An order line's account."""
        async with self.env.pipeline.transaction() as tx:
            row = await tx.row("select * from order_line where id = :id", id=order_line_id(order_id, line))
        assert row is not None
        names = ("ordered", "received", "reserved", "invoiced", "crediting", "credited", "allowed")
        return {name: row[name] for name in names}


@pytest.fixture
async def desk(infra: Infra) -> AsyncGenerator[Desk]:
    service = "invoicing"
    async with fresh_database(infra, service, MIGRATIONS) as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service=service, role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service=service, role="pipeline")
        objects = MinioObjects(infra.s3_endpoint, *infra.s3_keys(service))
        clock = FrozenClock(NOW)
        env = Env(api=api, pipeline=pipeline, objects=objects, clock=clock)
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
        transport = httpx.ASGITransport(app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://invoicing") as client:
                yield Desk(env, hop, client, tokens, clock, app)
        finally:
            await objects.close()
            await api.close()
            await pipeline.close()
