"""`navette acts …`: what gives access, asked for by one operator and decided by another."""

from typing import Annotated, Any

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer(help="Acts that take two operators: reset a second factor, merge accounts, give access.")
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit trail")]
Note = Annotated[str, typer.Option(help="A word to it")]
_PATH = "/v1/ops/registration/acts"
_SHOWN = ("id", "kind", "subject", "state", "asked_by", "asked_at", "reason")


def _show(acts: list[dict[str, Any]]) -> None:
    out.show(acts, table_of(acts, _SHOWN))


def _ask(**act: str) -> None:
    with gateway() as session:
        _show([session.call("POST", _PATH, json=act)])


@app.command()
def ls(state: Annotated[str, typer.Option(help="asked, done or refused; empty: all")] = "asked") -> None:
    """Acts, the newest first."""
    with gateway() as session:
        _show(session.call("GET", _PATH, params={"state": state} if state else {}))


@app.command()
def reset(email: Annotated[str, typer.Argument(help="Whose second factor is lost")], reason: Reason) -> None:
    """Ask that somebody's second factors and recovery codes be taken away."""
    _ask(kind="second_factor_reset", email=email, reason=reason)


@app.command()
def erase(email: Annotated[str, typer.Argument(help="Who is to be anonymised")], reason: Reason) -> None:
    """Ask that somebody be anonymised: access, name and addresses go, what they did stays under their id."""
    _ask(kind="person_erase", email=email, reason=reason)


@app.command()
def merge(
    gone: Annotated[str, typer.Argument(help="Id of the company that goes")],
    kept: Annotated[str, typer.Argument(help="Id of the company that stays")],
    reason: Reason,
) -> None:
    """Ask that two accounts of one company become one."""
    _ask(kind="company_merge", from_company_id=gone, into_company_id=kept, reason=reason)


@app.command()
def access(
    company: Annotated[str, typer.Argument(help="Id of the company")],
    email: Annotated[str, typer.Argument(help="Who is to run it")],
    name: Annotated[str, typer.Argument(help="Their name")],
    reason: Reason,
) -> None:
    """Ask that somebody be made administrator of a company whose own is gone."""
    _ask(kind="access_grant", company_id=company, email=email, name=name, reason=reason)


@app.command()
def confirm(company: Annotated[str, typer.Argument(help="Id of the company")], reason: Reason) -> None:
    """Ask that a company be confirmed, whose people have shown papers: it may then write to its customers."""
    _ask(kind="company_confirm", company_id=company, reason=reason)


@app.command()
def reclaim(
    company: Annotated[str, typer.Argument(help="Id of the company")],
    email: Annotated[str, typer.Argument(help="Who runs it in truth")],
    name: Annotated[str, typer.Argument(help="Their name")],
    reason: Reason,
) -> None:
    """Ask that a company be taken from whoever registered it first and given to its own people."""
    _ask(kind="company_reclaim", company_id=company, email=email, name=name, reason=reason)


@app.command()
def approve(act: Annotated[str, typer.Argument(help="Id of the act")], note: Note = "") -> None:
    """Agree with what another operator asked for; it is done at once."""
    with gateway() as session:
        _show([session.call("POST", f"{_PATH}/{act}/approve", json={"note": note})])


@app.command()
def refuse(act: Annotated[str, typer.Argument(help="Id of the act")], note: Note = "") -> None:
    """Refuse what another operator asked for."""
    with gateway() as session:
        _show([session.call("POST", f"{_PATH}/{act}/refuse", json={"note": note})])
