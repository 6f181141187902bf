"""`python -m signing.renderer.sandbox FOLDER`: typesets a company's own template in a child with limits.

The page (JSON) comes on standard input, the PDF/A-3b leaves on standard output. The template reads files of its own
folder and nothing else: typst's root is that folder, packages are neither kept nor fetched, no font of the machine is
known. The kernel ends what takes too much, the parent what takes too long.
"""

import asyncio
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typst

from signing.errors import TemplateRefused, UnprintableDocument
from signing.renderer.glyphs import FONT_FOLDERS

NAME: Final = "invoice.typ"
_SECONDS: Final = 10
_MEMORY: Final = 1024 * 1024 * 1024
_NOWHERE: Final = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}
_REFUSED: Final = 3


async def typeset(folder: Path, page: bytes, at: datetime) -> bytes:
    """The page as the template in a folder places it.

    Raises UnprintableDocument with typst's words, and TemplateRefused when the limits end the work.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "signing.renderer.sandbox", str(folder), str(int(at.timestamp()))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_NOWHERE,
    )
    try:
        async with asyncio.timeout(2 * _SECONDS):
            answer, _ = await child.communicate(page)
    except TimeoutError:
        raise TemplateRefused(f"it takes longer than {_SECONDS} seconds") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == _REFUSED:
        raise UnprintableDocument(answer.decode(errors="replace"))
    if child.returncode != 0:
        raise TemplateRefused(f"it takes more than {_SECONDS} seconds or {_MEMORY // 2**20} MB")
    return answer


def main(folder: Path, at: datetime) -> int:
    """The child."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    page = sys.stdin.buffer.read().decode()
    none = folder / ".no-packages"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*FONT_FOLDERS, folder])
    try:
        compiler = typst.Compiler(
            folder / NAME, root=folder, font_paths=fonts, package_path=none, package_cache_path=none
        )
        pdf = compiler.compile(format="pdf", sys_inputs={"page": page}, pdf_standards=["a-3b"], timestamp=at)
    except typst.TypstError as error:
        sys.stdout.write(error.message[:500])
        return _REFUSED
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), datetime.fromtimestamp(int(sys.argv[2]), UTC)))
