"""Tokens without content: of cookies, links and challenges. Who holds one is found by its digest."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, fit for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
