"""The second factor: what counts as one, what a company may ask for, and what a person is offered at sign-in.

Everybody has one from the first day: without another it is a code by e-mail. Whoever set up a stronger one is not asked
by e-mail any more unless they chose that too, so that a stolen mailbox alone opens nothing (NIST SP 800-63B, §5.2).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.registration import Role


class Method(StrEnum):
    """How somebody proves a sign-in beside the password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    SMS = "sms"
    EMAIL = "email"
    RECOVERY_CODE = "recovery_code"


CHOICES: Final = (Method.TOTP, Method.PASSKEY, Method.SMS, Method.EMAIL)
"""What a company may allow."""
STRONG: Final = frozenset({Method.TOTP, Method.PASSKEY})
"""What nobody on the way of a mail or a message can read."""


@dataclass(frozen=True)
class Ways:
    """How a person may finish signing in. `set_up`: they have nothing that is allowed and get one after this."""

    methods: tuple[Method, ...]
    set_up: bool


def policy(methods: Iterable[str]) -> frozenset[Method]:
    """A company's choice, checked. Raises ValueError when somebody could not set up any of it without a phone."""
    chosen = frozenset(Method(method) for method in methods)
    if not chosen & {Method.TOTP, Method.PASSKEY, Method.EMAIL}:
        raise ValueError("allow at least one of totp, passkey and email: not everybody has a phone for messages")
    return chosen


def allowed(companies: Mapping[UUID, tuple[Collection[Role], Collection[str]]]) -> frozenset[Method]:
    """What all companies of a person allow, by company their roles there and its choice.

    Who operates the installation reaches every company, so a mail or a message is not enough for them (ASVS 5.0,
    6.3.3).
    """
    methods = frozenset(CHOICES)
    for roles, chosen in companies.values():
        methods &= frozenset(Method(method) for method in chosen)
        if Role.OPERATOR in roles:
            methods &= STRONG
    return methods or STRONG


def ways(may: Collection[Method], has: Collection[Method], *, recovery_codes: bool) -> Ways:
    """What is offered to somebody who `has` set up these, when their companies allow those."""
    usable = [method for method in CHOICES if method in has and method in may]
    if not usable and Method.EMAIL in may:
        usable = [Method.EMAIL]
    set_up = not usable
    if set_up:
        usable = [Method.EMAIL]
    return Ways((*usable, *((Method.RECOVERY_CODE,) if recovery_codes else ())), set_up)
