"""Envoy Gateway's policies: who gets in, how requests are carried, what clients may send."""

from collections.abc import Iterable
from typing import Final

from contracts import limits
from contracts.topics import SERVICES
from gateway.filters import (
    AUDIENCE_HEADER,
    EXCHANGE_HEADERS,
    EXCHANGE_PATH,
    EXCHANGE_TIMEOUT_SECONDS,
    ISSUER,
    JWKS_CACHE_SECONDS,
    JWKS_PATH,
    STRIPPED_HEADERS,
    STRIPPED_PREFIXES,
)
from gateway.kubernetes.objects import (
    NAMESPACE,
    PORT,
    Manifest,
    envoy_api,
    routes_labelled,
    service_reference,
    the_gateway,
)
from gateway.kubernetes.routes import Access, carriage
from gateway.response_headers import IF_ABSENT, REMOVED, SET, STRICT_TRANSPORT
from gateway.routes import CARRIAGE, ROUTES, Kind, Route

_IDENTITY: Final = "registration"
_MAX_CONNECTIONS: Final = 10_000


def _jwt(audience: str) -> Manifest:
    """Only the Authorization header is read; the other places Envoy knows end in logs."""
    provider: Manifest = {
        "name": audience,
        "issuer": ISSUER,
        "audiences": [audience],
        "extractFrom": {"headers": [{"name": "authorization", "valuePrefix": "Bearer "}]},
        "remoteJWKS": {
            "uri": f"http://{_IDENTITY}.{NAMESPACE}.svc:{PORT}{JWKS_PATH}",
            "cacheDuration": f"{JWKS_CACHE_SECONDS}s",
            "failedRefetchDuration": "1s",
            "backendRefs": [service_reference(_IDENTITY)],
        },
    }
    return {"providers": [provider]}


def _exchange() -> Manifest:
    """The cookie for a token. The audience is added by `patches`, per service; without it the exchange refuses."""
    return {
        "failOpen": False,
        "statusOnError": 503,
        "timeout": f"{EXCHANGE_TIMEOUT_SECONDS}s",
        "headersToExtAuth": [name for name in EXCHANGE_HEADERS if name != AUDIENCE_HEADER],
        "http": {
            "backendRefs": [service_reference(_IDENTITY)],
            "path": EXCHANGE_PATH,
            "headersToBackend": ["authorization"],
        },
    }


def exchange_policy(service: str) -> str:
    """The name of the policy that exchanges cookies for one service's tokens."""
    return f"{service}-session"


def _who_gets_in() -> Iterable[Manifest]:
    """A route that no policy names is closed by the gateway's own; open routes are opened by name."""
    deny: Manifest = {"targetRefs": [the_gateway()], "authorization": {"defaultAction": "Deny"}}
    allow: Manifest = {
        "targetSelectors": [routes_labelled(access=Access.OPEN)],
        "authorization": {"defaultAction": "Allow"},
    }
    yield envoy_api("SecurityPolicy", "closed-by-default", deny)
    yield envoy_api("SecurityPolicy", "open", allow)
    for service in SERVICES:
        token: Manifest = {
            "targetSelectors": [routes_labelled(service=service, access=Access.TOKEN)],
            "jwt": _jwt(service),
        }
        session: Manifest = {
            "targetSelectors": [routes_labelled(service=service, access=Access.SESSION)],
            "extAuth": _exchange(),
            "jwt": _jwt(service),
        }
        yield envoy_api("SecurityPolicy", f"{service}-token", token)
        yield envoy_api("SecurityPolicy", exchange_policy(service), session)


def _carriage(route: Route) -> Manifest:
    figures = CARRIAGE[route.kind]
    http: Manifest = {
        "requestTimeout": f"{figures.timeout}s",
        "streamIdleTimeout": f"{figures.idle}s",
        # below the services' own 75 s: the side that closes an idle connection must be this one
        "connectionIdleTimeout": "30s",
    }
    if figures.longest is not None:
        http["maxStreamDuration"] = f"{figures.longest}s"
    per_second = limits.REQUESTS_PER_SECOND if route.per_second is None else route.per_second
    spec: Manifest = {
        "targetSelectors": [routes_labelled(carriage=carriage(route))],
        "timeout": {"tcp": {"connectTimeout": "1s"}, "http": http},
        "rateLimit": {"type": "Local", "local": {"rules": [{"limit": {"requests": per_second, "unit": "Second"}}]}},
        "circuitBreaker": {
            "maxConnections": _MAX_CONNECTIONS,
            "maxParallelRequests": _MAX_CONNECTIONS,
            "maxPendingRequests": 1000,
            "maxParallelRetries": 50,
        },
    }
    if figures.buffered:
        spec["requestBuffer"] = {"limit": str(limits.JSON_BODY)}
    if figures.retried:
        spec["retry"] = {
            "numRetries": 4,
            # only what no service has seen a byte of: a repeated POST must never do a thing twice
            "retryOn": {"triggers": ["connect-failure", "refused-stream", "reset-before-request"]},
            "perRetry": {"backOff": {"baseInterval": "100ms", "maxInterval": "1s"}},
        }
    if route.kind is Kind.SITE:
        spec["compression"] = [{"type": "Gzip", "gzip": {}}]
    return envoy_api("BackendTrafficPolicy", carriage(route), spec)


def _carriages() -> Iterable[Manifest]:
    ways = {carriage(route): route for route in ROUTES}
    return (_carriage(ways[name]) for name in sorted(ways))


def _clients() -> Manifest:
    """What clients may send, and what every answer says."""
    headers: Manifest = {
        "withUnderscoresAction": "RejectRequest",
        "requestID": "Generate",
        "earlyRequestHeaders": {
            "remove": list(STRIPPED_HEADERS),
            "removeOnMatch": [{"type": "Prefix", "value": prefix} for prefix in STRIPPED_PREFIXES],
        },
        "lateResponseHeaders": {
            "remove": list(REMOVED),
            "set": [{"name": name, "value": value} for name, value in (*SET.items(), STRICT_TRANSPORT)],
            "addIfAbsent": [{"name": name, "value": value} for name, value in IF_ABSENT.items()],
        },
    }
    return envoy_api(
        "ClientTrafficPolicy",
        "clients",
        {
            "targetRefs": [the_gateway()],
            "headers": headers,
            "path": {"escapedSlashesAction": "RejectRequest", "disableMergeSlashes": False},
            "http2": {
                "maxConcurrentStreams": 100,
                # above the buffer's limit: below it, a body over the limit stalls instead of being refused
                "initialStreamWindowSize": str(2 * limits.JSON_BODY),
                "initialConnectionWindowSize": str(4 * limits.JSON_BODY),
            },
            "connection": {
                "bufferLimit": str(limits.JSON_BODY),
                "connectionLimit": {"value": _MAX_CONNECTIONS},
            },
            "timeout": {
                "http": {
                    "idleTimeout": "300s",
                    "requestHeadersReceivedTimeout": "10s",
                    "streamIdleTimeout": "30s",
                }
            },
            "tls": {"minVersion": "1.2", "alpnProtocols": ["h2", "http/1.1"]},
        },
    )


def policies() -> list[Manifest]:
    """Security, carriage and client policies."""
    return [*_who_gets_in(), *_carriages(), _clients()]
