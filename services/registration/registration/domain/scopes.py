"""What a machine client can be allowed to do; a route asks for one with `principal.require_scope`."""

from typing import Final

SCOPES: Final = (
    "orders:read",
    "orders:write",
    "receipts:write",
    "invoices:read",
    "invoices:write",
    "statuses:write",
    "feed:read",
    "webhooks:read",
    "webhooks:write",
    "archive:read",
    "partners:write",
)


def checked(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes as given. Raises ValueError for one that is none."""
    unknown = scopes - set(SCOPES)
    if unknown:
        raise ValueError(f"there is no scope {min(unknown)[:60]}; there are {', '.join(SCOPES)}")
    return scopes
