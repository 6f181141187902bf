"""The same table as Kubernetes objects: each row is there, each way in is guarded, and the committed file is fresh."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from contracts import limits
from contracts.topics import SERVICES
from gateway.__main__ import main
from gateway.documents import rendered
from gateway.kubernetes.manifests import manifests
from gateway.kubernetes.objects import ACCESS_LABEL, CARRIAGE_LABEL, SERVICE_LABEL, Manifest
from gateway.kubernetes.routes import carriage
from gateway.routes import CARRIAGE, CLOSED, ROUTES, Kind

COMMITTED = Path(__file__).parents[2] / "k8s" / "base" / "gateway.yaml"
OBJECTS = manifests()


def of_kind(kind: str) -> list[Manifest]:
    return [each for each in OBJECTS if each["kind"] == kind]


def named(kind: str, name: str) -> Manifest:
    (found,) = [each for each in of_kind(kind) if each["metadata"]["name"] == name]
    return found["spec"]


def api_routes() -> list[Manifest]:
    return [each for each in of_kind("HTTPRoute") if SERVICE_LABEL in each["metadata"]["labels"]]


def selected(policy: Manifest) -> list[Manifest]:
    (selector,) = policy["spec"]["targetSelectors"]
    wanted = selector["matchLabels"].items()
    return [each for each in of_kind("HTTPRoute") if wanted <= each["metadata"]["labels"].items()]


def paths(routes: Iterable[Manifest]) -> set[str]:
    return {match["path"]["value"] for each in routes for rule in each["spec"]["rules"] for match in rule["matches"]}


def patches() -> dict[str, Any]:
    operations = [patch["operation"] for patch in named("EnvoyPatchPolicy", "listener")["jsonPatches"]]
    return {f"{operation['jsonPath']}{operation['path']}": operation["value"] for operation in operations}


def test_the_committed_file_is_fresh(tmp_path: Path) -> None:
    out = tmp_path / "gateway.yaml"
    assert main(["kubernetes", "--out", str(out)]) == 0
    assert out.read_text() == COMMITTED.read_text(), (
        "run `python -m gateway kubernetes --out deploy/k8s/base/gateway.yaml`"
    )


def test_no_two_objects_share_a_name() -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in OBJECTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("access", ["token", "session"])
def test_every_closed_row_is_reached_both_ways(service: str, access: str) -> None:
    mine = [each for each in api_routes() if each["metadata"]["labels"][SERVICE_LABEL] == service]
    rows = [route for route in ROUTES if route.service == service and route.audience is not None]
    reached = paths(each for each in mine if each["metadata"]["labels"][ACCESS_LABEL] == access)
    assert reached == {route.path.replace("{id}", "[^/]+") for route in rows}


def test_a_token_wins_over_a_cookie() -> None:
    for each in api_routes():
        access = each["metadata"]["labels"][ACCESS_LABEL]
        for rule in each["spec"]["rules"]:
            with_token = [match for match in rule["matches"] if match.get("headers")]
            cookie_filter = [item for item in rule.get("filters", []) if item["type"] == "ExtensionRef"]
            # the more specific rule is tried first: path and method alike, then by the number of headers
            assert len(with_token) * 2 == (len(rule["matches"]) if access == "token" else 0)
            assert len(cookie_filter) == (1 if access == "session" else 0)


def test_the_cookie_stops_at_the_gateway_except_for_registration_itself() -> None:
    for each in api_routes():
        (rule,) = each["spec"]["rules"]
        removed = [
            item["requestHeaderModifier"]["remove"]
            for item in rule.get("filters", [])
            if "requestHeaderModifier" in item
        ]
        carried = each["metadata"]["labels"][CARRIAGE_LABEL]
        opened = carried.startswith("open") and not carried.startswith("open-upload")
        assert removed == ([] if opened else [["cookie", "x-navette-audience"]])


def test_a_route_that_no_policy_names_is_closed() -> None:
    policy = named("SecurityPolicy", "closed-by-default")
    assert policy["authorization"] == {"defaultAction": "Deny"}
    assert policy["targetRefs"][0]["kind"] == "Gateway"


def test_only_open_routes_are_opened() -> None:
    (policy,) = [each for each in of_kind("SecurityPolicy") if each["metadata"]["name"] == "open"]
    backends = {
        (backend["name"], each["metadata"]["labels"].get(CARRIAGE_LABEL))
        for each in selected(policy)
        for rule in each["spec"]["rules"]
        for backend in rule.get("backendRefs", [])
    }
    assert backends == {
        ("registration", "open"),
        ("registration", "open-limited"),
        ("signing", "open-upload-limited"),
        ("portal", "site"),
    }


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_asks_for_its_own_audience(service: str) -> None:
    for way in ("token", "session"):
        (provider,) = named("SecurityPolicy", f"{service}-{way}")["jwt"]["providers"]
        assert provider["audiences"] == [service]
        assert provider["extractFrom"] == {"headers": [{"name": "authorization", "valuePrefix": "Bearer "}]}
    (told,) = [value for path, value in patches().items() if f"/{service}-session'" in path]
    assert told["headers_to_add"] == [{"key": "x-navette-audience", "value": service}]
    assert "extAuth" not in named("SecurityPolicy", f"{service}-token")


@pytest.mark.parametrize("service", SERVICES)
def test_the_exchange_fails_closed_and_soon(service: str) -> None:
    exchange = named("SecurityPolicy", f"{service}-session")["extAuth"]
    assert (exchange["failOpen"], exchange["statusOnError"], exchange["timeout"]) == (False, 503, "2s")
    assert "x-navette-audience" not in exchange["headersToExtAuth"]
    assert exchange["http"]["path"] == "/internal/exchange"


def test_every_policy_of_routes_finds_routes() -> None:
    for kind in ("SecurityPolicy", "BackendTrafficPolicy"):
        for policy in of_kind(kind):
            assert "targetRefs" in policy["spec"] or selected(policy)


def test_every_api_route_has_exactly_one_policy_of_each_kind() -> None:
    for kind in ("SecurityPolicy", "BackendTrafficPolicy"):
        covered = [
            each["metadata"]["name"]
            for policy in of_kind(kind)
            if "targetSelectors" in policy["spec"]
            for each in selected(policy)
            if SERVICE_LABEL in each["metadata"]["labels"]
        ]
        assert sorted(covered) == sorted(each["metadata"]["name"] for each in api_routes())


def test_what_is_large_is_not_buffered_and_what_lasts_is_not_cut() -> None:
    kinds = {carriage(route): route for route in ROUTES}
    for name, route in kinds.items():
        spec, figures = named("BackendTrafficPolicy", name), CARRIAGE[route.kind]
        assert spec.get("requestBuffer") == ({"limit": str(limits.JSON_BODY)} if figures.buffered else None)
        assert ("retry" in spec) == figures.retried
        assert spec["timeout"]["http"]["requestTimeout"] == f"{figures.timeout}s"
    assert named("BackendTrafficPolicy", Kind.STREAM.value)["timeout"]["http"]["requestTimeout"] == "0s"


def test_guessing_is_slowed_down() -> None:
    rules = named("BackendTrafficPolicy", "open-limited")["rateLimit"]["local"]["rules"]
    assert rules == [{"limit": {"requests": limits.SIGN_IN_PER_SECOND, "unit": "Second"}}]


def test_bodies_are_held_before_the_session_is_asked() -> None:
    order = named("EnvoyProxy", "navette")["filterOrder"]
    assert {"name": "envoy.filters.http.buffer", "before": "envoy.filters.http.ext_authz"} in order


def test_nothing_clients_claim_passes() -> None:
    early = named("ClientTrafficPolicy", "clients")["headers"]["earlyRequestHeaders"]
    assert {"x-request-id", "traceparent", "x-forwarded-for"} <= set(early["remove"])
    assert {"type": "Prefix", "value": "x-navette-"} in early["removeOnMatch"]


def test_an_expired_token_lives_no_minute_more() -> None:
    (skew,) = [value for path, value in patches().items() if path.endswith("/clock_skew_seconds")]
    assert skew == 5


def test_the_gateways_own_answers_are_problems() -> None:
    (replies,) = [value for path, value in patches().items() if path.endswith("/local_reply_config")]
    types = {mapper["body_format_override"]["content_type"] for mapper in replies["mappers"]}
    assert types == {"application/problem+json"}


def test_what_is_not_served_here_is_not_served_there() -> None:
    assert paths(each for each in of_kind("HTTPRoute") if each["metadata"]["name"] == "closed") == set(CLOSED)


def test_a_route_stays_within_what_the_api_server_takes() -> None:
    # Gateway API: 64 matches a rule, 16 rules a route
    for each in of_kind("HTTPRoute"):
        assert len(each["spec"]["rules"]) <= 16
        assert all(len(rule.get("matches", [])) <= 64 for rule in each["spec"]["rules"])


def test_the_file_is_plain_yaml() -> None:
    assert "&id" not in rendered(OBJECTS, Path("gateway.yaml"))
