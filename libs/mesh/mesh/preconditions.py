"""Optimistic locking over HTTP (RFC 9110, §13.1.1): a version as ETag, and the If-Match that a change must carry."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header

from mesh.errors import PreconditionRequired, StaleVersion

_ETAG: Final = re.compile(r'^(?:W/)?"v(\d{1,18})"$')


def etag(version: int) -> str:
    """The ETag of a version, for example `"v3"`."""
    return f'"v{version}"'


def if_match(header: str | None) -> int:
    """The version that an If-Match header names.

    Raises PreconditionRequired (428, `IF_MATCH_REQUIRED`) without one, StaleVersion (412, `STALE_VERSION`) for an ETag
    that is not ours.
    """
    if header is None:
        raise PreconditionRequired("IF_MATCH_REQUIRED", "Send If-Match with the ETag of the version you read.")
    found = _ETAG.match(header.strip())
    if found is None:
        raise StaleVersion(
            "STALE_VERSION", "This If-Match is none of our ETags; read the resource again and use its ETag."
        )
    return int(found.group(1))


def current(expected: int, actual: int) -> None:
    """Refuse a change made from another version than the stored one: StaleVersion (412, `STALE_VERSION`)."""
    if expected != actual:
        raise StaleVersion(
            "STALE_VERSION",
            f"It is at version {actual} by now, you changed version {expected}; read it again and repeat.",
        )


async def _expected_version(value: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    return if_match(value)


ExpectedVersion = Annotated[int, Depends(_expected_version)]
"""A route's parameter: the version that the request's If-Match names."""
