"""The places where processes can be killed from within: found in the sources, each given to one service.

A *group* are the sites of one step (`archive.put` and `archive.before_put`): they are armed together, so that the life
after the first kill meets the second where it takes the step up again.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from contracts.topics import SERVICES
from local_stack.layout import REPOSITORY

MESH: dict[str, str] = {
    "hop.prepared": "validation",
    "hop.before_commit": "signing",
    "hop.committed": "archive",
    "publisher.before_send": "po-sync",
    "publisher.sent": "validation",
    "publisher.deleted": "notifications",
    "command.before_commit": "invoicing",
    "command.committed": "invoicing",
    "sequencer.audit.before_commit": "registration",
    "sequencer.audit.committed": "registration",
    "replay.before_send": "validation",
    "replay.sent": "validation",
    "rebuild.compared": "signing",
}
"""Which service is killed at a site of the mesh."""
UNUSED = "effect."
"""No service makes calls that need the fence yet (a test holds that); the mesh's own crash tests kill there."""
_MESH_SOURCES = REPOSITORY / "libs" / "mesh" / "mesh"


def _calls(folder: Path) -> Iterator[ast.Call]:
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.relative_to(folder).parts:
            yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def _sequencers(folder: Path) -> set[str]:
    """Names of the sequencers that are made in a folder's sources."""
    return {
        str(call.args[1].value)
        for call in _calls(folder)
        if ast.unparse(call.func) == "Sequencer" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }


def _named(folder: Path, sequencers: set[str]) -> set[str]:
    """The sites in a folder's sources; what an f-string fills in is the name of a sequencer."""
    sites: set[str] = set()
    for call in _calls(folder):
        if ast.unparse(call.func) == "crash.site":
            match call.args[0]:
                case ast.Constant(value=str(name)):
                    sites.add(name)
                case ast.JoinedStr(values=parts):
                    before, after = (str(part.value) for part in parts if isinstance(part, ast.Constant))
                    sites |= {f"{before}{name}{after}" for name in sequencers}
                case other:
                    raise ValueError(f"a crash site whose name is not written out: {ast.unparse(other)}")
    return sites


def _own(service: str) -> set[str]:
    folder = REPOSITORY / "services" / service
    sequencers = _sequencers(folder / service.replace("-", "_"))
    numbering = {f"sequencer.{name}.{when}" for name in sequencers for when in ("before_commit", "committed")}
    return _named(folder, set()) | numbering


def of_services() -> dict[str, list[str]]:
    """Service → the sites it is killed at: its own, those of its sequencers, and its share of the mesh's."""
    shared = {service: {site for site, owner in MESH.items() if owner == service} for service in SERVICES}
    return {service: sorted(_own(service) | shared[service]) for service in SERVICES}


def groups(sites: list[str]) -> list[tuple[str, ...]]:
    """The sites of one service by step, in the order of their names."""
    steps = dict.fromkeys(site.rpartition(".")[0] for site in sites)
    return [tuple(site for site in sites if site.rpartition(".")[0] == step) for step in steps]


def enumerated() -> set[str]:
    """Every site of libraries and services that a service passes."""
    sequencers = {"audit"}.union(*(_sequencers(REPOSITORY / "services" / service) for service in SERVICES))
    every = _named(_MESH_SOURCES, sequencers).union(
        *(_named(REPOSITORY / "services" / service, set()) for service in SERVICES)
    )
    return {site for site in every if not site.startswith(UNUSED)}


def users_of_effects() -> list[str]:
    """Sources of services that use the fence of outside calls."""
    return [str(path) for path in (REPOSITORY / "services").rglob("*.py") if "mesh.effects" in path.read_text()]
