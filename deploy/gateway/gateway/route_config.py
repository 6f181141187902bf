"""The route table as Envoy's virtual hosts."""

import re
from collections.abc import Sequence
from typing import Final

from contracts import limits
from gateway.envoy_api import FILTER, Config, typed
from gateway.filters import (
    AUDIENCE_HEADER,
    BUFFER,
    COMPRESSION,
    HEADERS,
    RATE_LIMIT,
    SESSION,
    TOKEN,
    token_bucket,
)
from gateway.problems import problem_of
from gateway.routes import CARRIAGE, CLOSED, MAIL, ROUTES, Kind, Route

_OFF: Final = typed("envoy.config.route.v3.FilterConfig", {"disabled": True})
_ANYONE: Final[Config] = {
    SESSION: _OFF,
    TOKEN: typed(FILTER + "jwt_authn.v3.PerRouteConfig", {"disabled": True}),
}
_PLAIN: Final[Config] = {COMPRESSION: typed(FILTER + "compressor.v3.CompressorPerRoute", {"disabled": True})}
_UNBUFFERED: Final[Config] = {BUFFER: typed(FILTER + "buffer.v3.BufferPerRoute", {"disabled": True})}
_RETRY: Final[Config] = {
    # only what no service has seen a byte of: a repeated POST must never do a thing twice
    "retry_on": "connect-failure,refused-stream,reset-before-request",
    "num_retries": 4,
    "retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"},
}
_LARGEST_INT64: Final = 2**63 - 1


def _address(route: Route) -> Config:
    if route.is_template:
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route.path))
        return {"safe_regex": {"regex": pattern}}
    if route.exact:
        return {"path": route.path}
    return {"prefix": "/"} if route.path == "/" else {"path_separated_prefix": route.path}


def _methods(methods: Sequence[str]) -> Config:
    if not methods:
        return {}
    expression = "|".join(methods)
    return {"headers": [{"name": ":method", "string_match": {"safe_regex": {"regex": expression}}}]}


def _action(route: Route) -> Config:
    carriage = CARRIAGE[route.kind]
    action: Config = {"cluster": route.service, "timeout": f"{carriage.timeout}s", "idle_timeout": f"{carriage.idle}s"}
    if carriage.retried:
        action["retry_policy"] = _RETRY
    if carriage.longest is not None:
        action["max_stream_duration"] = {"max_stream_duration": f"{carriage.longest}s"}
    return action


def _named_audience(audience: str) -> Config:
    """Sets the audience before the exchange is asked; a route's own `request_headers_to_add` would come after it."""
    header: Config = {
        "header": {"key": AUDIENCE_HEADER, "value": audience},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }
    return {
        HEADERS: typed(
            FILTER + "header_mutation.v3.HeaderMutationPerRoute",
            {"mutations": {"request_mutations": [{"append": header}]}},
        ),
        TOKEN: typed(FILTER + "jwt_authn.v3.PerRouteConfig", {"requirement_name": audience}),
    }


def _filters(route: Route) -> Config:
    filters: Config = _ANYONE if route.audience is None else _named_audience(route.audience)
    if not CARRIAGE[route.kind].buffered:
        filters = filters | _UNBUFFERED
    if route.kind is not Kind.SITE:
        filters = filters | _PLAIN
    if route.per_second is not None:
        filters = filters | {RATE_LIMIT: token_bucket(route.path.replace("/", "_"), route.per_second)}
    return filters


def envoy_route(route: Route) -> Config:
    """One row of the table. The cookie stops here, except where registration itself must see it."""
    rendered: Config = {
        "name": route.name,
        "match": _address(route) | _methods(route.methods),
        "route": _action(route),
        "typed_per_filter_config": _filters(route),
    }
    if route.kind is not Kind.OPEN:
        rendered["request_headers_to_remove"] = ["cookie", AUDIENCE_HEADER]
    return rendered


def _refused(name: str, match: Config, status: int) -> Config:
    """An answer without any service. The body is only a marker: the local reply's problem replaces it."""
    return {
        "name": name,
        "match": match,
        "direct_response": {"status": status, "body": {"inline_string": problem_of(status).title}},
        "typed_per_filter_config": _ANYONE | _PLAIN | _UNBUFFERED,
    }


def _too_large(name: str, address: Config, largest: int) -> Config:
    """A request that announces more than an address takes is refused before a byte of its body is read."""
    announced: Config = {"name": "content-length", "range_match": {"start": largest + 1, "end": _LARGEST_INT64}}
    return _refused(name, address | {"headers": [announced]}, 413)


def _all_too_large(routes: Sequence[Route]) -> list[Config]:
    """What any address refuses, and what some refuse that take less."""
    narrow = [route for route in routes if route.largest < limits.UPLOAD_BODY]
    return [
        _too_large("too large", {"prefix": "/"}, limits.UPLOAD_BODY),
        *(_too_large(f"too large {route.name}", _address(route), route.largest) for route in narrow),
    ]


def _closed() -> list[Config]:
    return [_refused("closed", {"path_separated_prefix": prefix}, 404) for prefix in CLOSED]


def _site_last(routes: Sequence[Route]) -> tuple[list[Route], list[Route]]:
    return [r for r in routes if r.kind is not Kind.SITE], [r for r in routes if r.kind is Kind.SITE]


def virtual_hosts(hosts: Sequence[str], clusters: frozenset[str]) -> list[Config]:
    """The portal's host and, where there is a mail catcher, its own. `hosts` empty: any name but the catcher's.

    A cluster that is not there (a mesh without its portal) takes its routes with it.
    """
    api, site = _site_last([route for route in ROUTES if route.service in clusters])
    navette: Config = {
        "name": "navette",
        "domains": list(hosts) or ["*"],
        "routes": [*_all_too_large(api), *map(envoy_route, api), *_closed(), *map(envoy_route, site)],
    }
    served = [navette]
    if MAIL in clusters:
        catcher = Route("/", MAIL, Kind.SITE)
        names = [f"mail.{host}" for host in hosts] or ["mail.*"]
        served.append({"name": "mail", "domains": names, "routes": [envoy_route(catcher)]})
    if hosts:
        misdirected = _refused("misdirected", {"prefix": "/"}, 421)
        served.append({"name": "elsewhere", "domains": ["*"], "routes": [misdirected]})
    return served
