"""How a connection goes on: which status follows which, and who decides."""

from enum import StrEnum
from typing import Final

from contracts.registration import ConnectionStatus


class Decision(StrEnum):
    """What somebody does to a connection."""

    REQUEST = "request"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DISCONNECT = "disconnect"


_REQUESTED, _ACTIVE = ConnectionStatus.REQUESTED, ConnectionStatus.ACTIVE
_REFUSED, _DISCONNECTED = ConnectionStatus.REFUSED, ConnectionStatus.DISCONNECTED

OVER: Final = frozenset({_REFUSED, _DISCONNECTED})
"""One of the two wants no connection; it takes both to begin again."""

_NEXT: Final = {
    (_REFUSED, Decision.REQUEST): _REQUESTED,
    (_DISCONNECTED, Decision.REQUEST): _REQUESTED,
    (_REQUESTED, Decision.ACCEPT): _ACTIVE,
    # Who refused may change their mind without being asked again.
    (_REFUSED, Decision.ACCEPT): _ACTIVE,
    (_REQUESTED, Decision.REFUSE): _REFUSED,
    (_ACTIVE, Decision.DISCONNECT): _DISCONNECTED,
    (_REQUESTED, Decision.DISCONNECT): _DISCONNECTED,
}
ANSWERS: Final = frozenset({Decision.ACCEPT, Decision.REFUSE})
"""What the side that was asked decides alone; either side may disconnect."""


def after(status: ConnectionStatus, decision: Decision) -> ConnectionStatus | None:
    """The status that follows; None when the decision does not fit the status."""
    return _NEXT.get((status, decision))
