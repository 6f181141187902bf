"""The rows of the table as HTTPRoutes: one object for each service, way of carrying, and way of getting in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from gateway.filters import AUDIENCE_HEADER, SESSION_COOKIE
from gateway.kubernetes.objects import (
    ACCESS_LABEL,
    CARRIAGE_LABEL,
    ENVOY_API,
    GATEWAY,
    LISTENER,
    SERVICE_LABEL,
    Manifest,
    envoy_api,
    gateway_api,
    service_reference,
)
from gateway.problems import MEDIA_TYPE, problem_of
from gateway.routes import CLOSED, ROUTES, Kind, Route

WITH_SESSION: Final = "with-session"
NOT_FOUND: Final = "not-found"
PLAINTEXT: Final = "http"


class Access(StrEnum):
    """How a request gets through."""

    SESSION = "session"
    """The cookie is exchanged, then the token checked."""
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    """Only the token is checked: also what a request without any credential meets."""
    OPEN = "open"


@dataclass(frozen=True, order=True)
class _Group:
    """What rows must share to stand in one HTTPRoute."""

    service: str
    carriage: str

    @property
    def name(self) -> str:
        return f"{self.service}-{self.carriage}"


def carriage(route: Route) -> str:
    """The name of the traffic policy a row needs."""
    return route.kind.value if route.per_second is None else f"{route.kind.value}-limited"


def _path(route: Route) -> Manifest:
    if route.is_template:
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(route.path))
        return {"type": "RegularExpression", "value": pattern.replace("\\-", "-")}
    return {"type": "Exact" if route.exact else "PathPrefix", "value": route.path}


def _matches(route: Route, access: Access) -> list[Manifest]:
    """A token wins over a cookie: with an Authorization header, the rule that names it is the more specific one."""
    methods: list[Manifest] = [{"method": method} for method in route.methods] or [{}]
    plain = [{"path": _path(route), **method} for method in methods]
    if access is not Access.TOKEN:
        return plain
    authorization = {"type": "RegularExpression", "name": "Authorization", "value": ".*"}
    return [*plain, *({**match, "headers": [authorization]} for match in plain)]


def _http_route(group: _Group, rows: Sequence[Route], access: Access) -> Manifest:
    filters: list[Manifest] = []
    if access is Access.SESSION:
        filters.append(_extension(WITH_SESSION))
    if rows[0].kind is not Kind.OPEN:
        remove: Manifest = {"remove": ["cookie", AUDIENCE_HEADER]}
        filters.append({"type": "RequestHeaderModifier", "requestHeaderModifier": remove})
    rule: Manifest = {"matches": [match for row in rows for match in _matches(row, access)]}
    if filters:
        rule["filters"] = filters
    rule["backendRefs"] = [service_reference(group.service)]
    labels = {SERVICE_LABEL: group.service, CARRIAGE_LABEL: group.carriage, ACCESS_LABEL: access.value}
    suffix = "" if access is Access.OPEN else f"-{access.value}"
    return gateway_api("HTTPRoute", group.name + suffix, {"parentRefs": [_parent(LISTENER)], "rules": [rule]}, labels)


def _parent(listener: str) -> Manifest:
    return {"name": GATEWAY, "sectionName": listener}


def _extension(name: str) -> Manifest:
    return {"type": "ExtensionRef", "extensionRef": {"group": ENVOY_API, "kind": "HTTPRouteFilter", "name": name}}


def _session_filter() -> Manifest:
    """Matches by the cookie's name; whose it is, and whether there are two, is for the exchange to say."""
    cookie: Manifest = {"type": "RegularExpression", "name": SESSION_COOKIE, "value": ".*"}
    return envoy_api("HTTPRouteFilter", WITH_SESSION, {"matches": [{"cookies": [cookie]}]})


def _closed() -> list[Manifest]:
    """What no row names is answered here, so that the portal's files never stand in for the API."""
    answer: Manifest = {
        "statusCode": 404,
        "contentType": MEDIA_TYPE,
        "body": {"type": "Inline", "inline": problem_of(404).title},
    }
    paths: list[Manifest] = [{"path": {"type": "PathPrefix", "value": prefix}} for prefix in CLOSED]
    rule: Manifest = {"matches": paths, "filters": [_extension(NOT_FOUND)]}
    labels = {CARRIAGE_LABEL: Kind.SITE.value, ACCESS_LABEL: Access.OPEN.value}
    return [
        envoy_api("HTTPRouteFilter", NOT_FOUND, {"directResponse": answer}),
        gateway_api("HTTPRoute", "closed", {"parentRefs": [_parent(LISTENER)], "rules": [rule]}, labels),
    ]


def _redirect() -> Manifest:
    """Plain HTTP is only ever told where TLS is."""
    to_tls: Manifest = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    rule: Manifest = {"filters": [to_tls]}
    labels = {ACCESS_LABEL: Access.OPEN.value}
    return gateway_api("HTTPRoute", "to-tls", {"parentRefs": [_parent(PLAINTEXT)], "rules": [rule]}, labels)


def http_routes() -> list[Manifest]:
    """All routes and the filters they refer to."""
    rows = sorted(ROUTES, key=lambda route: (route.service, carriage(route)))
    rendered: list[Manifest] = [_redirect(), _session_filter(), *_closed()]
    for group, members in groupby(rows, key=lambda route: _Group(route.service, carriage(route))):
        of_group = list(members)
        ways = (Access.OPEN,) if of_group[0].audience is None else (Access.TOKEN, Access.SESSION)
        rendered += [_http_route(group, of_group, access) for access in ways]
    return rendered
