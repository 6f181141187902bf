"""`navette archive …`: whether everything that is kept is as it was, what is held, and what may go."""

from typing import Annotated

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="The archive's care: checks of everything that it keeps, legal holds, elimination after term.")
_PATH = "/v1/ops/archive/checks"
_HOLDS = "/v1/ops/archive/holds"
_ELIMINATIONS = "/v1/ops/archive/eliminations"
_HOLD = ("id", "invoice_id", "reason", "placed_by", "placed_at", "lifted_by", "lifted_at")
_ELIMINATION = ("id", "state", "items", "done", "kept", "proposed_by", "decided_by", "reason", "digest")
_ITEM = ("invoice_id", "sequence", "retain_until", "state", "why", "sha256")
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit trail")]
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


@app.command()
def holds(invoice: Annotated[str, typer.Option(help="Only those of this invoice (id)")] = "") -> None:
    """Legal holds: those that lie, then those that were lifted."""
    with gateway() as session:
        rows = session.call("GET", _HOLDS, params={"invoice_id": invoice} if invoice else {})
    out.show(rows, table_of(rows, _HOLD))


@app.command()
def hold(invoice: Annotated[str, typer.Argument(help="Id of the invoice")], reason: Reason) -> None:
    """Keep every original of an invoice whatever its term, in the object store too."""
    with gateway() as session:
        held = session.call("POST", _HOLDS, json={"invoice_id": invoice, "reason": reason})
    out.show(held, table_of([held], _HOLD))


@app.command()
def lift(hold_id: Annotated[str, typer.Argument(help="Id of the hold")], reason: Reason) -> None:
    """Take a legal hold away."""
    with gateway() as session:
        lifted = session.call("POST", f"{_HOLDS}/{hold_id}/lift", json={"reason": reason})
    out.show(lifted, table_of([lifted], _HOLD))


@app.command()
def eliminations(
    items_of: Annotated[str, typer.Option("--items", help="Show what this elimination (id) names")] = "",
) -> None:
    """What was proposed for elimination, by whom, and what became of it."""
    with gateway() as session:
        path = f"{_ELIMINATIONS}/{items_of}/items" if items_of else _ELIMINATIONS
        rows = session.call("GET", path)
    out.show(rows, table_of(rows, _ITEM if items_of else _ELIMINATION))


@app.command()
def eliminate(reason: Reason, supplier: Annotated[str, typer.Option(help="Only this supplier's (id)")] = "") -> None:
    """Propose to eliminate what has outlived its term and is not held; another operator approves it."""
    wanted = {"reason": reason} | ({"supplier_id": supplier} if supplier else {})
    with gateway() as session:
        proposed = session.call("POST", _ELIMINATIONS, json=wanted)
    out.show(proposed, table_of([proposed], _ELIMINATION))


@app.command()
def approve(
    elimination: Annotated[str, typer.Argument(help="Id of the elimination")],
    digest: Annotated[str, typer.Option(help="Digest of the plan that you looked at")],
    reason: Reason,
) -> None:
    """The second person's word: what the plan names goes, each with its certificate in the log."""
    with gateway() as session:
        body = {"reason": reason, "digest": digest}
        approved = session.call("POST", f"{_ELIMINATIONS}/{elimination}/approve", json=body)
    out.show(approved, table_of([approved], _ELIMINATION))


@app.command()
def refuse(elimination: Annotated[str, typer.Argument(help="Id of the elimination")], reason: Reason) -> None:
    """Let nothing of a proposal go."""
    with gateway() as session:
        refused = session.call("POST", f"{_ELIMINATIONS}/{elimination}/refuse", json={"reason": reason})
    out.show(refused, table_of([refused], _ELIMINATION))
