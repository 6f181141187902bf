"""People and programs who do not give up: each request is repeated, with its key, until it is answered for good."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from actors.mesh import Mesh
from actors.session import Nobody, Person

AGAIN = frozenset({401, 403, 408, 425, 429})
PATIENCE = 600.0


class GaveUp(Exception):
    """A request had no answer for longer than any fault lasts, or the run was ended."""


def key() -> dict[str, str]:
    """The header of a command that takes effect once."""
    return {"idempotency-key": str(uuid4())}


def persist(
    send: Callable[[], httpx.Response], ending: threading.Event, again: frozenset[int] = AGAIN
) -> httpx.Response:
    """Send until the answer is final: no failure of a server, and none that says to come back. Raises GaveUp."""
    until = time.monotonic() + PATIENCE
    last = "nothing"
    while time.monotonic() < until and not ending.is_set():
        try:
            answer = send()
        except (httpx.TransportError, AssertionError) as error:  # a machine asserts that it got its token
            last = repr(error)
        else:
            in_flight = answer.status_code == 409 and "retry-after" in answer.headers
            if answer.status_code < 500 and answer.status_code not in again and not in_flight:
                return answer
            last = f"{answer.request.method} {answer.request.url.path} {answer.status_code} {answer.text[:200]}"
        ending.wait(0.3)
    raise GaveUp(last)


class Somebody:
    """A person who signs in again when asked to, or a program."""

    def __init__(self, actor: Nobody, ending: threading.Event, password: str = "") -> None:
        self.actor = actor
        self.email = actor.email if isinstance(actor, Person) else ""
        self._ending = ending
        self._password = password
        self._alone = threading.Lock()
        self._signed_in = 0.0

    @classmethod
    def person(cls, mesh: Mesh, name: str, ending: threading.Event) -> "Somebody":
        """Somebody of the seeded people, by the begin of the address."""
        person = mesh.person(name)
        return cls(person, ending, mesh.people[person.email])

    def close(self) -> None:
        """Close the connections."""
        self.actor.http.close()

    def once(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request; who is not signed in signs in for the next."""
        answer = self.actor.send(method, path, **options)
        if answer.status_code == 401 and isinstance(self.actor, Person):
            self._sign_in(self.actor)
        return answer

    def send(self, method: str, path: str, *, again: frozenset[int] = AGAIN, **options: Any) -> httpx.Response:
        """A request until it is answered for good."""
        return persist(lambda: self.once(method, path, **options), self._ending, again)

    def _sign_in(self, person: Person) -> None:
        with self._alone:
            if time.monotonic() - self._signed_in > 2:
                body = {"email": person.email, "password": self._password}
                if person.send("POST", "/v1/session", json=body).is_success:
                    self._signed_in = time.monotonic()
