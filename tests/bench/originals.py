"""`python tests/bench/originals.py`: CPU of one original, by the one-pass writer and by typst with pyHanko.

B-LTA, ECDSA P-256. The local authority answers in this process; what it spends is another machine's and is left out,
asking it is not. Every document of every round has names of its own, which nothing remembers. `typical` lines are those
of the golden order in turn, `full` ones have every term each. Medians of `ROUNDS`, both paths in each round. The
collector is set as services set it.
"""

import asyncio
import hashlib
import logging
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
from local_stack.pki.layout import AUTHORITIES, Layout, Name
from local_stack.pki.transport import PkiTransport, Poster
from mesh import collecting
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


class OtherMachine(httpx.AsyncBaseTransport):
    """The local authorities, and the CPU they spent in this process (seconds)."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.spent = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        begin = time.process_time()
        try:
            return await self._inner.handle_async_request(request)
        finally:
            self.spent += time.process_time() - begin


def documents(lines: int, count: int, *, full: bool, first: int = 0) -> list[Invoice]:
    """Invoices of so many lines, numbered from `first`, each with names of its own."""
    golden = read_invoice((REPOSITORY / "examples" / "order-simple" / "invoice.cii.xml").read_bytes())
    models = golden.lines[:1] if full else golden.lines
    made: list[Invoice] = []
    for number in range(first, first + count):
        rows = tuple(
            model.model_copy(
                update={
                    "identifier": str(place + 1),
                    "item": model.item.model_copy(update={"name": f"{model.item.name[:24]} {number:05d}-{place}"}),
                    "net_amount": Decimal(100 + place),
                }
            )
            for place in range(lines)
            for model in (models[place % len(models)],)
        )
        made.append(golden.model_copy(update={"lines": rows, "number": f"FA-{number:06d}"}))
    return made


async def cpu_ms(step: Step, count: int, others: OtherMachine) -> float:
    """CPU milliseconds of one step in this process, without what the authorities spent."""
    begin, spent = time.process_time(), others.spent
    for number in range(count):
        await step(number)
    return (time.process_time() - begin - (others.spent - spent)) / count * 1e3


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(serialization.Encoding.DER)


def roots_of(layout: Layout) -> list[bytes]:
    """The authorities' certificates (DER)."""
    return [_der(layout.certificate(name)) for name in AUTHORITIES]


async def compare(
    direct: DirectRenderer,
    sealer: DirectSealer,
    typst: Renderer,
    others: OtherMachine,
    lines: int,
    count: int,
    *,
    full: bool,
) -> None:
    """Print one line of the table."""
    invoices: list[Invoice] = []
    xmls: list[bytes] = []
    digests: list[str] = []
    size = pages = 0

    def prepare(number: int) -> None:
        invoices[:] = documents(lines, count, full=full, first=number * count)
        xmls[:] = [write_invoice(invoice) for invoice in invoices]
        digests[:] = [hashlib.sha256(xml).hexdigest() for xml in xmls]

    async def through(renderer: Renderer, number: int) -> None:
        nonlocal size, pages
        invoice, xml = invoices[number % count], xmls[number % count]
        printed = await renderer.render(invoice, OriginalXml(xml), Appearance(), at=AT)
        sealed = await sealer.seal(printed, xml_sha256=digests[number % count], level=SealLevel.B_LTA)
        if renderer is direct:
            size, pages = len(sealed.content), sealed.content.count(b"/Type /Page /Parent") - 1

    async def written(number: int) -> None:
        write_invoice(invoices[number % count])

    prepare(0)
    await through(typst, 0)
    await through(direct, 0)
    collecting.settle()
    ours: list[float] = []
    theirs: list[float] = []
    cii: list[float] = []
    for number in range(ROUNDS):
        prepare(number + 1)
        ours.append(await cpu_ms(lambda number: through(direct, number), count, others))
        theirs.append(await cpu_ms(lambda number: through(typst, number), max(2, count // 10), others))
        cii.append(await cpu_ms(written, count, others))
    one, other, xml = (statistics.median(each) for each in (ours, theirs, cii))
    kind, load = "full" if full else "typical", os.getloadavg()[0]
    sys.stdout.write(
        f"{lines:>4} {kind} lines, {pages} pages: CII {xml:.2f} ms, pages and B-LTA seal {one:.2f} ms "
        f"(together {xml + one:.2f}, goal ≤ {GOALS[lines]}); typst and pyHanko {other:.1f} ms, {other / one:.0f}×; "
        f"{size / 1000:.0f} KB (load {load:.1f})\n"
    )


async def main() -> None:
    """Print the table."""
    logging.disable(logging.WARNING)  # pyHanko says at each seal that it fetches nothing: so it shall be
    with tempfile.TemporaryDirectory() as folder:
        layout = create(Path(folder), "http://pki.test")
        others = OtherMachine(PkiTransport(layout))
        async with httpx.AsyncClient(transport=others) as client:
            key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
            authority = TimeStampAuthority("http://pki.test/tsa", Poster(others))
            authorities = TimeStampAuthorities([authority])
            revocation = RevocationCache(client, roots_of(layout))
            other = PyHankoSealer(key, authorities, revocation, [_der(layout.trust)])
            sealer, typst = DirectSealer(key, authorities, revocation, other), TypstRenderer()
            direct = DirectRenderer(typst, lambda: sealer.room)
            probe, digest = await authority.probe(), hashlib.sha256(b"").digest()
            asked = statistics.median(
                [await cpu_ms(lambda _: stamp(authority, probe, digest), 20, others) for _ in range(ROUNDS)]
            )
            sys.stdout.write(
                f"asking for one time-stamp: {asked:.2f} ms, twice in a seal (the authority's own CPU is left out)\n"
            )
            for lines, count in ((10, 40), (300, 6)):
                for full in (False, True):
                    await compare(direct, sealer, typst, others, lines, count, full=full)
            sealer.close()
            typst.close()


if __name__ == "__main__":
    asyncio.run(main())
