"""The HTTP filter chain, in the order requests pass it. The order is the security: each step says why it stands there.

headers → rate limit → buffer → session → token → compression → router
"""

from collections.abc import Sequence
from typing import Final

from contracts import limits
from contracts.topics import SERVICES
from gateway.envoy_api import ALWAYS, FILTER, Config, http_filter, typed
from gateway.response_headers import IF_ABSENT, REMOVED, SET, STRICT_TRANSPORT

AUDIENCE_HEADER: Final = "x-navette-audience"
SESSION_COOKIE: Final = "__Host-navette"
ISSUER: Final = "https://id.navette.local"
EXCHANGE_PATH: Final = "/internal/exchange"
JWKS_PATH: Final = "/.well-known/jwks.json"

HEADERS: Final = "headers"
RATE_LIMIT: Final = "ratelimit"
BUFFER: Final = "buffer"
SESSION: Final = "session"
TOKEN: Final = "token"  # noqa: S105 - the filter's name, not a secret
COMPRESSION: Final = "compression"

CLOCK_SKEW_SECONDS: Final = 5
EXCHANGE_TIMEOUT_SECONDS: Final = 2
JWKS_CACHE_SECONDS: Final = 60
"""Envoy does not look again on an unknown `kid`: a new key signs only after this long, and a margin, in the JWKS."""

STRIPPED_PREFIXES: Final = ("x-navette-", "x-auth-", "x-envoy-")
STRIPPED_HEADERS: Final = (
    "x-jwt-payload",
    "x-request-id",
    "traceparent",
    "tracestate",
    "baggage",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
"""What only this side of the gateway may say: identity, tracing (a trace is named by Envoy's request id), addresses."""

EXCHANGE_HEADERS: Final = ("cookie", "origin", "sec-fetch-site", "upgrade", AUDIENCE_HEADER, "x-request-id")
"""All that registration is told of a request when it exchanges the cookie; never the body."""


def _set(name: str, value: str, action: str = "OVERWRITE_IF_EXISTS_OR_ADD") -> Config:
    return {"append": {"header": {"key": name, "value": value}, "append_action": action}}


def stripping() -> Config:
    """Drops what clients claim before anything reads it: Envoy would append to an address, and keep a request id it
    takes for internal."""
    mutations: list[Config] = [
        *({"remove_on_match": {"key_matcher": {"prefix": prefix}}} for prefix in STRIPPED_PREFIXES),
        *({"remove": name} for name in STRIPPED_HEADERS),
    ]
    early = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"
    return {"name": "strip", "typed_config": typed(early, {"mutations": mutations})}


def _headers(hsts: bool) -> Config:
    """What every answer says to browsers; routes add their audience to requests here."""
    responses: list[Config] = [
        *({"remove": name} for name in REMOVED),
        *(_set(name, value) for name, value in SET.items()),
        *(_set(name, value, "ADD_IF_ABSENT") for name, value in IF_ABSENT.items()),
    ]
    if hsts:
        responses.append(_set(*STRICT_TRANSPORT))
    return http_filter(HEADERS, "header_mutation.v3.HeaderMutation", {"mutations": {"response_mutations": responses}})


def token_bucket(name: str, per_second: int) -> Config:
    """A rate limit over all clients of one gateway; also the form a single route's limit takes."""
    return typed(
        FILTER + "local_ratelimit.v3.LocalRateLimit",
        {
            "stat_prefix": name,
            "token_bucket": {"max_tokens": per_second, "tokens_per_fill": per_second, "fill_interval": "1s"},
            "filter_enabled": ALWAYS,
            "filter_enforced": ALWAYS,
        },
    )


def _buffer() -> Config:
    """Before the session filter: after it, a body over the limit would fill the connection's buffer while the exchange
    is awaited, reading would stop, and the request would neither pass nor be refused."""
    return http_filter(BUFFER, "buffer.v3.Buffer", {"max_request_bytes": limits.JSON_BODY})


def _has_header(name: str, value_match: Config) -> Config:
    matched = typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", {"header_name": name})
    return {"single_predicate": {"input": {"name": name, "typed_config": matched}, "value_match": value_match}}


def _session() -> Config:
    """Exchanges the session cookie for a token of the route's audience, at registration.

    Skipped when any Authorization header is there (a token wins over a cookie) or no session cookie: machines never
    depend on registration being up. What fails is closed: 503.
    """
    exchange = typed(
        FILTER + "ext_authz.v3.ExtAuthz",
        {
            "transport_api_version": "V3",
            "stat_prefix": "session",
            "failure_mode_allow": False,
            "status_on_error": {"code": "ServiceUnavailable"},
            "validate_mutations": True,
            "allowed_headers": {"patterns": [{"exact": name} for name in EXCHANGE_HEADERS]},
            "http_service": {
                "server_uri": {
                    "uri": "http://registration",
                    "cluster": "registration",
                    "timeout": f"{EXCHANGE_TIMEOUT_SECONDS}s",
                },
                "path_prefix": EXCHANGE_PATH,
                "authorization_response": {
                    "allowed_upstream_headers": {"patterns": [{"exact": "authorization"}]},
                    "allowed_client_headers": {"patterns": [{"exact": "content-type"}, {"exact": "cache-control"}]},
                },
            },
        },
    )
    # `google_re2` looks deprecated and is required in this one place
    any_value: Config = {"safe_regex": {"google_re2": {}, "regex": ".*"}}
    without_session: Config = {"not_matcher": _has_header("cookie", {"contains": f"{SESSION_COOKIE}="})}
    nothing_to_exchange: Config = {
        "or_matcher": {"predicate": [_has_header("authorization", any_value), without_session]}
    }
    skip = typed("envoy.extensions.filters.common.matcher.action.v3.SkipFilter")
    matcher: Config = {
        "predicate": nothing_to_exchange,
        "on_match": {"action": {"name": "skip", "typed_config": skip}},
    }
    return {
        "name": SESSION,
        "typed_config": typed(
            "envoy.extensions.common.matching.v3.ExtensionWithMatcher",
            {
                "extension_config": {"name": "envoy.filters.http.ext_authz", "typed_config": exchange},
                "xds_matcher": {"matcher_list": {"matchers": [matcher]}},
            },
        ),
    }


def _token() -> Config:
    """Verifies the bearer token. A route that names no requirement is closed by the last rule.

    Only the Authorization header is read: by default Envoy would also take `?access_token=`, which ends in logs. The
    default clock skew of a minute would let an expired token live a minute more.
    """
    jwks: Config = {
        "http_uri": {
            "uri": f"http://registration{JWKS_PATH}",
            "cluster": "registration",
            "timeout": f"{EXCHANGE_TIMEOUT_SECONDS}s",
        },
        "cache_duration": f"{JWKS_CACHE_SECONDS}s",
        # the listener opens before registration answers, and says 401 until it does
        "async_fetch": {"fast_listener": True, "failed_refetch_duration": "1s"},
    }
    mesh: Config = {
        "issuer": ISSUER,
        "audiences": list(SERVICES),
        "clock_skew_seconds": CLOCK_SKEW_SECONDS,
        "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
        "forward": True,
        "jwt_cache_config": {"jwt_cache_size": 2000},
        "remote_jwks": jwks,
    }
    requirements: Config = {
        service: {"provider_and_audiences": {"provider_name": "mesh", "audiences": [service]}} for service in SERVICES
    }
    return http_filter(
        TOKEN,
        "jwt_authn.v3.JwtAuthentication",
        {
            "providers": {"mesh": mesh},
            "requirement_map": requirements,
            "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "mesh"}}],
        },
    )


def _compression() -> Config:
    """For the portal's files only: answers of the API mix secrets with what clients sent (BREACH)."""
    library = typed(
        "envoy.extensions.compression.gzip.compressor.v3.Gzip", {"compression_level": "COMPRESSION_LEVEL_6"}
    )
    return http_filter(
        COMPRESSION,
        "compressor.v3.Compressor",
        {
            "response_direction_config": {
                "common_config": {"min_content_length": 1024},
            },
            "compressor_library": {"name": "gzip", "typed_config": library},
        },
    )


def http_filters(*, hsts: bool) -> Sequence[Config]:
    """The whole chain. `hsts`: whether browsers are told to insist on TLS for this host from now on."""
    return (
        _headers(hsts),
        {"name": RATE_LIMIT, "typed_config": token_bucket("edge", limits.REQUESTS_PER_SECOND)},
        _buffer(),
        _session(),
        _token(),
        _compression(),
        http_filter("envoy.filters.http.router", "router.v3.Router", {"suppress_envoy_headers": True}),
    )
