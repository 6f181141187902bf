"""Who may give which role, and what a change of roles takes away."""

from collections.abc import Set
from typing import Final

from contracts.registration import Role

FIRST: Final = frozenset({Role.ADMINISTRATOR, Role.ACCOUNTANT})
"""Whoever registers a company runs it, and can invoice at once."""
MAX_COMPANIES: Final = 100
"""A token names each company, and has to fit into a header of 16 KiB."""


def touches_operator(before: Set[Role], after: Set[Role]) -> bool:
    """Whether a change gives or takes the role that reaches beyond a company."""
    return Role.OPERATOR in before ^ after


def revokes(before: Set[Role], after: Set[Role]) -> bool:
    """Whether a right is lost, so that older tokens must be refused."""
    return bool(before - after)
