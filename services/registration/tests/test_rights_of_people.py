"""What somebody may do for a company, by their roles and singly, and who may change it."""

from contracts.ids import new_id
from contracts.registration import Membership, Right, Role
from contracts.rights import OF_ROLE, WITH_A_ROLE, held, named, names
from registration.domain import membership

COMPANY = new_id()
VIEWS, ACCOUNTS, RUNS = (OF_ROLE[role] for role in (Role.VIEWER, Role.ACCOUNTANT, Role.ADMINISTRATOR))


def _as(*roles: Role, given: set[Right] | None = None, taken: set[Right] | None = None) -> Membership:
    return Membership(
        company_id=COMPANY, roles=frozenset(roles), given=frozenset(given or ()), taken=frozenset(taken or ())
    )


def test_a_token_says_all_that_somebody_may_do() -> None:
    theirs = _as(Role.ACCOUNTANT, given={Right.RULES_WRITE}, taken={Right.ORDERS_WRITE})
    said = names(theirs.roles, theirs.given, theirs.taken)
    assert named(said) == held(theirs) == (ACCOUNTS | {Right.RULES_WRITE}) - {Right.ORDERS_WRITE}


def test_a_single_right_lives_beside_the_roles_only() -> None:
    theirs = membership.changed(
        _as(Role.VIEWER), roles=None, given={Right.STATUSES_WRITE, Right.ARCHIVE_READ}, taken=None
    )
    assert theirs.given == {Right.STATUSES_WRITE}
    promoted = membership.changed(theirs, roles={Role.ACCOUNTANT}, given=None, taken={Right.RULES_WRITE})
    assert (promoted.given, promoted.taken) == (frozenset(), frozenset())


def test_nobody_gives_what_they_have_not_and_operators_alone_touch_theirs() -> None:
    giver = RUNS - {Right.INVOICES_WRITE}
    assert membership.beyond(giver, VIEWS, ACCOUNTS) == {Right.INVOICES_WRITE}
    assert not membership.beyond(giver, ACCOUNTS, VIEWS)
    assert membership.beyond(RUNS, OF_ROLE[Role.OPERATOR], frozenset()) == {Right.NETWORK_OPERATE}


def test_rights_are_revoked_when_one_is_lost_not_when_one_is_added() -> None:
    assert membership.revokes(RUNS, VIEWS)
    assert not membership.revokes(VIEWS, RUNS)


def test_a_merge_takes_nothing_and_brings_nothing_that_neither_account_gave() -> None:
    gone = _as(Role.APPROVER, given={Right.WEBHOOKS_WRITE}, taken={Right.ARCHIVE_READ})
    kept = _as(Role.VIEWER, taken={Right.ARCHIVE_READ, Right.FEED_READ})
    assert held(membership.joined(gone, kept)) == held(gone) | held(kept)


def test_an_administrator_has_every_right_but_the_operators() -> None:
    assert set(Right) - RUNS == {Right.NETWORK_OPERATE}
    assert {Right.COMPANY_RUN, Right.NETWORK_OPERATE} == WITH_A_ROLE
