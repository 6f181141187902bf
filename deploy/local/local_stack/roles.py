"""How a service's package, schema and database roles are called."""

from __future__ import annotations

ROLES = ("owner", "api", "pipeline")
"""owner migrates; api serves people under row policies; pipeline consumes, publishes and runs jobs."""


def package_of(service: str) -> str:
    """The import name of a service, which is also its schema and the stem of its roles."""
    return service.replace("-", "_")


def role(service: str, kind: str) -> str:
    """A service's role: `po_sync_api`."""
    return f"{package_of(service)}_{kind}"
