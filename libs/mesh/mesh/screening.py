"""Looks for malware in what people send: ClamAV's daemon over its own protocol (clamd, command INSTREAM)."""

import asyncio
from typing import Final, Protocol

from mesh.errors import ResourceDown

_CHUNK: Final = 64 * 1024
_SECONDS: Final = 20.0


class Scanner(Protocol):
    """What looks into files."""

    async def scan(self, data: bytes) -> str | None:
        """The name of what was found, None for a clean file. Raises ResourceDown when nobody answers."""
        ...


class NoScanner:
    """Where an installation has no scanner: every file passes. The type check still stands before it."""

    async def scan(self, data: bytes) -> str | None:
        """Nothing is found."""
        return None


def scanner_at(address: str) -> Scanner:
    """clamd at `host:port`, or none where the address is empty."""
    return Clamd(address) if address else NoScanner()


class Clamd:
    """clamd at `host:port`."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host, int(port)

    async def scan(self, data: bytes) -> str | None:
        """See `Scanner.scan`."""
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._ask(data)
        except (OSError, TimeoutError) as error:
            raise ResourceDown("scanner", type(error).__name__) from error
        # `stream: OK`, `stream: Eicar-Test-Signature FOUND`, or an error of clamd's own.
        said = answer.partition(":")[2].strip()
        if said == "OK":
            return None
        if said.endswith("FOUND"):
            return said.removesuffix("FOUND").strip()
        raise ResourceDown("scanner", said[:100] or "no answer")

    async def _ask(self, data: bytes) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                writer.write(len(chunk).to_bytes(4, "big") + chunk)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.read(4096)).rstrip(b"\0").decode(errors="replace")
        finally:
            writer.close()
