"""One cell of the tenant matrix: how somebody who may not asks, and what is wrong with the answer they get."""

from collections.abc import Callable
from typing import Final

from actors.case import Case, Operation, Subject
from actors.session import Nobody

Allowed = Callable[[Operation, Case, int], bool]
"""Whether a status is what this actor has to get."""
_NEVER: Final = frozenset({500, 501, 502, 504})


def asked(actor: Nobody, operation: Operation, case: Case, subject: Subject) -> tuple[int, str]:
    """Status and body; of an endless stream only the status."""
    path, options = case.request(operation, subject)
    headers = actor.credentials(operation.method, path) | options.pop("headers")
    with actor.http.stream(operation.method, path, headers=headers, **options) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return answer.status_code, ""
        return answer.status_code, answer.read().decode(errors="replace")


def flaw(
    operation: Operation, case: Case, subject: Subject, status: int, body: str, allowed: Allowed, *, canary: bool = True
) -> str | None:
    """What is wrong with an answer: a status that is not allowed, or something of the subject's in it."""
    if status in _NEVER or not allowed(operation, case, status):
        return f"{operation.key}: {status} {body[:160]}"
    if canary and subject["canary"] in body.replace(subject["order_number"], ""):
        return f"{operation.key}: tells what is not theirs: {body[:300]}"
    return None


def not_public(case: Case) -> bool:
    """Whether others may not simply do it for themselves."""
    return case.foreign != "public"


def foreign(operation: Operation, case: Case, status: int) -> bool:
    """What the administrator of another company has to get."""
    if case.owner == "operator":
        return status == 403
    if case.foreign == "own":
        return status < 500
    return status in case.foreign_status
