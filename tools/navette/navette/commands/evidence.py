"""`navette evidence …`: the time-stamps that prove archived originals."""

from typing import Annotated

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="Evidence records of the archive: what proves originals, until when, and their renewal.")
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit trail")]
_PATH = "/v1/ops/archive/evidence"
_SHOWN = ("authority", "stamped_at", "expires_at", "batches", "deposits", "id")


@app.command()
def ls() -> None:
    """Time-stamps that nothing renews, the first to end first, and what waits for one."""
    with gateway() as session:
        found = session.call("GET", _PATH)
    waits = {"authority": "none yet", "deposits": found["waiting"], "stamped_at": found["waiting_since"]}
    out.show(found, table_of([*found["tokens"], waits], _SHOWN))


@app.command()
def stamp(reason: Reason) -> None:
    """Time-stamp what waits, now."""
    with gateway() as session:
        found = session.call("POST", f"{_PATH}/stamp", json={"reason": reason})
    out.show(found, table_of([found], ("deposits",)))


@app.command()
def renew(reason: Reason) -> None:
    """Renew every time-stamp now, by the authority that is asked first. Status 1 when one does not hold any more."""
    with gateway() as session:
        found = session.call("POST", f"{_PATH}/renew", json={"reason": reason})
    out.show(found, table_of([found], ("tokens", "batches", "refused")))
    if found["refused"]:
        raise typer.Exit(1)
