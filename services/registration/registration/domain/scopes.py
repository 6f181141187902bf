"""What a machine client can be allowed to do; a route asks for one with `principal.require_scope`."""

from typing import Final

from contracts.registration import Right

SCOPES: Final = (
    Right.ORDERS_READ,
    Right.ORDERS_WRITE,
    Right.RECEIPTS_WRITE,
    Right.INVOICES_READ,
    Right.INVOICES_WRITE,
    Right.STATUSES_WRITE,
    Right.FEED_READ,
    Right.WEBHOOKS_READ,
    Right.WEBHOOKS_WRITE,
    Right.ARCHIVE_READ,
    Right.PARTNERS_WRITE,
)


def checked(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes as given. Raises ValueError for one that is none."""
    unknown = scopes - set(SCOPES)
    if unknown:
        raise ValueError(f"there is no scope {min(unknown)[:60]}; there are {', '.join(SCOPES)}")
    return scopes
