"""Everything that can go wrong, one tree.

NavetteError
├── Refusal            a request is answered with a problem (RFC 9457): status, stable code, violations
│   ├── Invalid 422 · Malformed 400 · Unauthenticated 401 · Forbidden 403 · NotFound 404 · Conflict 409 · Gone 410
│   ├── StaleVersion 412 · TooLarge 413 · UnsupportedMedia 415 · PreconditionRequired 428 · TooMany 429 ·
Unavailable 503
└── Undone             a fact could not be handled now
    ├── Transient      try again: in place for 5 seconds, then parked with its key
    │   └── ResourceDown   a resource does not answer: its breaker opens, no attempt is spent
    ├── CauseUnknown   something it refers to is not known yet: parked, visible, tried again
    ├── Poison         it can never be handled: dead letter at once
    └── Fenced         somebody else owns this work now: the batch is dropped, nothing was written
"""

from typing import ClassVar

from contracts.faults import Finding


class NavetteError(Exception):
    """Root of the tree."""


class Refusal(NavetteError):
    """A request that is answered with a problem. `code` is stable and greppable, `detail` says what to do.

    `may_be_stale`: a fact that is still on its way here could lift it (`mesh.freshness`).
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request was refused"

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        violations: "tuple[Finding, ...]" = (),
        retry_after: int | None = None,
        may_be_stale: bool = False,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.violations = violations
        self.retry_after = retry_after
        self.may_be_stale = may_be_stale


class Malformed(Refusal):
    """The request cannot be read."""

    status = 400
    title = "The request cannot be read"


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status = 401
    title = "Sign in first"


class Forbidden(Refusal):
    """Signed in, but this right is missing."""

    status = 403
    title = "You may not do this"


class NotFound(Refusal):
    """There is no such thing for this company."""

    status = 404
    title = "Not found"


class Conflict(Refusal):
    """The state of things stands against it."""

    status = 409
    title = "The state of things stands against it"


class Gone(Refusal):
    """It was there and is no more."""

    status = 410
    title = "No longer there"


class StaleVersion(Refusal):
    """Somebody else changed it since it was read (If-Match)."""

    status = 412
    title = "It was changed since you read it"


class TooLarge(Refusal):
    """Above a limit of `contracts.limits`."""

    status = 413
    title = "Too large"


class UnsupportedMedia(Refusal):
    """A content type that this address does not take."""

    status = 415
    title = "This format is not taken here"


class Invalid(Refusal):
    """Readable, but its content breaks rules: each one is a violation with a pointer."""

    status = 422
    title = "The content breaks rules"


class PreconditionRequired(Refusal):
    """A change that does not say which version it was made from (RFC 6585, §3)."""

    status = 428
    title = "Say which version you changed"


class TooMany(Refusal):
    """Over a rate or an allowance."""

    status = 429
    title = "Too many requests"


class Unavailable(Refusal):
    """Something we need does not answer; nothing was done."""

    status = 503
    title = "Unavailable for the moment, nothing was done"


class Undone(NavetteError):
    """A fact could not be handled now."""


class Transient(Undone):
    """Trying again may help."""


class ResourceDown(Transient):
    """A resource does not answer at all; `resource` names it as its breaker is named."""

    def __init__(self, resource: str, why: str) -> None:
        super().__init__(f"{resource}: {why}")
        self.resource = resource


class CauseUnknown(Undone):
    """A fact refers to something that has not arrived yet, for example `order 018f…`."""


class Poison(Undone):
    """It can never be handled."""


class Fenced(Undone):
    """Somebody else owns this work now."""
