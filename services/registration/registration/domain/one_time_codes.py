"""Codes that are typed once: six digits by mail or message, and recovery codes on paper (ASVS 5.0, 6.5 and 6.6)."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5
"""Wrong codes that a sign-in bears; then it starts again with the password."""
SENDINGS: Final = 5
"""Codes that are sent for one sign-in."""
RECOVERY_CODES: Final = 10
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without the letters that look like digits
_GROUPS: Final = 6
_GROUP: Final = 4


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def digest(token: str, code: str) -> bytes:
    """What is kept of a code. It is bound to the sign-in's token, of which the database does not know the text."""
    return hashlib.sha256(f"{token}\0{plain(code)}".encode()).digest()


def new_recovery_code() -> str:
    """120 random bits, so that a plain hash of it is enough: `ABCD-EFGH-…`."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))
    return "-".join(drawn[at : at + _GROUP] for at in range(0, len(drawn), _GROUP))


def recovery_digest(code: str) -> bytes:
    """What is kept of a recovery code, however it was typed."""
    return hashlib.sha256(plain(code).encode()).digest()


def plain(code: str) -> str:
    """Without spaces and dashes, in upper case."""
    return "".join(character for character in code.upper() if character.isalnum())
