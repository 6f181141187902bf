"""`python -m invoicing.pdf_reading`: what a PDF of a stranger holds, read in a child with limits.

PDF on standard input; JSON on standard output: {"xml": base64 or null, "text": "…"}. The parent ends it when it takes
too long, the kernel when it takes too much.
"""

import asyncio
import base64
import io
import json
import resource
import sys
from dataclasses import dataclass
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from invoicing.domain.incoming import FACTUR_X

_SECONDS: Final = 20
_MEMORY: Final = 1024 * 1024 * 1024
_PAGES: Final = 10
_TEXT: Final = 50_000


@dataclass(frozen=True)
class PdfContent:
    """The invoice inside a Factur-X, None for a plain PDF; and the text of its first pages."""

    xml: bytes | None
    text: str


class PdfUnreadable(ValueError):
    """A PDF that is broken, locked, or too large to read."""


async def read(data: bytes) -> PdfContent:
    """Read a PDF in a child. Raises PdfUnreadable."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "invoicing.pdf_reading",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_SECONDS * 2):
            answer, _ = await child.communicate(data)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise PdfUnreadable("The PDF takes too long to read.") from None
    if child.returncode != 0:
        raise PdfUnreadable("The PDF is broken, locked, or too large to read.")
    found = json.loads(answer)
    return PdfContent(base64.b64decode(found["xml"]) if found["xml"] else None, found["text"])


def main() -> int:
    """The child."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        held = {name: files[0] for name, files in reader.attachments.items() if files and name in FACTUR_X}
        xml = next(iter(held.values()), None)
        text = "" if xml else "\n".join(page.extract_text() for page in reader.pages[:_PAGES])
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, MemoryError, OverflowError):
        return 1
    encoded = base64.b64encode(bytes(xml)).decode() if xml else None
    json.dump({"xml": encoded, "text": text[:_TEXT]}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
