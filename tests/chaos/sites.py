"""The places where processes can be killed from within: found in the sources, each given to a service."""

import ast
import re
from pathlib import Path

from local_stack.layout import REPOSITORY

MESH: dict[str, str] = {
    "hop.prepared": "validation",
    "hop.before_commit": "signing",
    "hop.committed": "archive",
    "publisher.before_send": "po-sync",
    "publisher.sent": "signing",
    "publisher.deleted": "validation",
    "sequencer.audit.before_commit": "invoicing",
    "sequencer.audit.committed": "invoicing",
    "sequencer.entries.before_commit": "archive",
    "sequencer.entries.committed": "archive",
    "sequencer.feed.before_commit": "notifications",
    "sequencer.feed.committed": "notifications",
    "replay.before_send": "validation",
    "replay.sent": "validation",
}
"""Which service is killed at a site of the mesh."""
UNUSED = re.compile(r"effect\..*")
"""No service makes calls that need the fence yet (a test holds that); the mesh's own crash tests kill there."""


def found(folder: Path) -> set[str]:
    """The sites in a folder's sources, as patterns: what an f-string fills in may be anything."""
    sites: set[str] = set()
    for path in folder.rglob("*.py"):
        if "tests" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash.site":
                name = node.args[0]
                parts = name.values if isinstance(name, ast.JoinedStr) else [name]
                sites.add("".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w-]+" for p in parts))
    return sites


def of_services() -> dict[str, list[str]]:
    """Service → the sites it is killed at: its own, and its share of the mesh's."""
    owned: dict[str, list[str]] = {}
    for folder in sorted((REPOSITORY / "services").iterdir()):
        if folder.is_dir():
            owned[folder.name] = sorted(re.sub(r"\\(.)", r"\1", site) for site in found(folder))
    for site, service in MESH.items():
        owned[service].append(site)
    return {service: sites for service, sites in owned.items() if sites}


def uncovered() -> set[str]:
    """Sites of the mesh that no service is killed at."""
    patterns = found(REPOSITORY / "libs" / "mesh" / "mesh")
    return {
        p for p in patterns if not any(re.fullmatch(p, name) for name in MESH) and not UNUSED.match(p.replace("\\", ""))
    }


def users_of_effects() -> list[str]:
    """Sources of services that use the fence of outside calls."""
    return [str(path) for path in (REPOSITORY / "services").rglob("*.py") if "mesh.effects" in path.read_text()]
