"""CPU seconds of every program of a stack since it started."""

from mesh_at_rest import cpu_seconds

from local_stack.stack import Stack
from local_stack.status import rows


def by_program(stack: Stack) -> dict[str, float]:
    """By program, its children included; one that does not run is left out."""
    return {row.name: cpu_seconds(row.pid) for row in rows(stack.layout, stack.programs()) if row.pid}
