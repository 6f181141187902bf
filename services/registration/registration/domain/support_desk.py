"""Who answers a question: the support of the unit that it is about, or the operator's."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

_UNITS_OWN: Final = frozenset({"orders", "invoices", "statuses"})
"""Topics that only who ordered can answer; everything else is about the network, so its operator's."""
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Desk:
    """A support desk as people see it before they send: who it is, when it answers, what that costs.

    `address` is where it is written to; the operator may read its queue alone (""). `company_id`: whose people answer
    at a unit's.
    """

    kind: Literal["unit", "operator"]
    name: str
    hours: str
    price: str
    contact: str
    address: str = ""
    company_id: UUID | None = None


def of_unit(company_id: UUID, name: str, contact: str, hours: str, price: str) -> Desk | None:
    """The desk of a unit whose support contact can be written to; None for a telephone number alone."""
    found = _ADDRESS.search(contact)
    return Desk("unit", name, hours, price, contact, found.group(), company_id) if found else None


def responsible(topic: str, unit: Desk | None, operator: Desk) -> Desk:
    """Where a question about a topic goes, when it is about a unit with this desk, or about none."""
    return unit if unit is not None and topic in _UNITS_OWN else operator
