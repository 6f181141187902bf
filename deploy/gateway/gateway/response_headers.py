"""What every answer tells browsers, whoever gave it: services, the portal or the gateway itself."""

from collections.abc import Mapping
from typing import Final

REMOVED: Final = ("server",)

SET: Final[Mapping[str, str]] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

IF_ABSENT: Final[Mapping[str, str]] = {
    # for answers of the API, which are data; the portal's files bring a policy of their own
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

STRICT_TRANSPORT: Final = ("strict-transport-security", "max-age=63072000; includeSubDomains")
"""Only for real host names: a browser would insist on TLS for every other program of a developer's machine."""
