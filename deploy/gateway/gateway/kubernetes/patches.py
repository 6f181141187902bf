"""What Envoy Gateway's policies have no word for, as patches of the listener it makes.

Each failure of a patch closes something or takes away a nicety; none opens anything.
"""

from typing import Any, Final

from contracts.topics import SERVICES
from gateway.envoy import MAX_HEADERS, MAX_HEADERS_KIB, request_ids
from gateway.filters import AUDIENCE_HEADER, CLOCK_SKEW_SECONDS
from gateway.kubernetes.objects import NAMESPACE, XDS_LISTENER, Manifest, envoy_api, the_gateway
from gateway.kubernetes.policies import exchange_policy
from gateway.problems import local_replies

_LISTENER: Final = "type.googleapis.com/envoy.config.listener.v3.Listener"
_MANAGER: Final = "$.filter_chains[*].filters[?(@.name=='envoy.filters.network.http_connection_manager')].typed_config"


def _filter(name: str) -> str:
    return f"{_MANAGER}.http_filters[?(@.name=='{name}')].typed_config"


def _add(json_path: str, field: str, value: Any) -> Manifest:
    operation: Manifest = {"op": "add", "jsonPath": json_path, "path": f"/{field}", "value": value}
    return {"type": _LISTENER, "name": XDS_LISTENER, "operation": operation}


def _audience(service: str) -> Manifest:
    """Told to the exchange alone. A header set by the route would come after it was asked."""
    header: Manifest = {"key": AUDIENCE_HEADER, "value": service}
    policy = f"envoy.filters.http.ext_authz/securitypolicy/{NAMESPACE}/{exchange_policy(service)}"
    request: Manifest = {"headers_to_add": [header]}
    return _add(f"{_filter(policy)}.http_service", "authorization_request", request)


def _tokens() -> Manifest:
    """Envoy's own clock skew is a minute: an expired token would live that much longer."""
    return _add(f"{_filter('envoy.filters.http.jwt_authn')}.providers.*", "clock_skew_seconds", CLOCK_SKEW_SECONDS)


def patch_policy() -> Manifest:
    """All patches, in one policy. Envoy Gateway must allow patches: `extensionApis.enableEnvoyPatchPolicy`."""
    patches = [
        *(_audience(service) for service in SERVICES),
        _tokens(),
        _add(_MANAGER, "local_reply_config", local_replies()),
        _add(_MANAGER, "request_id_extension", request_ids()),
        _add(_MANAGER, "always_set_request_id_in_response", True),
        _add(_MANAGER, "max_request_headers_kb", MAX_HEADERS_KIB),
        _add(f"{_MANAGER}.common_http_protocol_options", "max_headers_count", MAX_HEADERS),
    ]
    return envoy_api(
        "EnvoyPatchPolicy", "listener", {"targetRef": the_gateway(), "type": "JSONPatch", "jsonPatches": patches}
    )
