"""The command `navette`: what operators see and decide."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import click
import typer

from navette.commands import (
    access,
    acts,
    checking,
    evidence,
    keeping,
    letters,
    replays,
    standing,
    support,
    topics,
    tracing,
    verifying,
    waiting,
)
from navette.errors import CommandError
from navette.output import errors, out
from navette.state import state

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Follow, see, decide, replay, prove.")
cli.add_typer(standing.app)
cli.add_typer(tracing.app)
cli.add_typer(letters.app, name="dlq")
cli.add_typer(waiting.app, name="parked")
cli.add_typer(replays.app, name="replay")
cli.add_typer(topics.app, name="topics")
cli.add_typer(acts.app, name="acts")
cli.add_typer(access.app, name="access")
cli.add_typer(support.tickets, name="tickets")
cli.add_typer(support.back_ends, name="back-end")
cli.add_typer(evidence.app, name="evidence")
cli.add_typer(keeping.app, name="archive")
cli.add_typer(verifying.app)
cli.add_typer(checking.app)
if find_spec("local_stack"):  # the services' image has neither a stack to show nor the tools of a backup
    from navette.commands import recovering, transferring
    from navette.demo import command as demo

    cli.add_typer(recovering.app)
    keeping.app.command("export")(transferring.export)
    keeping.app.command("import")(transferring.take_in)
    cli.add_typer(demo.app)


@cli.callback()
def options(
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON")] = False,
    run: Annotated[Path, typer.Option(help="Run folder of the local stack")] = Path(".local"),
) -> None:
    """Options before the command."""
    out.as_json = as_json
    state.run = run


def app() -> None:
    """Run the command line; a CommandError is one line and exit status 1."""
    try:
        cli()
    except CommandError as error:
        errors.print(f"[red]navette:[/red] {error}", highlight=False)
        sys.exit(1)
    except click.exceptions.Abort:
        sys.exit(130)
