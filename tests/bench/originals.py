"""`python tests/bench/originals.py`: CPU of one original, by the one-pass writer and by typst with pyHanko.

B-LTA, ECDSA P-256. The local authority answers in this process; its share is printed. Every document has its own
texts, so that nothing is remembered from the one before. Medians of `ROUNDS`, both paths in each round.
"""

import asyncio
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents.cii.invoice import write_invoice
from documents.invoice import Invoice
from documents.reading import read_invoice
from local_stack.layout import REPOSITORY
from local_stack.pki.authorities import create
from local_stack.pki.layout import AUTHORITIES, Name
from local_stack.pki.transport import PkiTransport
from signing.credentials import load_pem
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml, Renderer
from signing.renderer.direct import DirectRenderer
from signing.renderer.typeset import TypstRenderer
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.pades import PyHankoSealer
from signing.sealer.revocation import RevocationCache
from signing.sealer.tokens import stamp

ROUNDS = int(os.environ.get("ROUNDS", "5"))
GOALS = {10: 2.0, 300: 15.0}
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
Step = Callable[[int], Awaitable[object]]


def documents(lines: int, count: int) -> list[Invoice]:
    """Invoices of so many lines, each with names of its own."""
    golden = read_invoice((REPOSITORY / "examples" / "order-simple" / "invoice.cii.xml").read_bytes())
    first = golden.lines[0]
    made: list[Invoice] = []
    for number in range(count):
        rows = tuple(
            first.model_copy(
                update={
                    "identifier": str(place + 1),
                    "item": first.item.model_copy(update={"name": f"{first.item.name[:24]} {number:05d}-{place}"}),
                    "net_amount": Decimal(100 + place),
                }
            )
            for place in range(lines)
        )
        made.append(golden.model_copy(update={"lines": rows, "number": f"FA-{number:06d}"}))
    return made


async def cpu_ms(step: Step, count: int) -> float:
    """CPU milliseconds of one step in this process."""
    begin = time.process_time()
    for number in range(count):
        await step(number)
    return (time.process_time() - begin) / count * 1e3


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(serialization.Encoding.DER)


async def compare(direct: DirectRenderer, sealer: DirectSealer, typst: Renderer, lines: int, count: int) -> None:
    """Print one line of the table."""
    invoices = documents(lines, count)
    xmls = [write_invoice(invoice) for invoice in invoices]
    digests = [hashlib.sha256(xml).hexdigest() for xml in xmls]
    size = 0

    async def through(renderer: Renderer, number: int) -> None:
        nonlocal size
        invoice, xml = invoices[number % count], xmls[number % count]
        printed = await renderer.render(invoice, OriginalXml(xml), Appearance(), at=AT)
        sealed = await sealer.seal(printed, xml_sha256=digests[number % count], level=SealLevel.B_LTA)
        size = len(sealed.content) if renderer is direct else size

    async def written(number: int) -> None:
        write_invoice(invoices[number % count])

    await through(typst, 0)
    await through(direct, 0)
    ours: list[float] = []
    theirs: list[float] = []
    cii: list[float] = []
    for _ in range(ROUNDS):
        ours.append(await cpu_ms(lambda number: through(direct, number), count))
        theirs.append(await cpu_ms(lambda number: through(typst, number), max(2, count // 10)))
        cii.append(await cpu_ms(written, count))
    one, other, xml = (statistics.median(each) for each in (ours, theirs, cii))
    sys.stdout.write(
        f"{lines:>4} lines: CII {xml:.2f} ms, page and B-LTA seal with both time-stamps {one:.2f} ms "
        f"(together {xml + one:.2f}, goal ≤ {GOALS[lines]}); typst and pyHanko {other:.1f} ms, {other / one:.0f}×; "
        f"{size / 1000:.0f} KB\n"
    )


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        layout = create(Path(folder), "http://pki.test")
        async with httpx.AsyncClient(transport=PkiTransport(layout)) as client:
            key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
            authority = TimeStampAuthority("http://pki.test/tsa", client, 5)
            authorities = TimeStampAuthorities([authority])
            revocation = RevocationCache(client, [_der(layout.certificate(name)) for name in AUTHORITIES])
            other = PyHankoSealer(key, authorities, revocation, [_der(layout.trust)])
            sealer, typst = DirectSealer(key, authorities, revocation, other), TypstRenderer()
            direct = DirectRenderer(typst, lambda: sealer.room)
            probe, digest = await authority.probe(), hashlib.sha256(b"").digest()
            asked = statistics.median(
                [await cpu_ms(lambda _: stamp(authority, probe, digest), 20) for _ in range(ROUNDS)]
            )
            sys.stdout.write(
                f"one time-stamp of the local authority, in this process: {asked:.2f} ms, twice in a seal\n"
            )
            for lines, count in ((10, 40), (300, 6)):
                await compare(direct, sealer, typst, lines, count)
            sealer.close()
            typst.close()


if __name__ == "__main__":
    asyncio.run(main())
