"""What benches of originals stand on: the local authorities in this process, and the one-pass way to an original."""

import hashlib
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from originals import AT, OtherMachine, roots_of

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from local_stack.pki.authorities import create
from local_stack.pki.layout import Layout, Name
from local_stack.pki.transport import PkiTransport, Poster
from signing.credentials import load_pem
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml
from signing.domain.sealing import SealedDocument
from signing.renderer.direct import print_invoice
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.revocation import RevocationCache
from signing.sealer.unconfigured import UnconfiguredSealer


@dataclass(frozen=True)
class SealGround:
    """A sealer of the development PKI. What its authorities spend in this process is counted in `others`."""

    layout: Layout
    others: OtherMachine
    client: httpx.AsyncClient
    sealer: DirectSealer

    async def original(self, invoice: Invoice) -> SealedDocument:
        """From data to CII, PDF/A-3 and a B-LTA seal."""
        xml = write_invoice(invoice)
        printed = print_invoice(invoice, OriginalXml(xml), Appearance(), at=AT, room=self.sealer.room)
        return await self.sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LTA)


@asynccontextmanager
async def seal_ground(kept: Layout | None = None) -> AsyncGenerator[SealGround]:
    """With the PKI of `kept`, or a new one."""
    with tempfile.TemporaryDirectory() as folder:
        layout = kept or create(Path(folder), "http://pki.test")
        others = OtherMachine(PkiTransport(layout))
        async with httpx.AsyncClient(transport=others) as client:
            key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
            authorities = TimeStampAuthorities([TimeStampAuthority("http://pki.test/tsa", Poster(others))])
            revocation = RevocationCache(client, roots_of(layout))
            yield SealGround(layout, others, client, DirectSealer(key, authorities, revocation, UnconfiguredSealer()))
