"""The two cookies: the session, and the device that has signed in before.

`__Host-` binds a cookie to this origin's host over TLS, `Strict` keeps it out of cross-site requests (RFC 6265bis).
"""

from typing import Final

from starlette.responses import Response

SESSION: Final = "__Host-navette"
DEVICE: Final = "__Host-navette-device"
_DEVICE_SECONDS: Final = 180 * 86_400
_MAX_TOKEN: Final = 128


def _token(header: bytes, name: str) -> str | None:
    wanted = name + "="
    found = [part.strip() for part in header.decode("latin-1").split(";") if part.strip().startswith(wanted)]
    if len(found) != 1:
        return None  # two of one name: somebody planted one
    token = found[0][len(wanted) :]
    return token if token and len(token) <= _MAX_TOKEN else None


def session_token(header: bytes) -> str | None:
    """The session's token in a Cookie header; None without one, or with two."""
    return _token(header, SESSION)


def device_token(header: bytes) -> str:
    """The device's token, or ""."""
    return _token(header, DEVICE) or ""


def put(response: Response, *, session: str, device: str) -> None:
    """Set both cookies: the session's ends with the browser, or on the server before."""
    response.set_cookie(SESSION, session, path="/", secure=True, httponly=True, samesite="strict")
    response.set_cookie(
        DEVICE, device, max_age=_DEVICE_SECONDS, path="/", secure=True, httponly=True, samesite="strict"
    )


def clear(response: Response) -> None:
    """Take the session's cookie away; the device stays known."""
    response.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="strict")
