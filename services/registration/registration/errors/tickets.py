"""Refusals about tickets.

404 TICKET_UNKNOWN
"""

from mesh.errors import NotFound, Refusal


def ticket_unknown() -> Refusal:
    """404: no such ticket of theirs."""
    return NotFound("TICKET_UNKNOWN", "Your company has no ticket of this id.")
