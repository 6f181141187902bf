"""`navette tickets …` and `navette back-end …`: the queue of support, and what companies are connected with."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from navette.output import out, table_of
from navette.state import gateway

tickets = typer.Typer(help="What people ask support: the queue, one ticket, an answer.")
back_ends = typer.Typer(help="The systems that a company is connected with; it reads them, you set them up.")
_TICKETS = "/v1/ops/registration/tickets"
_SHOWN = ("number", "id", "state", "topic", "desk_name", "subject", "document", "changed_at")
Ticket = Annotated[str, typer.Argument(help="Id of the ticket")]
Company = Annotated[str, typer.Argument(help="Id of the company")]


@tickets.command()
def ls(
    state: Annotated[str, typer.Option(help="open, answered or closed")] = "open",
    number: Annotated[int | None, typer.Option(help="The one of this number, whatever its state")] = None,
    topic: Annotated[str | None, typer.Option(help="Only of this topic")] = None,
) -> None:
    """Tickets, the latest change first."""
    narrowed = {"state": state, "number": number, "topic": topic}
    with gateway() as session:
        found: list[dict[str, Any]] = session.call(
            "GET", _TICKETS, params={name: value for name, value in narrowed.items() if value is not None}
        )
        out.show(found, table_of(found, _SHOWN))


@tickets.command(name="pass")
def pass_on(
    number: Annotated[int, typer.Argument(help="The ticket's number")],
    topic: Annotated[str, typer.Argument(help="The topic that it is about after all")],
    unit: Annotated[str | None, typer.Option(help="Id of the unit whose support answers")] = None,
    note: Annotated[str, typer.Option(help="A word to the desk")] = "",
) -> None:
    """Pass a ticket on to another desk; the desk and whoever asked are told."""
    body = {"topic": topic, "unit_id": unit, "note": note}
    with gateway() as session:
        found = session.call("POST", f"{_TICKETS}/{number}/pass", json=body)
    out.show(found, table_of([found], _SHOWN))


@tickets.command()
def show(ticket: Ticket) -> None:
    """One ticket with its thread and files."""
    with gateway() as session:
        found: dict[str, Any] = session.call("GET", f"{_TICKETS}/{ticket}")
    out.show(found, table_of(found["thread"], ("at", "author", "text")))


@tickets.command()
def answer(
    ticket: Ticket,
    text: Annotated[str, typer.Argument(help="What whoever asked gets by mail")],
    *,
    close: Annotated[bool, typer.Option(help="Nothing is left to ask")] = False,
) -> None:
    """Answer a ticket."""
    with gateway() as session:
        found = session.call("POST", f"{_TICKETS}/{ticket}/entries", json={"text": text, "close": close})
    out.show(found, table_of([found], _SHOWN))


@back_ends.command(name="show")
def shown(company: Company) -> None:
    """A company's systems, the newest version first."""
    with gateway() as session:
        found: list[dict[str, Any]] = session.call("GET", f"/v1/ops/registration/companies/{company}/back-end")
    rows = [each | {"systems": ", ".join(system["name"] for system in each["systems"])} for each in found]
    out.show(found, table_of(rows, ("version", "systems", "actor", "changed_at")))


@back_ends.command(name="set")
def put(
    company: Company,
    file: Annotated[Path, typer.Argument(help='JSON: {"systems": [{"name": …, "channel": "api"}]}', exists=True)],
    version: Annotated[int, typer.Option(help="The version that you have seen; 0: there is none yet")],
) -> None:
    """Set up a company's systems anew."""
    with gateway() as session:
        found = session.call(
            "PUT",
            f"/v1/ops/registration/companies/{company}/back-end",
            json=json.loads(file.read_text()),
            headers={"if-match": f'"v{version}"'},
        )
    out.show(found, table_of(found["systems"], ("name", "product", "channel", "client_id", "contact")))
