"""`navette dlq …`: facts that ended without effect."""

from typing import Annotated

import typer

from contracts.topics import SERVICES
from navette.gateway import known
from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="Dead letters: look, redrive, discard.")
Service = Annotated[str, typer.Argument(help="validation, signing …")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit trail")]


@app.command()
def groups() -> None:
    """Open dead letters, a line for each way of failing."""
    with gateway() as session:
        found = [
            {"service": service, **group}
            for service, answer in session.each("/dead-letters/groups").items()
            if isinstance(answer, list)
            for group in answer
        ]
    out.show(found, table_of(found, ("service", "fingerprint", "letters", "first_at", "last_at", "error")))


@app.command()
def ls(
    service: Annotated[str | None, typer.Argument(help="One service; all without")] = None,
    fingerprint: Annotated[str | None, typer.Option(help="Only this group")] = None,
    state: Annotated[str, typer.Option(help="open, redriven, discarded")] = "open",
) -> None:
    """Dead letters, a line each."""
    services = (known(service),) if service else SERVICES
    query = f"?state={state}" + (f"&fingerprint={fingerprint}" if fingerprint else "")
    with gateway() as session:
        found = [
            {"service": name, **letter}
            for name, answer in session.each(f"/dead-letters{query}", services).items()
            if isinstance(answer, list)
            for letter in answer
        ]
    out.show(found, table_of(found, ("service", "id", "event_type", "subject", "attempts", "last_at", "error")))


@app.command()
def show(service: Service, letter: Annotated[str, typer.Argument(help="Id of the letter")]) -> None:
    """One dead letter whole: headers and payload."""
    with gateway() as session:
        found = session.call("GET", f"/v1/ops/{known(service)}/dead-letters/{letter}")
    out.show(found, table_of([{"field": k, "value": v} for k, v in found.items()], ("field", "value")))


def _decide(verb: str, service: str, letters: list[str], fingerprint: str | None, reason: str) -> None:
    body = {"ids": letters, "fingerprint": fingerprint, "reason": reason}
    with gateway() as session:
        done = session.call("POST", f"/v1/ops/{known(service)}/dead-letters/{verb}", json=body)
    out.show(done, text=f"{len(done)} letter(s): {verb}")


@app.command()
def redrive(
    service: Service,
    letters: Annotated[list[str] | None, typer.Argument(help="Ids of letters")] = None,
    fingerprint: Annotated[str | None, typer.Option(help="All open letters of this group")] = None,
    *,
    reason: Reason,
) -> None:
    """Try facts again, each at its place in its key's queue."""
    _decide("redrive", service, letters or [], fingerprint, reason)


@app.command()
def discard(
    service: Service,
    letters: Annotated[list[str] | None, typer.Argument(help="Ids of letters")] = None,
    fingerprint: Annotated[str | None, typer.Option(help="All open letters of this group")] = None,
    *,
    reason: Reason,
) -> None:
    """End facts for good; a submission fails with OPERATOR_DISCARDED and frees its order lines."""
    _decide("discard", service, letters or [], fingerprint, reason)
