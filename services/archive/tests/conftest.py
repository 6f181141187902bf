"""Time-stamping authorities of several generations, and an archive over a database of its own that they stamp for."""

import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

import archive
from archive.api import ROUTERS
from archive.domain.evidence.trust import Trust
from archive.env import Env
from archive.handlers import handlers
from archive.keys import LogKey
from archive.numbering import number_entries
from archive.testing import Generation, Outside
from archive.timestamping import TimeStamping
from contracts.envelope import Envelope
from contracts.facts import Fact
from contracts.ids import new_id
from contracts.invoices import InvoiceSealed, InvoiceSubmitted, Kind
from contracts.money import Totals
from contracts.registration import Role
from contracts.topics import WRITERS
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from mesh.hop import Hop
from mesh.http import create_app
from mesh.records import RawRecord
from mesh.sequencer import Sequencer
from mesh.testing import FrozenClock, MemoryObjects
from mesh.testing_tokens import TokenIssuer
from mesh.vault import Vault

__all__ = ["infra"]

YEAR = timedelta(days=365)
PERSON = UUID(int=1)


@pytest.fixture(scope="session")
def began() -> datetime:
    """When the story of a test begins."""
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def generation() -> Callable[[str, datetime, float], Generation]:
    """Makes an authority of a name, from a moment on, whose unit is good for some years."""
    return Generation


@pytest.fixture(scope="session")
def trusting() -> Callable[..., Trust]:
    """What a verifier trusts: the roots of all generations."""
    return lambda *generations: Trust(tuple(each.root.certificate for each in generations))


@dataclass
class Desk:
    """A running archive, fed with facts as its consumer would feed it."""

    env: Env
    hop: Hop
    client: httpx.AsyncClient
    tokens: TokenIssuer
    clock: FrozenClock
    objects: MemoryObjects
    outside: Outside
    dsn: str
    supplier: UUID = field(default_factory=new_id)
    buyer: UUID = field(default_factory=new_id)
    offset: int = 0

    async def learn(self, *facts: Fact) -> None:
        """Facts arrive, all in one batch; what they leave is numbered."""
        records = [self._record(fact) for fact in facts]
        place = (records[0].topic, 0)
        async with self.env.pipeline.transaction() as tx:
            await tx.execute(
                """insert into position values ('archive', :topic, 0, :offset)
                on conflict (consumer, topic, part) do update set next_offset = :offset""",
                topic=place[0],
                offset=records[0].offset,
            )
        await self.hop.take(records, {place: records[0].offset})
        while await self.number():
            pass

    async def number(self) -> int | None:
        """One step of the archive's sequencer."""
        return await Sequencer(self.env.pipeline, "entries", lambda tx: number_entries(tx, self.env)).once()

    def _record(self, fact: Fact) -> RawRecord:
        invoice = str(getattr(fact, "invoice_id", new_id()))
        identifier = new_id()
        of = Envelope(
            id=identifier,
            type=fact.event_type(),
            source=f"/svc/{WRITERS.get(fact.type_name, 'validation')}",
            subject=invoice,
            time=datetime.now(UTC),
            data_schema=fact.data_schema(),
            partition_key=invoice,
            sequence=1,
            tenant=invoice,
            correlation_id=identifier,
        )
        self.offset += 1
        return RawRecord(fact.topic, 0, self.offset - 1, invoice, tuple(of.headers()), fact.model_dump_json().encode())

    async def archive(self, *numbers: str, **changed: Any) -> list[InvoiceSealed]:
        """Invoices of these numbers are submitted, sealed, deposited and numbered."""
        sealed = [fact for number in numbers for fact in await self.sealed(number, **changed)]
        await self.learn(*sealed)
        return [fact for fact in sealed if isinstance(fact, InvoiceSealed)]

    async def sealed(self, number: str, **changed: Any) -> tuple[InvoiceSubmitted, InvoiceSealed]:
        """The facts of one invoice, whose documents are stored."""
        of: dict[str, Any] = {"invoice_id": new_id(), "submission_id": new_id(), "unit_id": new_id()}
        of |= {"supplier_id": self.supplier, "buyer_id": self.buyer}
        put = self.objects.put
        xml, legal = changed.pop("xml", f"<Invoice>{number}</Invoice>"), changed.pop("legal", True)
        pdf = changed.pop("pdf", f"%PDF {number}".encode())
        document = await put("documents", f"xml/{new_id()}", xml.encode(), "application/xml")
        original = await put("documents", f"sealed/{new_id()}.pdf", pdf, "application/pdf")
        totals = Totals(currency="EUR", net=Decimal(100), vat=Decimal(20), gross=Decimal(120), due=Decimal(120))
        submitted: dict[str, Any] = {
            **of,
            "document": document,
            "attempt": 1,
            "number": number,
            "kind": Kind.INVOICE,
            "issue_date": self.clock.today("Europe/Paris"),
            "totals": totals,
            "supplier_country": "FR",
            "buyer_country": "FR",
            "submitted_at": self.clock.now(),
        }
        sealed = InvoiceSealed(
            **of,
            document=document,
            original=original,
            level="B-LTA",
            certificate_sha256="0" * 64,
            legal=legal,
            sealed_at=self.clock.now(),
        )
        return InvoiceSubmitted(**submitted | changed), sealed

    def who(self, company: UUID | None = None, *roles: Role) -> dict[str, str]:
        """The headers of somebody of a company, the supplier's accountant without further words."""
        return self.tokens.headers("archive", company or self.supplier, *(roles or (Role.ACCOUNTANT,)), subject=PERSON)

    def operator(self, person: UUID = PERSON) -> dict[str, str]:
        """The headers of an operator."""
        return self.tokens.headers("archive", UUID(int=9), Role.OPERATOR, subject=person)


@pytest.fixture
async def desk(infra: Infra) -> AsyncGenerator[Desk]:
    """An archive with nothing in it; the first authority stamps for it."""
    async with fresh_database(infra, "archive", Path(archive.__file__).parent / "migrations") as fresh:
        api = Database(SecretStr(fresh.dsn("api")), service="archive", role="api")
        pipeline = Database(SecretStr(fresh.dsn("pipeline")), service="archive", role="pipeline")
        clock, issuer, objects = FrozenClock(datetime(2026, 3, 2, 9, tzinfo=UTC)), TokenIssuer(), MemoryObjects()
        outside = Outside(clock)
        outside.generations["First"] = first = Generation("First", clock.now() - timedelta(days=1), 5)
        stamps = TimeStamping(
            ["http://tsa.test/First", "http://tsa.test/Second", "http://tsa.test/Third"],
            Trust((first.root.certificate,)),
            httpx.AsyncClient(transport=outside),
            5,
        )
        key = LogKey(pipeline, Vault([os.urandom(32)]))
        env = Env(api, pipeline, objects, key, clock, 3653, 366, stamps)
        app = create_app(
            title="Navette archive",
            service="archive",
            routers=ROUTERS,
            authenticator=issuer.authenticator("archive"),
            database=api,
            state={"env": env},
        )
        hop = Hop(pipeline, "archive", handlers, env)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://navette.test") as client:
            yield Desk(env, hop, client, issuer, clock, objects, outside, fresh.superuser_dsn)
        await api.close()
        await pipeline.close()
