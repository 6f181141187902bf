"""Checks a stranger's file in a process of its own, with limits: a hostile one costs that process and nothing else."""

import asyncio
import os
import resource
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from signing.domain.report import SignatureReport
from signing.errors import TooManyFiles, UnreadablePdf
from signing.sealer.inspection import inspect
from signing.sealer.quiet import quieten
from signing.sealer.xml_signatures import inspect_xml

CPU_SECONDS: Final = 20
MEMORY: Final = 384 * 1024 * 1024
"""Of address space: pyHanko and its libraries take half of it."""
NICENESS: Final = 10
"""Sealing goes before looking at somebody's file."""
MAX_ANSWER: Final = 1024 * 1024
WAIT_SECONDS: Final = 60.0
_REFUSED: Final = 3


class Inspector:
    """Inspects against the roots of one PEM bundle, one file at a time; `places` files are being read or wait."""

    def __init__(self, trust_file: Path | None, places: int = 4) -> None:
        self._trust_file = trust_file
        self._free = places
        self._turns = asyncio.Semaphore(1)

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Taken before a file's first byte is read, so that memory is bounded. Raises TooManyFiles when all are."""
        if not self._free:
            raise TooManyFiles("others' files are looked at and wait")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def inspect(self, pdf: bytes) -> SignatureReport:
        """The report on every signature. Raises UnreadablePdf, also when the limits end the work."""
        async with self._turns:
            status, answer = await self._ask(pdf)
        if status == _REFUSED:
            raise UnreadablePdf(answer.decode(errors="replace"))
        try:
            return SignatureReport.model_validate_json(answer)
        except ValidationError:
            raise UnreadablePdf("checking its signatures takes more memory or time than a sound file needs") from None

    async def _ask(self, pdf: bytes) -> tuple[int | None, bytes]:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "signing.sealer.inspector", str(self._trust_file or "")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        feeding = asyncio.create_task(_feed(child, pdf))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                answer = await _answer(child)
                await child.wait()
        except TimeoutError:
            raise UnreadablePdf("checking its signatures takes too long") from None
        finally:
            feeding.cancel()
            if child.returncode is None:
                child.kill()
                await child.wait()
        return child.returncode, answer


async def _feed(child: asyncio.subprocess.Process, content: bytes) -> None:
    if child.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(content)
        await child.stdin.drain()
        child.stdin.close()


async def _answer(child: asyncio.subprocess.Process) -> bytes:
    """All it writes. Raises UnreadablePdf above MAX_ANSWER: a file may have any number of signatures."""
    if child.stdout is None:
        return b""
    try:
        await child.stdout.readexactly(MAX_ANSWER + 1)
    except asyncio.IncompleteReadError as all_of_it:
        return all_of_it.partial
    raise UnreadablePdf("it has more signatures than are looked at")


def main(trust_file: str) -> int:
    """The child: reads the PDF from standard input, writes the report as JSON."""
    quieten()
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    trusted = x509.load_pem_x509_certificates(Path(trust_file).read_bytes()) if trust_file else []
    roots = [certificate.public_bytes(serialization.Encoding.DER) for certificate in trusted]
    try:
        content = sys.stdin.buffer.read()
        report = inspect(content, roots) if content.startswith(b"%PDF-") else inspect_xml(content, roots)
    except UnreadablePdf as error:
        sys.stdout.write(str(error)[:500])
        return _REFUSED
    sys.stdout.write(report.model_dump_json())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
