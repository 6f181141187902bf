"""Refusals about tickets.

404 TICKET_UNKNOWN · TICKET_FILE_UNKNOWN · 422 TICKET_FILE_NOT_TAKEN · FILE_INFECTED · NO_DESK
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


def no_desk() -> Refusal:
    """422: the unit has no support that could answer this."""
    return Invalid(
        "NO_DESK",
        "This unit answers no such question: it takes orders, invoices and statuses of its partners, once it names a "
        "support contact with a mail address. Leave the unit out to keep the ticket with the operator.",
        violations=(violation("NO_DESK", "/unit_id", "It has no desk for this topic."),),
    )
