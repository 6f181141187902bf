"""The route table itself: nothing stands in nothing's way, and every address has one owner."""

import re
from itertools import combinations

import pytest

from contracts import limits
from contracts.topics import SERVICES
from gateway.routes import CARRIAGE, CLOSED, PORTAL, ROUTES, Kind, Route

# DESIGN of the public API: one prefix set a service
PREFIXES = {
    "registration": "registrations activations session oauth companies entities units users connections invitations "
    "partners consents plans tickets",
    "po-sync": "orders receipts order-files",
    "invoicing": "billable-lines invoices uploads templates attachments trash exports",
    "validation": "checks rulebooks",
    "signing": "previews signature-reports certificates originals",
    "archive": "archive",
    "notifications": "webhooks preferences events feed tracking",
}


def owner(address: str, method: str = "GET") -> Route:
    """The row an address falls to: the first that fits, as Envoy reads them."""
    for route in ROUTES:
        if route.methods and method not in route.methods:
            continue
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route.path.rstrip("/")))
        if re.fullmatch(pattern + ("(/.*)?" if route.is_prefix else ""), address):
            return route
    raise AssertionError(address)


@pytest.mark.parametrize(
    ("service", "prefix"), [(service, prefix) for service, text in PREFIXES.items() for prefix in text.split()]
)
def test_a_published_address_belongs_to_its_service(service: str, prefix: str) -> None:
    assert owner(f"/v1/{prefix}").service == service


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_its_operations(service: str) -> None:
    assert owner(f"/v1/ops/{service}/dead-letters").service == service
    assert owner(f"/v1/ops/{service}/replays/7/events").kind is Kind.STREAM


def test_every_row_has_a_known_service_and_every_token_a_matching_audience() -> None:
    for route in ROUTES:
        assert route.service in (*SERVICES, PORTAL)
        assert route.audience in (None, route.service)
        assert (route.audience is None) == (route.kind in (Kind.OPEN, Kind.OPEN_UPLOAD, Kind.SITE))
        assert route.kind in CARRIAGE


def test_no_address_has_two_owners() -> None:
    owners: dict[str, str] = {}
    for route in ROUTES:
        if route.kind is not Kind.SITE and not route.path.startswith("/v1/ops/"):
            first = "/".join(route.path.split("/")[:3])
            assert owners.setdefault(first, route.service) == route.service


def test_open_is_only_what_has_no_session_yet() -> None:
    opened = {route.path for route in ROUTES if route.audience is None and route.kind is Kind.OPEN}
    assert opened == {
        "/v1/session",
        "/v1/oauth",
        "/v1/registrations",
        "/v1/activations",
        "/.well-known/jwks.json",
    }


def test_what_takes_anybody_s_files_is_slowed_down() -> None:
    uploads = [route for route in ROUTES if route.kind is Kind.OPEN_UPLOAD]
    assert [route.path for route in uploads] == ["/v1/verifications"]
    assert uploads[0].per_second == limits.VERIFICATIONS_PER_SECOND
    assert uploads[0].largest == limits.VERIFICATION_BODY < limits.UPLOAD_BODY


def test_every_open_address_that_takes_secrets_is_slowed_down() -> None:
    for path in ("/v1/session", "/v1/oauth/token", "/v1/registrations", "/v1/activations/secret"):
        assert owner(path, "POST").per_second == limits.SIGN_IN_PER_SECOND
        assert owner(path, "GET").per_second is None


def test_no_row_hides_behind_a_wider_one() -> None:
    for wide, narrow in combinations(ROUTES, 2):
        covers_methods = not wide.methods or (narrow.methods and set(narrow.methods) <= set(wide.methods))
        below = wide.is_prefix and wide.path != "/" and f"{narrow.path}/".startswith(f"{wide.path}/")
        assert not (below and covers_methods), (wide.name, narrow.name)


@pytest.mark.parametrize(
    ("method", "address", "kind"),
    [
        ("POST", "/v1/orders", Kind.UPLOAD),
        ("GET", "/v1/orders", Kind.JSON),
        ("POST", "/v1/orders/7/accept", Kind.JSON),
        ("POST", "/v1/orders/7/changes", Kind.UPLOAD),
        ("PATCH", "/v1/invoices/7", Kind.UPLOAD),
        ("POST", "/v1/invoices/7/submit", Kind.JSON),
        ("GET", "/v1/archive/7/bundle.zip", Kind.DOWNLOAD),
        ("POST", "/v1/archive/verify", Kind.UPLOAD),
        ("GET", "/v1/events", Kind.STREAM),
    ],
)
def test_what_is_large_is_never_buffered_and_what_lasts_is_never_cut(method: str, address: str, kind: Kind) -> None:
    assert owner(address, method).kind is kind


def test_only_requests_that_are_whole_here_are_ever_sent_twice() -> None:
    assert all(carriage.buffered for carriage in CARRIAGE.values() if carriage.retried)


def test_the_services_own_doors_are_closed() -> None:
    assert {"/internal", "/metrics", "/healthz", "/readyz", "/v1"} <= set(CLOSED)


def test_names_of_rows_are_unique() -> None:
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))
