"""The eight who may not have what is another's, each with what they have to be answered."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from actors.case import Case, Subject
from actors.matrix import Allowed, asked, astray, flaw, foreign, of_no_company, reads_only, unknown, without_scope
from actors.mesh import BUYER, Mesh
from actors.operations import guarded
from actors.session import Bearer, Impostor, Nobody
from actors.tokens import expired, made
from actors.waiting import eventually
from contracts.registration import Right, Role
from contracts.rights import OF_ROLE
from contracts.topics import SERVICES

NOBODY: Final = "nobody"
SAME_ROLE: Final = "the same role in another company"
ADMINISTRATOR: Final = "administrator of another company"
LESS: Final = "a lesser role"
DISABLED: Final = "disabled"
EXPIRED: Final = "expired"
ASTRAY: Final = "for another audience"
DISCONNECTED: Final = "just disconnected"
KINDS: Final = frozenset({NOBODY, SAME_ROLE, ADMINISTRATOR, LESS, DISABLED, EXPIRED, ASTRAY, DISCONNECTED})
_TAKEN: Final = sorted(set(Right) - OF_ROLE[Role.VIEWER])
_AT_ONCE: Final = 4
_CLIENTS: Final = {"buyer": "bare-brasseries-du-rhin", "supplier": "bare-ateliers-koenig"}


@dataclass(frozen=True)
class Stranger:
    """One who asks. `sides`: whose operations, where not everybody's. `insider`: their own company's canary is no
    leak."""

    kind: str
    actor: Nobody
    allowed: Allowed
    sides: frozenset[str] = frozenset({"buyer", "supplier", "operator"})
    insider: bool = False

    def asks(self, case: Case) -> bool:
        """Whether this is one of theirs to ask."""
        return case.side in self.sides

    def cells(self, subject: Subject) -> dict[tuple[str, str], str]:
        """What is wrong with each answer, or "", by operation and kind."""
        return {
            (operation.key, self.kind): flaw(
                operation, case, subject, asked(self.actor, operation, case, subject), self.allowed,
                canary=not self.insider,
            ) or ""
            for operation, case in guarded()
            if self.asks(case)
        }  # fmt: skip


def cells(strangers: Sequence[Stranger], subject: Subject) -> dict[tuple[str, str], str]:
    """What is wrong in each cell, or ""; where two of a kind ask, with either."""
    found: dict[tuple[str, str], str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for theirs in pool.map(partial(Stranger.cells, subject=subject), strangers):
            found |= {cell: found.get(cell) or wrong for cell, wrong in theirs.items()}
    return found


@contextmanager
def strangers(mesh: Mesh, subject: Subject) -> Generator[list[Stranger]]:
    """Who has nothing to do with the subject's companies, or no longer."""
    _part(mesh, subject["unit_id"])
    with ExitStack() as stack:
        buyer = UUID(stack.enter_context(mesh.person("buyer")).whoami["user_id"])
        late = expired(mesh.layout, buyer, BUYER)
        shifted = _shifted(made(mesh.layout, buyer, BUYER, list(Role)))
        email = "impostor@tests.navette.example"
        names_it = Impostor(mesh.access, email, mesh.people[email], subject["buyer_id"])
        yield [
            Stranger(NOBODY, stack.enter_context(mesh.nobody()), unknown),
            Stranger(EXPIRED, stack.enter_context(Bearer(mesh.access, late)), unknown),
            Stranger(ASTRAY, stack.enter_context(Bearer(mesh.access, shifted)), astray),
            Stranger(SAME_ROLE, stack.enter_context(mesh.person("exco")), foreign),
            Stranger(SAME_ROLE, stack.enter_context(names_it), of_no_company),
            Stranger(ADMINISTRATOR, stack.enter_context(mesh.person("exco-administrator")), foreign),
            Stranger(DISCONNECTED, stack.enter_context(mesh.person("outsider")), foreign),
            Stranger(DISABLED, stack.enter_context(_disabled(mesh)), of_no_company),
        ]


@contextmanager
def insiders(mesh: Mesh) -> Generator[list[Stranger]]:
    """People of the subject's own companies who only read, by their role or because all else was taken from them, and
    programs of theirs without a scope."""
    with ExitStack() as stack:
        found: list[Stranger] = []
        for side, client in _CLIENTS.items():
            theirs = frozenset({side, "operator"})
            viewer = stack.enter_context(mesh.person(f"{side}-viewer"))
            machine = stack.enter_context(mesh.machine(client))
            for service in SERVICES:
                machine.token(service)
            found += [
                Stranger(LESS, viewer, reads_only, theirs, insider=True),
                Stranger(LESS, machine, without_scope, theirs, insider=True),
            ]
            if side == "buyer":
                viewer_id = UUID(viewer.whoami["user_id"])
                bare = made(mesh.layout, viewer_id, BUYER, [*Role, *(f"-{right}" for right in _TAKEN)])
                found.append(
                    Stranger(LESS, stack.enter_context(Bearer(mesh.access, bare)), reads_only, theirs, insider=True)
                )
        yield found


def _part(mesh: Mesh, unit_id: str) -> None:
    """The outsider is connected with the subject's unit, and then no longer."""
    with mesh.person("outsider") as outsider, mesh.person("buyer") as buyer:
        path = f"/v1/connections/{outsider.ask('POST', '/v1/connections', 201, json={'unit_id': unit_id})['id']}"
        buyer.ask("POST", f"{path}/accept", 200, json={"consent": True})
        connection = outsider.get(path)
        buyer.ask("POST", f"{path}/disconnect", json={"confirm": connection["supplier_name"]})


@contextmanager
def _disabled(mesh: Mesh) -> Generator[Nobody]:
    """An administrator and accountant of the buyer, signed in and then shut out; let in again for the next run."""
    email = "buyer-former@tests.navette.example"
    with Impostor(mesh.access, email, mesh.people[email], str(BUYER)) as former, mesh.person("buyer") as buyer:
        path = f"/v1/users/{former.whoami['user_id']}"
        assert former.send("GET", "/v1/units").is_success, "until now they may"
        buyer.ask("PATCH", path, 200, json={"active": False})
        try:
            eventually("it is over", lambda: former.send("GET", "/v1/units").status_code == 403, 5)
            yield former
        finally:
            buyer.ask("PATCH", path, 200, json={"active": True})


def _shifted(tokens: dict[str, str]) -> dict[str, str]:
    """For each service the token of the next one."""
    others = (*SERVICES[1:], SERVICES[0])
    return {service: tokens[other] for service, other in zip(SERVICES, others, strict=True)}
