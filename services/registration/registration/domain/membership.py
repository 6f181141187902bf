"""Who may give which right, and what a change of rights takes away."""

from collections.abc import Iterable, Set
from typing import Final

from contracts import rights
from contracts.registration import Membership, Right, Role

FIRST: Final = frozenset({Role.ADMINISTRATOR, Role.ACCOUNTANT})
"""Whoever registers a company runs it, and can invoice at once."""
MAX_COMPANIES: Final = 100
"""A token names each company, and has to fit into a header of 16 KiB."""
MAX_SINGLE_RIGHTS: Final = 200
"""Of a person, in all companies: for the same reason."""


def changed(
    before: Membership, *, roles: Set[Role] | None, given: Set[Right] | None, taken: Set[Right] | None
) -> Membership:
    """Somebody's rights with another set of roles, or other single rights; None: as before.

    What the roles allow is not given once more, and what they do not allow is not taken.
    """
    as_these = frozenset(before.roles if roles is None else roles)
    allowed = rights.of_roles(as_these)
    return Membership(
        company_id=before.company_id,
        roles=as_these,
        given=frozenset(before.given if given is None else given) - allowed,
        taken=frozenset(before.taken if taken is None else taken) & allowed,
    )


def joined(one: Membership, there: Membership) -> Membership:
    """What somebody may do for two accounts that become `there`'s: what either allowed."""
    roles = one.roles | there.roles
    allowed = rights.held(one) | rights.held(there)
    of_roles = rights.of_roles(roles)
    return Membership(company_id=there.company_id, roles=roles, given=allowed - of_roles, taken=of_roles - allowed)


def beyond(giver: Set[Right], before: Set[Right], after: Set[Right]) -> frozenset[Right]:
    """What of a change somebody may not do: nobody gives what they have not, and operators alone make operators, or
    take that from one, since it reaches beyond the company."""
    return frozenset(((after - before) | ({Right.NETWORK_OPERATE} & (before ^ after))) - giver)


def administers_whole(membership: Membership) -> bool:
    """Whether somebody administers the company with all the rights of that role; one at least remains."""
    return Role.ADMINISTRATOR in membership.roles and not membership.taken


def has_too_many_single_rights(memberships: Iterable[Membership]) -> bool:
    """Whether somebody's token would grow too long."""
    return sum(len(each.given) + len(each.taken) for each in memberships) > MAX_SINGLE_RIGHTS


def revokes(before: Set[Right], after: Set[Right]) -> bool:
    """Whether a right is lost, so that older tokens must be refused."""
    return bool(before - after)
