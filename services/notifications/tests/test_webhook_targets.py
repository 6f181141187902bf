"""Webhooks reach the internet and nothing inside the network."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.targets import TargetRefused, TargetRules

PRODUCTION = TargetRules()
DEVELOPMENT = TargetRules(loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep a machine's credentials
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused here, nothing binds to it
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
    ],
)
def test_an_address_inside_or_standing_for_another_is_refused(address: str) -> None:
    with pytest.raises(TargetRefused):
        PRODUCTION.check(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:85e5"])
def test_an_address_of_the_internet_is_allowed(address: str) -> None:
    PRODUCTION.check(ip_address(address))


@given(st.ip_addresses())
def test_what_is_allowed_is_always_a_global_unicast_address(address: IPv4Address | IPv6Address) -> None:
    try:
        PRODUCTION.check(address)
    except TargetRefused:
        return
    assert address.is_global
    assert not address.is_multicast
    assert not (isinstance(address, IPv6Address) and address.ipv4_mapped)


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com/hooks",
        "ftp://erp.example.com/",
        "https:///nowhere",
        "https://",
        "erp.example.com/hooks",
        "https://user:pass@erp.example.com/",
        "https://erp.example.com@127.0.0.1/",
        "https://erp.example.com/#fragment",
        "https://erp.example.com:0/",
        "https://erp.example.com:99999/",
        "https://erp.example.com\\@127.0.0.1/",
        "https://erp.example.com/a b",
        "https://erp.example.com/\r\nX-Injected: 1",
        "https://localhost/hooks",
        "https://erp.localhost/hooks",
        "https://127.0.0.1/hooks",
        "https://[::1]/hooks",
        "https://[::ffff:10.0.0.1]/hooks",
        "https://169.254.169.254/latest/meta-data",
        "https://[not-an-address]/",
        "https://" + "a" * 2_000 + ".example.com/",
        "https://" + "a" * 64 + ".example.com/",
    ],
)
def test_an_address_that_is_not_plain_https_to_a_public_name_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        PRODUCTION.target(url)


@given(st.text(max_size=80))
def test_any_text_is_a_target_or_is_refused(text: str) -> None:
    try:
        target = PRODUCTION.target(text)
    except TargetRefused:
        return
    assert target.scheme == "https"
    assert target.path.startswith("/")


def test_a_target_keeps_port_query_and_international_name() -> None:
    target = PRODUCTION.target("https://bücher.example:8443/hooks?unit=1")
    assert (target.host, target.port, target.path) == ("xn--bcher-kva.example", 8443, "/hooks?unit=1")
    assert target.authority == "xn--bcher-kva.example:8443"
    assert PRODUCTION.target("https://erp.example.com").authority == "erp.example.com"


def test_development_may_reach_this_machine_over_http_and_nothing_else_inside() -> None:
    assert DEVELOPMENT.target("http://127.0.0.1:9000/hooks").port == 9000
    assert DEVELOPMENT.target("http://localhost:9000/hooks").host == "localhost"
    DEVELOPMENT.check(ip_address("127.0.0.1"))
    DEVELOPMENT.check(ip_address("::1"))
    for url in ("http://erp.example.com/", "http://10.0.0.1/", "https://192.168.1.1/"):
        with pytest.raises(TargetRefused):
            DEVELOPMENT.target(url)
    with pytest.raises(TargetRefused):
        DEVELOPMENT.check(ip_address("10.0.0.1"))
