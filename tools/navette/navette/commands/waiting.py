"""`navette parked …`: facts that wait with their key."""

from typing import Annotated

import typer

from contracts.topics import SERVICES
from navette.gateway import known
from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="Parked facts: what waits, why, until when.")


@app.command()
def ls(service: Annotated[str | None, typer.Argument(help="One service; all without")] = None) -> None:
    """What waits."""
    services = (known(service),) if service else SERVICES
    with gateway() as session:
        found = [
            {"service": name, **fact}
            for name, answer in session.each("/parked", services).items()
            if isinstance(answer, list)
            for fact in answer
        ]
    columns = ("service", "event_type", "key", "state", "attempts", "retries", "next_at", "reason")
    out.show(found, table_of(found, columns))


@app.command()
def retry(
    service: Annotated[str, typer.Argument(help="validation, signing …")],
    key: Annotated[str | None, typer.Option(help="Only this key")] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the audit trail")],
) -> None:
    """Try waiting facts now instead of when they are due."""
    query = f"?key={key}" if key else ""
    with gateway() as session:
        count = session.call("POST", f"/v1/ops/{known(service)}/parked/retry{query}", json={"reason": reason})
    out.show(count, text=f"{count} fact(s) are tried now")
