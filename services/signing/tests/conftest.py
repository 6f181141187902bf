"""Invoices to print and seal, and a seal PKI with its authority, all in this process."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from contracts.ids import new_id
from contracts.invoices import InvoiceValidated
from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from local_stack.pki.authorities import create
from local_stack.pki.layout import AUTHORITIES, Layout, Name
from local_stack.pki.transport import PkiTransport, Poster
from mesh.db import Database
from mesh.testing import FrozenClock, MemoryObjects
from signing.credentials import load_pem
from signing.domain.parties import Look
from signing.domain.policy import SealPolicy
from signing.domain.rendering import Appearance, OriginalXml, Printed
from signing.env import Env
from signing.hand_over import HandOver
from signing.keyring import KeyRing
from signing.renderer.direct import DirectRenderer, print_invoice
from signing.renderer.typeset import TypstRenderer
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.inspector import Inspector
from signing.sealer.pades import PyHankoSealer
from signing.sealer.revocation import RevocationCache


def _party(name: str, vat: str, siren: str, street: str, post_code: str, city: str) -> dict[str, Any]:
    return {
        "name": name,
        "legal_registration": {"value": siren, "scheme": "0002"},
        "vat_identifier": vat,
        "electronic_address": {"value": siren, "scheme": "0225"},
        "address": {"line_one": street, "post_code": post_code, "city": city, "country": "FR"},
    }


SELLER = _party(
    "Ateliers Müller & Fils SARL", "FR32123456782", "123456782", "12 rue de l’Église", "67000", "Strasbourg"
)
BUYER = _party(
    "Grande Distribution Européenne SA", "FR76987654324", "987654324", "1 avenue du Général-Leclerc", "75014", "Paris"
)
NOTES = [
    {"subject": "PMT", "text": "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €."},
    {"subject": "PMD", "text": "Pénalités de retard : trois fois le taux d’intérêt légal."},
    {"subject": "AAB", "text": "Aucun escompte n’est accordé pour paiement anticipé."},
]
ITEMS = (
    "Palier à semelle fonte, alésage 40 mm",
    "Roulement rigide à billes 6208-2RS1",
    "Joint torique NBR 70 – 38 × 3,5",
    "Arbre rectifié Ø 40 h6, longueur 1 200 mm",
    "Vis CHC M10 × 35, classe 12.9, zinguée",
    "Courroie trapézoïdale SPB 2500",
    "Graisse haute température, cartouche 400 g",
    "Poulie SPB 2 gorges Ø 250, moyeu amovible",
    "Capteur inductif M18, PNP, portée 8 mm",
    "Câble moteur blindé 4 G 1,5 mm², le mètre",
)


def plain_invoice(lines: int = 10, **changes: Any) -> Invoice:
    """An ordinary French invoice with one VAT rate."""
    rows = [_line(number) for number in range(1, lines + 1)]
    net = sum((Decimal(row["net_amount"]) for row in rows), Decimal(0))
    tax = (net * Decimal("0.2")).quantize(Decimal("0.01"))
    content: dict[str, Any] = {
        "number": "FA-2026-000412",
        "issue_date": "2026-11-20",
        "type_code": "380",
        "currency": "EUR",
        "due_date": "2026-12-20",
        "order_reference": "PO-4711-2026",
        "buyer_reference": "SERVICE-ACHATS-12",
        "process": {"business_process": "B1"},
        "notes": NOTES,
        "seller": SELLER
        | {
            "trading_name": "Müller Composants",
            "legal_information": "SARL au capital de 250 000 € – RCS Strasbourg B 123 456 782 – APE 2511Z",
            "contact": {
                "name": "Service facturation",
                "telephone": "+33 3 88 00 00 00",
                "email": "factures@ateliers-muller.example",
            },
        },
        "buyer": BUYER,
        "delivery": {"date": date(2026, 11, 18)},
        "payment": {
            "means": [
                {
                    "code": "58",
                    "credit_transfer": {
                        "account": "FR7630006000011234567890189",
                        "account_name": "Ateliers Müller & Fils",
                        "provider": "AGRIFRPP",
                    },
                }
            ],
            "remittance_information": "FA-2026-000412",
        },
        "payment_terms": "Paiement à 30 jours date de facture.",
        "vat_breakdown": [{"taxable_amount": net, "tax_amount": tax, "category": {"code": "S", "rate": "20"}}],
        "totals": {
            "line_net_amount": net,
            "net_amount": net,
            "vat_amount": tax,
            "gross_amount": net + tax,
            "due_amount": net + tax,
        },
        "lines": rows,
    }
    return Invoice.model_validate(content | changes)


def _line(number: int) -> dict[str, Any]:
    quantity, price = Decimal(1 + 7 * (number - 1) % 23), Decimal("4.20") + Decimal("42.55") * (number % 11)
    return {
        "identifier": str(number),
        "quantity": quantity,
        "unit": "MTR" if number % 10 == 0 else "H87",
        "price": {"net": price},
        "net_amount": (quantity * price).quantize(Decimal("0.01")),
        "vat": {"code": "S", "rate": "20"},
        "item": {"name": ITEMS[(number - 1) % len(ITEMS)], "seller_identifier": f"MC-{40200 + 17 * (number - 1)}"},
    }


@pytest.fixture
def invoice() -> Invoice:
    return plain_invoice()


@dataclass(frozen=True)
class SealPki:
    """A seal PKI in this process: its files, and the transport that answers for it."""

    layout: Layout
    transport: PkiTransport

    def trusted(self) -> list[bytes]:
        return [pem_der(self.layout.trust.read_bytes())]

    def issuers(self) -> list[bytes]:
        return [pem_der(self.layout.certificate(name).read_bytes()) for name in AUTHORITIES]


def pem_der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return create(tmp_path_factory.mktemp("seal-pki"), "http://pki.test")


@pytest.fixture
def pki(layout: Layout) -> SealPki:
    return SealPki(layout, PkiTransport(layout, aliases={"/spare": "/tsa"}))


@pytest.fixture
def revocable_pki(tmp_path: Path) -> SealPki:
    """One of its own, for tests that revoke."""
    layout = create(tmp_path / "pki", "http://pki.test")
    return SealPki(layout, PkiTransport(layout))


class KnownParties:
    """Looks and consents that a test sets."""

    def __init__(self) -> None:
        self.looks: dict[UUID, Look] = {}
        self.agreeing: set[UUID] = set()

    async def look(self, company_id: UUID) -> Look:
        return self.looks.get(company_id, Look())

    async def agrees_to_verification(self, unit_id: UUID) -> bool:
        return unit_id in self.agreeing


MakeSealer = Callable[..., Awaitable[DirectSealer]]
ROOM = 9_000
"""Bytes for a seal, more than the local authorities' take."""


@pytest.fixture
async def make_sealer() -> AsyncIterator[MakeSealer]:
    """`make_sealer(pki, "/tsa", …)`: a sealer over such a PKI, asking these authorities in turn."""
    async with AsyncExitStack() as until_the_end:

        async def make(pki: SealPki, *paths: str) -> DirectSealer:
            client = await until_the_end.enter_async_context(httpx.AsyncClient(transport=pki.transport))
            stampers = [
                TimeStampAuthority(f"http://pki.test{path}", Poster(pki.transport)) for path in paths or ("/tsa",)
            ]
            key, authorities = (
                load_pem(pki.layout.key(Name.SEAL), pki.layout.seal_chain),
                TimeStampAuthorities(stampers),
            )
            revocation = RevocationCache(client, pki.issuers())
            other = PyHankoSealer(key, authorities, revocation, pki.trusted())
            sealer = DirectSealer(key, authorities, revocation, other)
            until_the_end.callback(sealer.close)
            return sealer

        yield make


@pytest.fixture(scope="session")
def typst() -> Iterator[TypstRenderer]:
    """The renderer for every script."""
    renderer = TypstRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def renderer(typst: TypstRenderer) -> DirectRenderer:
    """The renderer as the service has it."""
    return DirectRenderer(typst, lambda: ROOM)


@pytest.fixture(scope="session", params=[ROOM, 0], ids=["direct", "reference"])
def rendered(request: pytest.FixtureRequest) -> tuple[Printed, bytes]:
    """An unsealed original and its XML: with room for the direct seal, and without, for the reference path."""
    invoice = plain_invoice()
    xml = write_invoice(invoice)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return print_invoice(invoice, OriginalXml(xml), Appearance(), at=at, room=request.param), xml


@pytest.fixture
async def make_env(renderer: DirectRenderer, make_sealer: MakeSealer, pki: SealPki) -> Callable[[], Awaitable[Env]]:
    """signing's adapters: the real renderer and sealer, objects in memory, no database."""

    async def make() -> Env:
        key = load_pem(pki.layout.key(Name.SEAL), pki.layout.seal_chain)
        nowhere, ring = cast(Database, None), KeyRing()
        ring.put(None, await make_sealer(pki), (key.certificate, *key.chain))
        return Env(
            api=nowhere,
            pipeline=nowhere,
            objects=MemoryObjects(),
            renderer=renderer,
            keys=ring,
            hand_over=HandOver(pki.trusted(), seconds=0),
            parties=KnownParties(),
            policy=SealPolicy(),
            verify_url="https://navette.example/v/",
            inspector=Inspector(pki.layout.trust),
            strangers_inspector=Inspector(pki.layout.trust),
            source_inspector=Inspector(pki.layout.trust),
            revocation=RevocationCache(httpx.AsyncClient(transport=pki.transport), pki.issuers()),
            clock=FrozenClock(),
        )

    return make


@pytest.fixture
def make_fact() -> Callable[[Env, bytes], Awaitable[InvoiceValidated]]:
    """`make_fact(env, xml)`: validation's fact about these bytes, which stand in the store."""

    async def make(env: Env, xml: bytes) -> InvoiceValidated:
        sha256 = hashlib.sha256(xml).hexdigest()
        document = await env.objects.put("documents", f"invoices/{sha256}", xml, "application/xml")
        return InvoiceValidated(
            invoice_id=new_id(),
            supplier_id=new_id(),
            buyer_id=new_id(),
            unit_id=new_id(),
            submission_id=new_id(),
            document=document,
            document_sha256=sha256,
            rule_sets=(),
            supplier_country="FR",
            buyer_country="FR",
            validated_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        )

    return make


@pytest.fixture
def many_lines() -> Callable[[int], Invoice]:
    """`many_lines(120)`: an ordinary invoice with so many lines."""
    return plain_invoice
