"""Problems (RFC 9457): the one place where anything that went wrong becomes an answer."""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from contracts.faults import MAX_POINTER, Finding, Severity, Violation, json_pointer
from mesh import telemetry
from mesh.errors import (
    Conflict,
    Invalid,
    Malformed,
    NavetteError,
    NotFound,
    Refusal,
    ResourceDown,
    TooLarge,
    Transient,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE: Final = "application/problem+json"
_MAX_VIOLATIONS: Final = 100
_log = structlog.get_logger("mesh.http")


class Problem(BaseModel):
    """The body of every answer that is not a success."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="urn:navette:problem: and the code in lower case")
    title: str
    status: int
    code: str = Field(description="Stable; programs decide by it")
    detail: str = Field(default="", description="What is wrong and what to do, for a person")
    violations: tuple[Violation, ...] = ()
    request_id: str = Field(default="", description="Name it when you ask for help")


@dataclass(frozen=True)
class Answer:
    """A problem with the headers that go with it."""

    problem: Problem
    headers: Mapping[str, str]

    def response(self) -> Response:
        """The problem as a response."""
        body = self.problem.model_dump_json(exclude_defaults=False).encode()
        return Response(body, status_code=self.problem.status, headers=dict(self.headers), media_type=MEDIA_TYPE)


def answer(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *,
    violations: Iterable[Violation] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A problem of this request."""
    problem = Problem(
        type=f"urn:navette:problem:{code.lower()}",
        title=title,
        status=status,
        code=code,
        detail=detail,
        violations=tuple(violations),
        request_id=telemetry.request_id.get(),
    )
    return Answer(problem, {"cache-control": "no-store"} | dict(headers or {}))


def _of_refusal(refusal: Refusal) -> Answer:
    headers: dict[str, str] = {}
    if refusal.retry_after is not None:
        headers["retry-after"] = str(refusal.retry_after)
    if isinstance(refusal, Unauthenticated):
        headers["www-authenticate"] = "Bearer"  # RFC 9110, §11.6.1 demands it of every 401
    violations = (finding.violation(finding.detail or finding.rule) for finding in refusal.violations)
    return answer(refusal.status, refusal.code, refusal.title, refusal.detail, violations=violations, headers=headers)


def _steps(location: Sequence[str | int], body: object) -> tuple[str | int, ...]:
    """The steps of a location that exist in the body; pydantic puts the names of union members between them."""
    steps: list[str | int] = []
    at = body
    for index, step in enumerate(location):
        if isinstance(at, dict):
            if step not in at and index < len(location) - 1:
                continue
            at = at.get(step)
        elif isinstance(at, list) and isinstance(step, int) and 0 <= step < len(at):
            at = at[step]
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _finding(error: Mapping[str, Any], body: object) -> Finding:
    place, *location = error["loc"]
    steps = _steps(location, body) if place == "body" else (place, *location)
    detail = str(error["msg"]).removeprefix("Value error, ")[:500]
    rule = str(error["type"]).upper()[:80]
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer(*steps)[:MAX_POINTER], detail=detail)


def _of_invalid_request(invalid: RequestValidationError) -> Refusal:
    errors = list(invalid.errors())
    if any(error["type"] == "json_invalid" for error in errors):
        return Malformed("MALFORMED_JSON", "The body is not JSON (RFC 8259).")
    places = {error["loc"][0] for error in errors if error["loc"]}
    if "path" in places:
        return NotFound("NOT_FOUND", "There is nothing at this address; an id in it is not an id.")
    found = tuple(_finding(error, invalid.body) for error in errors[:_MAX_VIOLATIONS] if error["loc"])
    if "body" in places:
        return Invalid("INVALID_BODY", "The body has not the expected shape; each place is listed.", violations=found)
    return Invalid(
        "INVALID_PARAMETER", "A parameter or header is missing or wrong; each one is listed.", violations=found
    )


_UNAVAILABLE: Final = ("08", "53", "57", "58", "25P03")
"""SQLSTATE classes of a store that does not work now: connection, resources (disk full), operator, system."""
_BUSY: Final = ("55P03", "40001", "40P01")
"""Lock not available, serialization failure, deadlock: nothing was done, the same request may succeed."""
_TEXT: Final = ("22021", "22P05")
"""Characters that the database cannot hold."""


def _of_database(error: DBAPIError) -> Refusal | None:
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if state in _BUSY:
        return Conflict("BUSY", "Somebody else is changing the same thing; send the request again.", retry_after=1)
    if state in _TEXT:
        return Invalid("UNSTORABLE_TEXT", "Some text holds a character that cannot be stored; remove it.")
    if error.connection_invalidated or state.startswith(_UNAVAILABLE):
        return _store_unavailable()
    return None


def _store_unavailable() -> Refusal:
    return Unavailable("STORE_UNAVAILABLE", "The database does not answer; nothing was done. Try again.", retry_after=2)


def _of_status(error: HTTPException) -> Answer:
    """Starlette's own refusals: no such route, no such method, a body that cannot be parsed."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _of_refusal(NotFound("NOT_FOUND", "There is nothing at this address."))
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large()
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _of_refusal(Malformed("MALFORMED_BODY", "The body cannot be read as what its content type says."))
    phrase = HTTPStatus(error.status_code)
    return answer(error.status_code, phrase.name, phrase.phrase, str(error.detail), headers=error.headers)


def too_large() -> Answer:
    """The answer to a body above its limit."""
    return _of_refusal(TooLarge("BODY_TOO_LARGE", "The body is larger than this address takes; send less at a time."))


def refusal_of(error: BaseException) -> Refusal | None:
    """What an exception means to a client, or None when it is our own fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        return _of_invalid_request(error)
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, PoolTimeout | ConnectionError | TimeoutError):
        return _store_unavailable()
    if isinstance(error, ResourceDown):
        code = f"{error.resource.upper().replace('-', '_')}_UNAVAILABLE"
        return Unavailable(code, "Something this needs does not answer; nothing was done. Try again.", retry_after=2)
    if isinstance(error, Transient):
        return Unavailable("TRY_AGAIN", "This did not work just now; nothing was done. Try again.", retry_after=1)
    return None


def answer_to(error: Exception) -> Answer:
    """The answer to a request that raised. What nobody foresaw is logged and tells a client nothing."""
    if isinstance(error, HTTPException):
        return _of_status(error)
    if isinstance(error, ClientDisconnect):
        return answer(400, "CLIENT_GONE", "The client went away before it had sent everything")
    refusal = refusal_of(error)
    if refusal is not None:
        if isinstance(refusal, Unavailable) and not isinstance(error, NavetteError):
            _log.warning("store_unavailable", error=type(error).__name__, detail=str(error)[:300])
        return _of_refusal(refusal)
    # Formatted here: what structlog prints by itself in development shows local variables, and those hold documents.
    _log.error("request_failed", error=type(error).__name__, traceback="".join(traceback.format_exception(error)))
    return answer(500, "INTERNAL", "Something went wrong on our side", "It is logged under this request_id.")


def responses(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that refuses in these ways, for its OpenAPI description."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        by_status[refusal.status] = {
            "description": refusal.title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return by_status
