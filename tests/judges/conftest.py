"""Builds the judges once, and seals the golden invoices with the development PKI."""

import hashlib
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from building import judges_jar, missing_tool
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents.reading import read_invoice
from local_stack.pki.authorities import create
from local_stack.pki.layout import AUTHORITIES, Layout, Name
from local_stack.pki.transport import PkiTransport, Poster
from signing.credentials import load_pem
from signing.domain.levels import SealLevel
from signing.domain.rendering import Appearance, OriginalXml, Printed, Renderer
from signing.domain.sealing import SealedDocument
from signing.renderer.direct import DirectRenderer
from signing.renderer.typeset import TypstRenderer
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.pades import PyHankoSealer
from signing.sealer.revocation import RevocationCache

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/invoice.cii.xml"))


class Judges:
    """The running program of the judges: a question a line, an answer a line."""

    def __init__(self, jar: Path, trusted: Path, room: Path) -> None:
        self._file = room / "judged.pdf"
        self._process = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-Xmx768m", "-jar", str(jar), str(trusted)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, judge: str, content: bytes) -> dict[str, Any]:
        """The verdict of `verapdf`, `dss` or `mustang` on a PDF."""
        self._file.write_bytes(content)
        return self.look(judge, self._file)

    def look(self, judge: str, path: Path) -> dict[str, Any]:
        """The verdict of a judge on a file or, of `evidence` and `evidence-maker`, on a folder."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{judge}\t{path}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the judges died"
        return json.loads(answer)

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def jar() -> Path:
    if missing := missing_tool():
        pytest.skip(missing)
    return judges_jar()


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return create(tmp_path_factory.mktemp("seal-pki"), "http://pki.test")


@pytest.fixture(scope="session")
def judges(jar: Path, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    judges = Judges(jar, layout.trust, tmp_path_factory.mktemp("judged"))
    yield judges
    judges.close()


@pytest.fixture(scope="session")
def typst() -> Iterator[TypstRenderer]:
    renderer = TypstRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="session", params=["direct", "typst"])
def renderer(request: pytest.FixtureRequest, typst: TypstRenderer, sealer: DirectSealer) -> Renderer:
    """Both ways to an original: one pass with the seal in its room, and typst with pyHanko's seal after it."""
    return DirectRenderer(typst, lambda: sealer.room) if request.param == "direct" else typst


@pytest.fixture(scope="session")
def trusted(layout: Layout) -> list[bytes]:
    return [_der(layout.trust)]


@pytest.fixture(scope="session")
async def sealer(layout: Layout, trusted: list[bytes]) -> AsyncIterator[DirectSealer]:
    transport = PkiTransport(layout)
    async with httpx.AsyncClient(transport=transport) as client:
        key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
        authorities = TimeStampAuthorities([TimeStampAuthority("http://pki.test/tsa", Poster(transport))])
        revocation = RevocationCache(client, [_der(layout.certificate(name)) for name in AUTHORITIES])
        sealer = DirectSealer(key, authorities, revocation, PyHankoSealer(key, authorities, revocation, trusted))
        yield sealer
        sealer.close()


class Originals:
    """Makes sealed originals of golden invoices."""

    def __init__(self, renderer: Renderer, sealer: DirectSealer) -> None:
        self._renderer = renderer
        self._sealer = sealer

    async def make(self, xml: bytes, level: SealLevel = SealLevel.B_LT) -> SealedDocument:
        """The invoice of these XML bytes, printed in two languages and sealed."""
        printed = await self.print(xml)
        return await self._sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=level)

    async def print(self, xml: bytes) -> Printed:
        """The unsealed page with the XML inside."""
        appearance = Appearance(languages=("fr", "en"))
        return await self._renderer.render(
            read_invoice(xml), OriginalXml(xml), appearance, at=datetime(2026, 11, 20, 9, tzinfo=UTC)
        )


@pytest.fixture(scope="session")
def originals(renderer: Renderer, sealer: DirectSealer) -> Originals:
    return Originals(renderer, sealer)


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> bytes:
    """The CII bytes of each golden invoice."""
    folder: Path = request.param
    return (folder / "invoice.cii.xml").read_bytes()


@pytest.fixture
def one_example() -> bytes:
    return (ROOT / "examples" / "order-simple" / "invoice.cii.xml").read_bytes()


def _der(pem: Path) -> bytes:
    return x509.load_pem_x509_certificate(pem.read_bytes()).public_bytes(serialization.Encoding.DER)
