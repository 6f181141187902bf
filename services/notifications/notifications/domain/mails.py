"""Which items people get a mail about, and who of a company gets it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from contracts import rights
from contracts.registration import Right, Role, UserState
from contracts.status import Party
from notifications.domain.items import ItemType


class MailKind(StrEnum):
    """What a person can switch on and off."""

    FAILED = "failed"
    REFUSED = "refused"
    ON_HOLD = "on_hold"
    APPROVED = "approved"
    PAID = "paid"
    NEW_INVOICE = "new_invoice"
    PAPER_REFUSED = "paper_refused"
    WEBHOOK_DISABLED = "webhook_disabled"
    RULE_FAILED = "rule_failed"


_OF_STATUS: Final = {
    "205": MailKind.APPROVED,
    "206": MailKind.APPROVED,
    "207": MailKind.ON_HOLD,
    "208": MailKind.ON_HOLD,
    "210": MailKind.REFUSED,
    "211": MailKind.PAID,
    "213": MailKind.REFUSED,
}
"""Statuses (XP Z12-012, MDT-105) that a supplier waits for. What the supplier itself reports needs no mail."""
_READERS: Final[Mapping[MailKind, frozenset[Role]]] = {
    **dict.fromkeys(MailKind, frozenset({Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.SIGNER})),
    MailKind.NEW_INVOICE: frozenset({Role.ADMINISTRATOR, Role.ACCOUNTANT, Role.APPROVER}),
    MailKind.WEBHOOK_DISABLED: frozenset({Role.ADMINISTRATOR}),
    MailKind.RULE_FAILED: frozenset({Role.ADMINISTRATOR}),
}


def kind_of(item_type: str, data: Mapping[str, Any], company_id: UUID, *, by_mail: bool) -> MailKind | None:
    """The mail that an item of a company is worth; None: no mail.

    `by_mail`: the item is a buyer's invoice whose channel is mail.
    """
    if item_type == ItemType.WEBHOOK_DISABLED:
        return MailKind.WEBHOOK_DISABLED
    if item_type == ItemType.RULE_FAILED:
        return MailKind.RULE_FAILED
    if item_type == ItemType.INVOICE_ARCHIVED:
        return MailKind.NEW_INVOICE if by_mail else None
    if str(company_id) != data.get("supplier_id"):
        return None
    if item_type == ItemType.INVOICE_FAILED:
        return MailKind.FAILED
    if item_type == ItemType.PAPER_REFUSED:
        return MailKind.PAPER_REFUSED
    if item_type == ItemType.INVOICE_STATUS_REPORTED and data["reported_by"] != Party.SUPPLIER:
        return _OF_STATUS.get(data["code"])
    return None


def may_get(person: UserState, company_id: UUID, kind: MailKind) -> bool:
    """Whether a person is there, can be written to, and acts for the company in a role that this mail is for.

    A mail tells what the feed tells: who may not read that gets none.
    """
    if not person.active or person.erased or not person.email:
        return False
    return any(
        membership.roles & _READERS[kind] and Right.FEED_READ in rights.held(membership)
        for membership in person.memberships
        if membership.company_id == company_id
    )
