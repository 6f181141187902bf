"""What follows what between a supplier and a buyer's unit."""

from itertools import product

import pytest

from contracts.registration import ConnectionStatus
from registration.domain import connecting
from registration.domain.connecting import Decision

ALLOWED = {
    (ConnectionStatus.REQUESTED, Decision.ACCEPT): ConnectionStatus.ACTIVE,
    (ConnectionStatus.REQUESTED, Decision.REFUSE): ConnectionStatus.REFUSED,
    (ConnectionStatus.REQUESTED, Decision.DISCONNECT): ConnectionStatus.DISCONNECTED,
    (ConnectionStatus.ACTIVE, Decision.DISCONNECT): ConnectionStatus.DISCONNECTED,
    (ConnectionStatus.REFUSED, Decision.ACCEPT): ConnectionStatus.ACTIVE,
    (ConnectionStatus.REFUSED, Decision.REQUEST): ConnectionStatus.REQUESTED,
    (ConnectionStatus.DISCONNECTED, Decision.REQUEST): ConnectionStatus.REQUESTED,
}


@pytest.mark.parametrize(("status", "decision"), list(product(ConnectionStatus, Decision)))
def test_a_decision_leads_where_it_should_or_nowhere(status: ConnectionStatus, decision: Decision) -> None:
    assert connecting.after(status, decision) == ALLOWED.get((status, decision))


def test_only_who_was_asked_accepts_and_refuses() -> None:
    assert {Decision.ACCEPT, Decision.REFUSE} == connecting.ANSWERS
