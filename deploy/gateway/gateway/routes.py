"""The one table of the public API: which service answers an address, and how its requests are carried.

Both renderings (Envoy, Kubernetes) are made from `ROUTES`. The audience of a route is its service: there is no second
column to forget. What the table does not name is not served.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts import limits
from contracts.topics import SERVICES


class Kind(StrEnum):
    """How requests of a route are carried."""

    JSON = "json"
    """Buffered up to `limits.JSON_BODY`, answered within seconds, tried again when nothing reached the service."""
    DOWNLOAD = "download"
    """A small buffered request whose answer may be large or slow to make: originals, bundles, exports."""
    UPLOAD = "upload"
    """Streamed to the service as it arrives. Credentials are checked on the headers, before any body is read, and the
    service counts the bytes; buffering documents here would let strangers fill this process's memory."""
    STREAM = "stream"
    """Server-sent events: never buffered, no overall deadline short of the token's life."""
    OPEN = "open"
    """No token is asked for and the session cookie goes through: registration itself looks at it."""
    OPEN_UPLOAD = "open-upload"
    """A streamed body from anybody: no token is asked for, and none goes through."""
    SITE = "site"
    """The portal's static files."""


@dataclass(frozen=True)
class Carriage:
    """What a kind means in figures. Seconds; `timeout` 0 is none; `idle` is silence in either direction."""

    buffered: bool
    timeout: int
    idle: int
    longest: int | None = None
    retried: bool = False


CARRIAGE: Final[dict[Kind, Carriage]] = {
    Kind.JSON: Carriage(buffered=True, timeout=30, idle=30, retried=True),
    Kind.DOWNLOAD: Carriage(buffered=True, timeout=300, idle=30, retried=True),
    Kind.UPLOAD: Carriage(buffered=False, timeout=300, idle=30),
    # heartbeats come every 15 s and streams end after 5 minutes, when their token does
    Kind.STREAM: Carriage(buffered=True, timeout=0, idle=40, longest=330),
    Kind.OPEN: Carriage(buffered=True, timeout=10, idle=30),
    Kind.OPEN_UPLOAD: Carriage(buffered=False, timeout=90, idle=30),
    Kind.SITE: Carriage(buffered=True, timeout=30, idle=30, retried=True),
}


@dataclass(frozen=True)
class Route:
    """One address or everything below it.

    `path` matches whole segments: `/v1/orders` also serves `/v1/orders/7`, never `/v1/orders-old`. With `exact`, or
    with a `{variable}` (one segment), only the address itself. `methods` empty means any.
    """

    path: str
    service: str
    kind: Kind
    methods: tuple[str, ...] = ()
    exact: bool = False
    per_second: int | None = None
    largest: int = limits.UPLOAD_BODY
    """Bytes of a body that announces its length; the service counts."""

    @property
    def is_template(self) -> bool:
        return "{" in self.path

    @property
    def is_prefix(self) -> bool:
        return not self.exact and not self.is_template

    @property
    def audience(self) -> str | None:
        """Whose tokens open this route; None where no token is asked for."""
        return None if self.kind in (Kind.OPEN, Kind.OPEN_UPLOAD, Kind.SITE) else self.service

    @property
    def name(self) -> str:
        """What logs and metrics call the route: never the address itself, which can carry a secret."""
        methods = "" if not self.methods else "-".join(self.methods).lower() + " "
        return f"{methods}{self.path}{'' if self.exact or self.is_template else '/*'}"


PORTAL: Final = "portal"
MAIL: Final = "mail"
"""The mail catcher of the development mesh, served under a host name of its own."""

WRITES: Final = ("POST", "PUT", "PATCH")


def _open(path: str) -> tuple[Route, Route]:
    """An open address: guesses at secrets are slowed down, looking at one's own session is not."""
    return (
        Route(path, "registration", Kind.OPEN, methods=WRITES, per_second=limits.SIGN_IN_PER_SECOND),
        Route(path, "registration", Kind.OPEN),
    )


def _json(service: str, *paths: str) -> tuple[Route, ...]:
    return tuple(Route(path, service, Kind.JSON) for path in paths)


def _documents(service: str, path: str) -> Route:
    """Where a business document of up to `limits.DOCUMENT_BODY` may arrive."""
    return Route(path, service, Kind.UPLOAD, methods=WRITES, exact=True)


def _operations(service: str) -> tuple[Route, Route]:
    base = f"/v1/ops/{service}"
    return (
        Route(f"{base}/replays/{{id}}/events", service, Kind.STREAM, methods=("GET",)),
        Route(base, service, Kind.JSON),
    )


_REGISTRATION: Final = (
    *_open("/v1/session"),
    *_open("/v1/oauth"),
    *_open("/v1/registrations"),
    *_open("/v1/activations"),
    Route("/.well-known/jwks.json", "registration", Kind.OPEN, methods=("GET",), exact=True),
    *_json("registration", "/v1/companies", "/v1/entities", "/v1/units", "/v1/users", "/v1/connections"),
    Route("/v1/invitations/files", "registration", Kind.UPLOAD, methods=("POST",), exact=True),
    Route("/v1/invitations/campaigns/{id}/errors", "registration", Kind.DOWNLOAD, methods=("GET",)),
    Route("/v1/tickets/{id}/files", "registration", Kind.UPLOAD),
    Route("/v1/ops/registration/tickets/{id}/files", "registration", Kind.UPLOAD),
    *_json("registration", "/v1/invitations", "/v1/partners", "/v1/consents", "/v1/plans", "/v1/tickets"),
)

_PO_SYNC: Final = (
    _documents("po-sync", "/v1/orders"),
    _documents("po-sync", "/v1/orders/{id}/changes"),
    _documents("po-sync", "/v1/orders/{id}/despatches"),
    _documents("po-sync", "/v1/receipts"),
    Route("/v1/order-files", "po-sync", Kind.UPLOAD),
    Route("/v1/orders/{id}/responses/{id}/document", "po-sync", Kind.DOWNLOAD, methods=("GET",)),
    Route("/v1/orders/{id}/despatches/{id}/document", "po-sync", Kind.DOWNLOAD, methods=("GET",)),
    *_json("po-sync", "/v1/orders", "/v1/receipts"),
)

_INVOICING: Final = (
    _documents("invoicing", "/v1/invoices"),
    _documents("invoicing", "/v1/invoices/{id}"),
    _documents("invoicing", "/v1/invoices/{id}/statuses"),
    Route("/v1/uploads", "invoicing", Kind.UPLOAD),
    Route("/v1/attachments", "invoicing", Kind.UPLOAD),
    Route("/v1/exports", "invoicing", Kind.DOWNLOAD),
    *_json("invoicing", "/v1/billable-lines", "/v1/invoices", "/v1/paper-invoices", "/v1/self-billing"),
    *_json("invoicing", "/v1/templates", "/v1/tax-codes", "/v1/trash"),
)

_VALIDATION: Final = (
    Route("/v1/checks", "validation", Kind.UPLOAD),
    *_json("validation", "/v1/rulebooks"),
)

_SIGNING: Final = (
    Route("/v1/previews", "signing", Kind.UPLOAD),
    Route("/v1/signature-reports", "signing", Kind.UPLOAD),
    Route(
        "/v1/verifications",
        "signing",
        Kind.OPEN_UPLOAD,
        methods=("POST",),
        exact=True,
        per_second=limits.VERIFICATIONS_PER_SECOND,
        largest=limits.VERIFICATION_BODY,
    ),
    *_json("signing", "/v1/certificates", "/v1/originals"),
)

_ARCHIVE: Final = (
    Route("/v1/archive/verify", "archive", Kind.UPLOAD, exact=True),
    Route("/v1/archive", "archive", Kind.DOWNLOAD),
)

_NOTIFICATIONS: Final = (
    Route("/v1/events", "notifications", Kind.STREAM, methods=("GET",), exact=True),
    *_json("notifications", "/v1/webhooks", "/v1/preferences", "/v1/feed", "/v1/tracking"),
)

ROUTES: Final[tuple[Route, ...]] = (
    *_REGISTRATION,
    *_PO_SYNC,
    *_INVOICING,
    *_VALIDATION,
    *_SIGNING,
    *_ARCHIVE,
    *_NOTIFICATIONS,
    *(route for service in SERVICES for route in _operations(service)),
    Route("/", PORTAL, Kind.SITE, methods=("GET", "HEAD")),
)
"""In the order they are tried: what is narrower stands first."""

CLOSED: Final = ("/v1", "/internal", "/healthz", "/readyz", "/metrics")
"""Addresses that are never served, not even by the portal's files: the rest of the API, and the services' own doors."""
