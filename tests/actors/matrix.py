"""One cell of the tenant matrix: how somebody who may not asks, and what is wrong with the answer they get.

An answer proves something when nothing but who asks stands in its way: it refuses the actor, or it is a success or the
refusal of a business rule that the case names. Any other refusal, of a body or of an id, would leave the cell void.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from actors.case import Case, Operation, Subject
from actors.session import Nobody
from actors.waiting import eventually

_AWAY: Final = frozenset({502, 503, 504})
"""A busy machine's answers; who gets one asks again."""
_REFUSED: Final = frozenset({401, 403, 404})


@dataclass(frozen=True)
class Answer:
    """What came back; of an endless stream only the status."""

    status: int
    body: str = ""

    @property
    def code(self) -> str:
        """A problem's code, or ""."""
        if httpx.codes.is_success(self.status) or not self.body.startswith("{"):
            return ""
        return str(json.loads(self.body).get("code", ""))

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300]}"


Allowed = Callable[[Operation, Case, Answer], bool]
"""Whether an answer is what this actor has to get."""


def asked(actor: Nobody, operation: Operation, case: Case, subject: Subject) -> Answer:
    """Make the request of a case, which is the same one whoever asks. Raises AssertionError where nobody answers."""
    path, options = case.request(operation, subject)
    headers = actor.credentials(operation.method, path) | options.pop("headers")

    def once() -> Answer | None:
        with actor.http.stream(operation.method, path, headers=headers, **options) as answer:
            if answer.status_code in _AWAY:
                return None
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                return Answer(answer.status_code)
            return Answer(answer.status_code, answer.read().decode(errors="replace"))

    return eventually(operation.key, once, 10)


def flaw(
    operation: Operation, case: Case, subject: Subject, answer: Answer, allowed: Allowed, *, canary: bool = True
) -> str | None:
    """What is wrong with an answer: it is not what this actor has to get, or something of the subject's is in it."""
    if not allowed(operation, case, answer):
        return f"{operation.key}: {answer}"
    if canary and subject["canary"] in answer.body.replace(subject["order_number"], ""):
        return f"{operation.key}: tells what is not theirs: {answer}"
    return None


def served(case: Case, answer: Answer) -> bool:
    """Whether the owner's answer, or one about the actor's own, proves that the request is whole."""
    return httpx.codes.is_success(answer.status) or answer.code in {case.refusal, *case.elsewhere} - {""}


def unknown(_operation: Operation, _case: Case, answer: Answer) -> bool:
    """What somebody has to get whose credentials are none."""
    return answer.status == 401


def astray(_operation: Operation, _case: Case, answer: Answer) -> bool:
    """What a token gets that is for another service: the gateway knows it and lets it in nowhere else."""
    return answer.status in (401, 403)


def foreign(_operation: Operation, case: Case, answer: Answer) -> bool:
    """What people of another company have to get."""
    if case.owner == "operator":
        return answer.status == 403
    if case.foreign == "own":
        return answer.status in _REFUSED or served(case, answer)
    told = case.refusal != "" and answer.code == case.refusal
    return not told and (answer.status in _REFUSED or answer.code in case.elsewhere)


def of_no_company(_operation: Operation, case: Case, answer: Answer) -> bool:
    """What somebody has to get who acts for no company, or names one that is not theirs."""
    return answer.status == 403 or (case.identified and (answer.status in _REFUSED or served(case, answer)))


def reads_only(_operation: Operation, case: Case, answer: Answer) -> bool:
    """What somebody of the owner's company has to get who may only look."""
    return (answer.status in _REFUSED or served(case, answer)) if case.reader else answer.status == 403


def without_scope(_operation: Operation, case: Case, answer: Answer) -> bool:
    """What a program of the owner's company has to get that may do nothing."""
    return (answer.status in _REFUSED or served(case, answer)) if case.identified else answer.status == 403
