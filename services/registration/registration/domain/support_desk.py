"""Who answers a question: the support of the unit that it is about, or the operator's."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

_UNITS_OWN: Final = frozenset({"orders", "invoices", "statuses"})
"""Topics that only who ordered can answer."""
_COMPLIANCE: Final = frozenset({"archive"})
"""Tax and archive: whom the unit names for them. Everything else is about the network, so its operator's."""
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


def of_unit(
    topic: str, *, company_id: UUID, name: str, support: str, compliance: str, hours: str, price: str
) -> Desk | None:
    """The desk of a unit for a topic, where the contact for it can be written to; None for a telephone number alone."""
    contact = support if topic in _UNITS_OWN else compliance if topic in _COMPLIANCE else ""
    found = _ADDRESS.search(contact)
    return Desk("unit", name, hours, price, contact, found.group(), company_id) if found else None
