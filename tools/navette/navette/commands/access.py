"""`navette access …`: people who ask to act for a company whose administrators have not answered."""

from typing import Annotated, Any

import typer

from navette.errors import CommandError
from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="Who asks to act for a company, and the form that lets them in.")
_REQUESTS = "/v1/ops/registration/access-requests"
_ACTS = "/v1/ops/registration/acts"
_SHOWN = ("id", "company_id", "name", "email", "proposed_by", "asked_at", "message")


@app.command()
def ls() -> None:
    """Requests that no administrator has answered, the oldest first."""
    with gateway() as session:
        found: list[dict[str, Any]] = session.call("GET", _REQUESTS)
    out.show(found, table_of(found, _SHOWN))


@app.command()
def grant(
    request: Annotated[str, typer.Argument(help="Id of the request")],
    reason: Annotated[str, typer.Option(help="What the form and the papers show; it is kept in the audit trail")],
) -> None:
    """Ask that whoever asks be let in as an administrator; a second operator decides (`navette acts approve`)."""
    with gateway() as session:
        found: list[dict[str, Any]] = session.call("GET", _REQUESTS)
        wanted = next((each for each in found if each["id"] == request), None)
        if wanted is None:
            raise CommandError(f"no open request {request}: `navette access ls` lists them")
        act = {name: wanted[name] for name in ("company_id", "email", "name", "language")}
        asked = session.call("POST", _ACTS, json=act | {"kind": "access_grant", "reason": reason})
    out.show(asked, table_of([asked], ("id", "kind", "subject", "state", "asked_by", "asked_at", "reason")))
