"""Refusals about tickets.

404 TICKET_UNKNOWN · TICKET_FILE_UNKNOWN · 422 TICKET_FILE_NOT_TAKEN · FILE_INFECTED
"""

from mesh.errors import Invalid, NotFound, Refusal
from registration.errors.violations import violation


def ticket_unknown() -> Refusal:
    """404: no such ticket of theirs."""
    return NotFound("TICKET_UNKNOWN", "Your company has no ticket of this id.")


def file_unknown() -> Refusal:
    """404: no such file of this ticket."""
    return NotFound("TICKET_FILE_UNKNOWN", "This ticket has no file of this id.")


def file_not_taken(why: str) -> Refusal:
    """422: its name, its size, or what it is."""
    return Invalid(
        "TICKET_FILE_NOT_TAKEN",
        f"This file is not taken: {why}.",
        violations=(violation("TICKET_FILE_NOT_TAKEN", "", why),),
    )


def file_infected() -> Refusal:
    """422: malware."""
    return Invalid("FILE_INFECTED", "The scanner refuses this file.")
