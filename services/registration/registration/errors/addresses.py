"""Refusals about a person's addresses.

404 ADDRESS_UNKNOWN · 409 ADDRESS_TAKEN · TOO_MANY_ADDRESSES
"""

from mesh.errors import Conflict, NotFound, Refusal


def unknown() -> Refusal:
    """404: no further address of theirs."""
    return NotFound("ADDRESS_UNKNOWN", "You have no further address of this id.")


def taken() -> Refusal:
    """409: told only to who reads the mails of this address."""
    return Conflict("ADDRESS_TAKEN", "This address signs somebody in already; remove it there first.")


def too_many() -> Refusal:
    """409: enough for one person."""
    return Conflict("TOO_MANY_ADDRESSES", "You have as many addresses as one can; remove one that you do not use.")
