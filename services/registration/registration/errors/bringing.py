"""Refusals about companies that another one brings.

404 CAMPAIGN_UNKNOWN · PROSPECT_UNKNOWN · 422 FILE_UNREADABLE · ENTITY_NOT_TAKEN
"""

from collections.abc import Sequence

from mesh.errors import Invalid, NotFound, Refusal
from registration.errors.violations import violation


def campaign_unknown() -> Refusal:
    """404: no such file of theirs."""
    return NotFound("CAMPAIGN_UNKNOWN", "Your company has brought no file of this id.")


def prospect_unknown() -> Refusal:
    """404: no such entity of theirs."""
    return NotFound("PROSPECT_UNKNOWN", "Your company has brought no entity of this id.")


def unreadable(why: str) -> Refusal:
    """422: the file cannot be read on; what went in before stays."""
    return Invalid("FILE_UNREADABLE", f"The file cannot be read: {why}.")


def not_taken(flaws: Sequence[tuple[str, str]]) -> Refusal:
    """422: each field with its reason."""
    found = tuple(violation(reason, f"/entity/{field}", reason) for field, reason in flaws)
    return Invalid("ENTITY_NOT_TAKEN", "This entity was not taken; each field is listed.", violations=found)
