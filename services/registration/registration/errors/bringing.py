"""Refusals about companies that another one brings.

403 COMPANY_UNCONFIRMED · 404 CAMPAIGN_UNKNOWN · PROSPECT_UNKNOWN · 409 CONNECTION_ENDED · ALREADY_ANSWERED · 422
FILE_UNREADABLE · ENTITY_NOT_TAKEN
"""

from collections.abc import Sequence

from mesh.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from registration.errors.violations import violation


def unconfirmed() -> Refusal:
    """403: numbers are public, so an account that nobody vouches for writes to nobody in its company's name."""
    return Forbidden(
        "COMPANY_UNCONFIRMED",
        "Nobody has confirmed yet who runs this account: a customer who accepts your connection does, or support on a "
        "form. Until then it writes to nobody.",
    )


def campaign_unknown() -> Refusal:
    """404: no such file of theirs."""
    return NotFound("CAMPAIGN_UNKNOWN", "Your company has brought no file of this id.")


def prospect_unknown() -> Refusal:
    """404: no such entity of theirs."""
    return NotFound("PROSPECT_UNKNOWN", "Your company has brought no entity of this id.")


def connection_ended() -> Refusal:
    """409: a link says what was wanted when it was sent, not after one of the two has ended it."""
    return Conflict(
        "CONNECTION_ENDED",
        "Your companies have ended or refused their connection since this link was sent; ask for a new one.",
    )


def already_answered() -> Refusal:
    """409: one entity answers once, whoever of its people is first; the proof is of that."""
    return Conflict(
        "ALREADY_ANSWERED", "Your company has answered this already; sign in to see or change what came of it."
    )


def unreadable(why: str) -> Refusal:
    """422: the file cannot be read on; what went in before stays."""
    return Invalid("FILE_UNREADABLE", f"The file cannot be read: {why}.")


def not_taken(flaws: Sequence[tuple[str, str]]) -> Refusal:
    """422: each field with its reason."""
    found = tuple(violation(reason, f"/entity/{field}", reason) for field, reason in flaws)
    return Invalid("ENTITY_NOT_TAKEN", "This entity was not taken; each field is listed.", violations=found)
