"""Refusals of registration.

Refusal (mesh.errors)
├── 401 SIGN_IN_FAILED · SESSION_INVALID
├── 403 CSRF_FETCH_SITE · CSRF_ORIGIN · CSRF_NO_ORIGIN
└── 429 TOO_MANY_TRIES
"""

from mesh.errors import Forbidden, Refusal, TooMany, Unauthenticated


def sign_in_failed() -> Refusal:
    """401: the same words whether the e-mail is unknown or the password wrong."""
    return Unauthenticated("SIGN_IN_FAILED", "E-mail and password do not fit, or the account is not active yet.")


def session_invalid() -> Refusal:
    """401: no session, or one that is over."""
    return Unauthenticated("SESSION_INVALID", "Sign in again.")


def foreign_request(why: str) -> Refusal:
    """403: it carries the cookie and does not come from the portal."""
    return Forbidden(
        f"CSRF_{why}",
        "This request did not come from the portal. Programs send Origin with the portal's address, or use a token.",
    )


def too_many_tries(seconds: int) -> Refusal:
    """429: guessing is slow."""
    return TooMany(
        "TOO_MANY_TRIES", "Too many wrong passwords from here; wait, or use a browser you know.", retry_after=seconds
    )
