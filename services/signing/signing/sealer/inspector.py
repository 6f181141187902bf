"""Checks a stranger's file in a process of its own, with limits: a hostile one costs that process and nothing else."""

import asyncio
import resource
import sys
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from signing.domain.report import SignatureReport
from signing.errors import UnreadablePdf
from signing.sealer.inspection import inspect
from signing.sealer.quiet import quieten
from signing.sealer.xml_signatures import inspect_xml

CPU_SECONDS: Final = 20
MEMORY: Final = 1024 * 1024 * 1024
WAIT_SECONDS: Final = 60.0
_REFUSED: Final = 3


class Inspector:
    """Inspects against the roots of one PEM bundle, at most `at_once` files at a time."""

    def __init__(self, trust_file: Path | None, at_once: int = 2) -> None:
        self._trust_file = trust_file
        self._turns = asyncio.Semaphore(at_once)

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
        try:
            answer, _ = await asyncio.wait_for(child.communicate(pdf), WAIT_SECONDS)
        except TimeoutError:
            raise UnreadablePdf("checking its signatures takes too long") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return child.returncode, answer


def main(trust_file: str) -> int:
    """The child: reads the PDF from standard input, writes the report as JSON."""
    quieten()
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
