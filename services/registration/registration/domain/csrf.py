"""Whether a browser's request comes from the portal: SameSite=Strict is the first wall, this is the second.

`Sec-Fetch-Site` is the Fetch Metadata header, `Origin` that of RFC 6454. A cookie's site ignores ports, so another
application on the same host is same-site: only the exact origin counts.
"""

from collections.abc import Collection, Mapping
from typing import Final

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = (b"same-origin", b"none")


def foreign(method: str, headers: Mapping[bytes, bytes], origins: Collection[bytes]) -> str:
    """Why a request that carries the session cookie is not the portal's: `FETCH_SITE`, `ORIGIN`, `NO_ORIGIN`; or ""."""
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if site is not None and site not in _OWN:
        return "FETCH_SITE"
    if origin is not None and origin not in origins:
        return "ORIGIN"
    changes = method not in SAFE or bool(headers.get(b"upgrade"))
    if changes and origin is None and site != b"same-origin":
        return "NO_ORIGIN"
    return ""
