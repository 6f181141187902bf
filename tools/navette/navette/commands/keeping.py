"""`navette archive …`: whether everything that is kept is as it was."""

from typing import Annotated

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="The archive's care: checks of everything that it keeps.")
_PATH = "/v1/ops/archive/checks"
_SHOWN = ("asked_at", "asked_by", "ended_at", "entries", "objects", "bytes", "problems")


@app.command()
def check(reason: Annotated[str, typer.Option(help="Why not to wait for the regular one")]) -> None:
    """Read everything again: objects against their digests, rows against their leaves, heads against all leaves."""
    with gateway() as session:
        asked = session.call("POST", _PATH, json={"reason": reason})
    out.show(asked, table_of([asked], ("id",)))


@app.command()
def checks() -> None:
    """The newest checks, and what the last one that ended found. Status 1 when it found anything."""
    with gateway() as session:
        rows = session.call("GET", _PATH)
    found = next((row["found"] for row in rows if row["ended_at"]), [])
    out.show(rows, table_of(rows, _SHOWN))
    if found:
        if not out.as_json:
            out.show(found, table_of(found, ("code", "detail", "entry_id")))
        raise typer.Exit(1)
