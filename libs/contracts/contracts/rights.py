"""Which rights each role is made of, and what somebody may do who has single ones more or fewer.

A token says them by company as names: roles (`accountant`), single rights that were given (`+statuses:write`) or taken
(`-archive:read`) beside them.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Final

from contracts.registration import Membership, Right, Role

_READ: Final = frozenset({Right.ORDERS_READ, Right.INVOICES_READ, Right.FEED_READ, Right.WEBHOOKS_READ})
_VIEW: Final = _READ | {Right.ARCHIVE_READ}
_DECIDE: Final = _VIEW | {Right.STATUSES_WRITE, Right.TICKETS_ANSWER}
_WRITE: Final = _DECIDE | {Right.ORDERS_WRITE, Right.RECEIPTS_WRITE, Right.INVOICES_WRITE, Right.PARTNERS_WRITE}

OF_ROLE: Final[Mapping[Role, frozenset[Right]]] = {
    Role.VIEWER: _VIEW,
    Role.SIGNER: _VIEW,
    Role.APPROVER: _DECIDE,
    Role.ACCOUNTANT: _WRITE,
    Role.ADMINISTRATOR: _WRITE | {Right.RULES_WRITE, Right.WEBHOOKS_WRITE, Right.COMPANY_RUN},
    Role.OPERATOR: _READ | {Right.NETWORK_OPERATE},
}
WITH_A_ROLE: Final = frozenset({Right.COMPANY_RUN, Right.NETWORK_OPERATE})
"""These are given and taken with their role alone: much else follows from it (who is written to, the second factor)."""
_ROLES: Final = {role.value: role for role in Role}
_RIGHTS: Final = {right.value: right for right in Right}


def of_roles(roles: Iterable[Role]) -> frozenset[Right]:
    """What the roles allow together."""
    return frozenset[Right]().union(*(OF_ROLE[role] for role in roles))


def held(membership: Membership) -> frozenset[Right]:
    """What somebody may do for a company."""
    return (of_roles(membership.roles) | membership.given) - membership.taken


def names(roles: Iterable[str], given: Iterable[str], taken: Iterable[str]) -> list[str]:
    """How a token says it."""
    return [*sorted(roles), *(f"+{right}" for right in sorted(given)), *(f"-{right}" for right in sorted(taken))]


def named(said: Iterable[str]) -> frozenset[Right]:
    """What the names of a token allow; one that this release does not know gives no right."""
    roles: Set[Role] = {_ROLES[name] for name in said if name in _ROLES}
    single = {sign: {_RIGHTS[name[1:]] for name in said if name[:1] == sign and name[1:] in _RIGHTS} for sign in "+-"}
    return frozenset((of_roles(roles) | single["+"]) - single["-"])
