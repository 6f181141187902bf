"""Which requests count as the portal's own."""

import pytest

from registration import cookies
from registration.portal import Portal

PORTAL = Portal("https://portal.test", ["https://other.test:8443/"])


@pytest.mark.parametrize(
    ("method", "headers", "why"),
    [
        ("GET", {}, ""),
        ("POST", {}, "NO_ORIGIN"),
        ("GET", {b"upgrade": b"websocket"}, "NO_ORIGIN"),
        ("POST", {b"origin": b"https://portal.test"}, ""),
        ("POST", {b"origin": b"https://other.test:8443"}, ""),
        ("POST", {b"sec-fetch-site": b"same-origin"}, ""),
        ("POST", {b"sec-fetch-site": b"none"}, "NO_ORIGIN"),
        ("GET", {b"sec-fetch-site": b"none"}, ""),
        ("GET", {b"sec-fetch-site": b"cross-site"}, "FETCH_SITE"),
        ("POST", {b"sec-fetch-site": b"same-site", b"origin": b"https://portal.test"}, "FETCH_SITE"),
        ("POST", {b"origin": b"null"}, "ORIGIN"),
        ("POST", {b"origin": b"http://portal.test"}, "ORIGIN"),
        ("GET", {b"origin": b"https://portal.test:444"}, "ORIGIN"),
    ],
)
def test_a_request_is_the_portals_or_is_told_why_not(method: str, headers: dict[bytes, bytes], why: str) -> None:
    assert PORTAL.foreign(method, headers) == why


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (b"__Host-navette=abc", "abc"),
        (b"theme=dark; __Host-navette=abc; x=y", "abc"),
        (b"__Host-navette=abc; __Host-navette=def", None),
        (b"__Host-navette-device=abc", None),
        (b"x__Host-navette=abc", None),
        (b"__Host-navette=", None),
        (b"__Host-navette=" + b"a" * 129, None),
        (b"", None),
    ],
)
def test_one_cookie_names_the_session_and_two_name_none(header: bytes, token: str | None) -> None:
    assert cookies.session_token(header) == token
