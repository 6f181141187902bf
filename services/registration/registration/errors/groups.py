"""Refusals about groups.

403 GROUP_NOT_A_BUYER · 404 GROUP_LINK_UNKNOWN · 409 GROUP_LINK_EXISTS · GROUP_NESTED · 422 GROUP_OF_ITSELF
"""

from mesh.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from registration.errors.violations import violation


def not_a_buyer(name: str) -> Refusal:
    """403: a group is for suppliers to choose from whom they send invoices to."""
    return Forbidden("GROUP_NOT_A_BUYER", f"{name} is not registered as a buyer, so no supplier could choose it.")


def link_unknown() -> Refusal:
    """404: no such entity or head of theirs, or it is over."""
    return NotFound("GROUP_LINK_UNKNOWN", "Your company has no such link to a group, or it is over.")


def link_exists(state: str) -> Refusal:
    """409: the entity was asked before."""
    return Conflict("GROUP_LINK_EXISTS", f"This entity is in your group's list already: {state}.")


def nested() -> Refusal:
    """409: a group is one list, which its head keeps."""
    return Conflict(
        "GROUP_NESTED",
        "A company is in one group, as its head or as one of its entities; one of the two is in a group already.",
    )


def of_itself() -> Refusal:
    """422: a head need not list itself."""
    return Invalid(
        "GROUP_OF_ITSELF",
        "Your company heads its group; list the others.",
        violations=(violation("GROUP_OF_ITSELF", "/entity_id", "This is your own company."),),
    )
