"""What a machine client can be allowed to do; a route asks for one with `principal.require_scope`."""

from typing import Final

SCOPES: Final = (
    "orders:read",
    "orders:write",
    "receipts:write",
    "invoices:read",
    "invoices:write",
    "statuses:write",
    "rulebooks:read",
    "rulebooks:write",
    "feed:read",
    "archive:read",
)
