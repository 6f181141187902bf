"""`python tests/bench/java_peer.py`: CPU of an original here, and of what others build in a warm JVM, in one run.

Here: CII, pages and B-LTA seal from the data. There: Mustang puts the same XML into a ready PDF/A, EU DSS seals it
B-LTA; nothing is rendered. Both with ECDSA P-256; making time-stamps is left out on both sides. `ROUNDS`, `WARM` (of
the JVM), `RUNS` at will.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from building import judges_jar, missing_tool
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from originals import AT, cpu_ms, documents
from seal_ground import SealGround, seal_ground

from documents.cii.invoice import write_invoice
from local_stack.pki.layout import AUTHORITIES, ISSUER, Layout, Name
from local_stack.pki.vault import load
from mesh import collecting
from signing.domain.rendering import Appearance
from signing.renderer.direct import print_invoice

ROUNDS: Final = int(os.environ.get("ROUNDS", "3"))
WARM, RUNS = int(os.environ.get("WARM", "300")), int(os.environ.get("RUNS", "200"))
GOAL: Final = 12
STAMPS: Final = 2
"""In one B-LTA seal."""


def _store(layout: Layout, name: Name) -> bytes:
    """Key and chain up to the root as PKCS#12, under the name and password `peer`."""
    identities, chain, at = load(layout), list[x509.Certificate](), name
    while ISSUER[at] is not at:
        at = ISSUER[at]
        chain.append(identities[at].certificate)
    own = identities[name]
    lock = serialization.BestAvailableEncryption(b"peer")
    return pkcs12.serialize_key_and_certificates(b"peer", own.key, own.certificate, chain, lock)


async def _fill(folder: Path, ground: SealGround, lines: int) -> None:
    """What the peer works on: the same invoice as XML, and as a PDF/A without it."""
    (invoice,) = documents(lines, 1, full=False)
    files = {
        "plain.pdf": print_invoice(invoice, None, Appearance(), at=AT).content,
        "invoice.xml": write_invoice(invoice),
        "seal.p12": _store(ground.layout, Name.SEAL),
        "tsa.p12": _store(ground.layout, Name.TSA),
        "root.pem": ground.layout.trust.read_bytes(),
    }
    for name in AUTHORITIES:
        files[f"{name}.crl"] = (await ground.client.get(f"http://pki.test/crl/{name}.crl")).content
    for name, content in files.items():
        (folder / name).write_bytes(content)


async def _ours(ground: SealGround, lines: int, number: int) -> float:
    count = max(6, RUNS // lines)
    invoices = documents(lines, count, full=False, first=number * count)

    async def make(place: int) -> None:
        await ground.original(invoices[place])

    await make(0)
    collecting.settle()
    return await cpu_ms(make, count, ground.others)


async def _theirs(jar: Path, folder: Path) -> float:
    command = ["java", "-XX:+UseSerialGC", "-cp", str(jar), "navette.judges.Peer", str(folder), str(WARM), str(RUNS)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found["embed"] + found["seal"] - STAMPS * found["stamp"]


async def main() -> None:
    """Print a line for each number of lines."""
    if missing := missing_tool():
        sys.exit(missing)
    jar = judges_jar()
    with tempfile.TemporaryDirectory() as room:
        async with seal_ground() as ground:
            for lines in (10, 300):
                await _fill(Path(room), ground, lines)
                pairs = [
                    (await _ours(ground, lines, number), await _theirs(jar, Path(room))) for number in range(ROUNDS)
                ]
                ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
                ratio = statistics.median(other / one for one, other in pairs)
                sys.stdout.write(
                    f"{lines:>4} lines: from data to B-LTA {ours:.2f} ms; Mustang and EU DSS B-LTA of a ready PDF "
                    f"{theirs:.1f} ms, {ratio:.0f}× (goal ≥ {GOAL}×; load {os.getloadavg()[0]:.1f})\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
