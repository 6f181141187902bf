"""`python tests/bench/sealing.py [DOCUMENTS]`: originals of 10 lines sealed one after the other, B-LTA, in one process.

Prints how many a second, their CPU without the local authority's own, and the memory of the process on the way: it
must stay flat. A second process on the second core doubles the rate; 100,000 documents take a few minutes.
"""

import asyncio
import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

import httpx
from originals import AT, OtherMachine, documents, roots_of

from documents.cii.invoice import write_invoice
from local_stack.pki.authorities import create
from local_stack.pki.layout import Name
from local_stack.pki.transport import PkiTransport
from signing.credentials import load_pem
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml
from signing.renderer.direct import print_invoice
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.revocation import RevocationCache
from signing.sealer.unconfigured import UnconfiguredSealer

LINES = 10
LOOKS = 5


def memory_mb() -> float:
    """What the process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        layout = create(Path(folder), "http://pki.test")
        others = OtherMachine(PkiTransport(layout))
        async with httpx.AsyncClient(transport=others) as client:
            key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
            authorities = TimeStampAuthorities([TimeStampAuthority("http://pki.test/tsa", others, 5)])
            sealer = DirectSealer(key, authorities, RevocationCache(client, roots_of(layout)), UnconfiguredSealer())
            models, size = documents(LINES, 50, full=False), 0
            began, cpu, spent = time.perf_counter(), time.process_time(), others.spent
            for number in range(count):
                invoice = models[number % len(models)].model_copy(update={"number": f"FA-{number:08d}"})
                xml = write_invoice(invoice)
                printed = print_invoice(invoice, OriginalXml(xml), Appearance(), at=AT, room=sealer.room or 9000)
                sha256 = hashlib.sha256(xml).hexdigest()
                size = len((await sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA)).content)
                if (number + 1) % max(1, count // LOOKS) == 0:
                    wall, own = time.perf_counter() - began, time.process_time() - cpu - (others.spent - spent)
                    sys.stdout.write(
                        f"{number + 1:>7} documents of {size / 1000:.0f} KB: {(number + 1) / wall:.0f} a second, "
                        f"{own / (number + 1) * 1e3:.2f} ms CPU each, {memory_mb():.0f} MB\n"
                    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
