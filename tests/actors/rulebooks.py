"""A buyer's rulebook through its life: written by one person, published by another."""

from collections.abc import Sequence
from typing import Any

from actors.mesh import UNIT
from actors.session import Person

RULEBOOK = f"/v1/rulebooks/{UNIT}"


def into_force(
    writer: Person, second: Person, *rules: dict[str, Any], enrichment: Sequence[dict[str, str]] = ()
) -> int:
    """Write these rules for the demo's unit, try them and have them published; returns the version."""
    writer.ask("PUT", f"{RULEBOOK}/draft", 200, json={"rules": list(rules), "enrichment": list(enrichment)})
    tested = writer.ask("POST", f"{RULEBOOK}/draft/test", 200)
    assert tested["passed"], tested
    writer.ask("POST", f"{RULEBOOK}/draft/backtest", 200)
    return int(second.ask("POST", f"{RULEBOOK}/publish", 201)["version"])


def out_of_force(anybody: Person) -> None:
    """No rules again, as before the first version."""
    anybody.ask("POST", f"{RULEBOOK}/rollback", 201, json={"version": 0})
