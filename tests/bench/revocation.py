"""`PYTHONPATH=tests python tests/bench/revocation.py`: how long what was taken away still works, on the whole mesh.

A session that is ended, a person who is shut out, a program that is deleted: each asks another service again and again
until it is refused. `ROUNDS` at will. It runs on a mesh of its own, and stops it.
"""

import os
import sys
import time
from collections.abc import Callable

from actors.documents import fresh
from actors.mesh import BUYER, Mesh
from actors.session import Machine, Nobody, Person
from actors.stack import peopled, up
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack
from local_stack.supervision import Supervisor

ROUNDS = int(os.environ.get("ROUNDS", "5"))
_EVERY = 0.02
_GIVEN_UP = 30.0


def say(name: str, taken: list[float]) -> None:
    """One line of the table."""
    figure = f"at most {max(taken):.2f} s of {len(taken)} rounds, goal ≤ 5, aim 1; load {os.getloadavg()[0]:.1f}"
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


def _until_refused(somebody: Nobody, path: str, take_away: Callable[[], object]) -> float:
    """Seconds from the answer to whoever takes it away to the first refusal elsewhere."""
    assert somebody.send("GET", path).is_success, "it works before"
    take_away()
    began = time.monotonic()
    while (answer := somebody.send("GET", path)).is_success:
        if time.monotonic() - began > _GIVEN_UP:
            raise AssertionError(f"{path} still answers after {_GIVEN_UP:.0f} s")
        time.sleep(_EVERY)
    assert answer.status_code in (400, 401, 403), "refused, and not broken; 400 says that there is no company left"
    return time.monotonic() - began


def _session(mesh: Mesh) -> float:
    with mesh.person("buyer") as here, mesh.person("buyer") as there:
        mine = {each["id"] for each in here.get("/v1/session/sessions") if not each["current"]}
        (other,) = [each["id"] for each in there.get("/v1/session/sessions") if each["current"] and each["id"] in mine]
        return _until_refused(there, "/v1/invoices", lambda: here.ask("DELETE", f"/v1/session/sessions/{other}", 204))


def _person(mesh: Mesh) -> float:
    with mesh.person("buyer") as buyer, mesh.person("buyer-viewer") as viewer:
        path = f"/v1/users/{viewer.whoami['user_id']}"
        try:
            return _until_refused(viewer, "/v1/invoices", lambda: buyer.ask("PATCH", path, 200, json={"active": False}))
        finally:
            buyer.ask("PATCH", path, 200, json={"active": True})


def _program(mesh: Mesh) -> float:
    with mesh.person("buyer") as buyer:
        path = f"/v1/companies/{BUYER}/clients"
        made = buyer.ask("POST", path, 201, json={"name": fresh("erp"), "scopes": ["invoices:read"]})
        with Machine(mesh.access, made["id"], made["secret"]) as program:
            return _until_refused(program, "/v1/invoices", lambda: _deleted(buyer, f"{path}/{made['id']}"))


def _deleted(buyer: Person, path: str) -> None:
    buyer.ask("DELETE", path, 204)


def main(mesh: Mesh) -> None:
    """The table."""
    for name, round_of in (
        ("a session that is ended, at invoicing", _session),
        ("a person who is shut out, at invoicing", _person),
        ("a program that is deleted, at invoicing", _program),
    ):
        say(name, [round_of(mesh) for _ in range(ROUNDS)])


if __name__ == "__main__":
    bench = Layout.of(os.environ.get("NAVETTE_TEST_RUN") or REPOSITORY / ".local" / "bench")
    ran_before = bool(Supervisor(bench).states())
    try:
        main(peopled(up(Stack(bench))))
    finally:
        if not ran_before:
            Stack(bench).down()
