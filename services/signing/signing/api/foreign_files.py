"""A file of somebody's, as the body of a request: read in a place of its own, and looked at."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request

from mesh.errors import Invalid, Malformed, TooMany
from signing.errors import TooManyFiles, UnreadablePdf
from signing.sealer.inspector import Inspector

READ_SECONDS: Final = 30.0
RETRY_AFTER: Final = 5
"""Seconds."""


@asynccontextmanager
async def body_in_place(request: Request, inspector: Inspector, *, code: str) -> AsyncGenerator[bytes]:
    """The body, while a place of the inspector is kept for it.

    Raises TooMany before the body is read when no place is free, Malformed when it comes too slowly, Invalid with
    `code` when the file is found unreadable.
    """
    try:
        async with inspector.place():
            yield await _body(request)
    except TooManyFiles:
        detail = "As many files as there is room for are being looked at: send yours again in a moment."
        raise TooMany(TooManyFiles.code, detail, retry_after=RETRY_AFTER) from None
    except UnreadablePdf as error:
        raise Invalid(code, str(error)) from None


async def _body(request: Request) -> bytes:
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await request.body()
    except TimeoutError:
        raise Malformed("BODY_TOO_SLOW", f"The file did not arrive within {READ_SECONDS:.0f} seconds.") from None
