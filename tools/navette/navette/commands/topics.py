"""`navette topics …`: the broker's topics and rights against the contract."""

import asyncio
import os
from dataclasses import asdict
from typing import Annotated

import typer

from contracts.topics import PARTITIONS
from mesh.broker_admin import BrokerRefusal
from mesh.kafka import KafkaConnection
from mesh.topics import Change, Layout, apply, diff
from navette.errors import CommandError
from navette.output import out, table_of

app = typer.Typer(help="Topics and rights, as libs/contracts says they should be.")
Partitions = Annotated[int, typer.Option(envvar="NAVETTE_PARTITIONS")]
Replication = Annotated[int, typer.Option(envvar="NAVETTE_REPLICATION")]


def _connection() -> KafkaConnection:
    bootstrap = os.environ.get("NAVETTE_KAFKA_BOOTSTRAP", "")
    if not bootstrap:
        raise CommandError("Set NAVETTE_KAFKA_BOOTSTRAP, and NAVETTE_KAFKA_USERNAME and _PASSWORD of an administrator.")
    return KafkaConnection(
        bootstrap, os.environ.get("NAVETTE_KAFKA_USERNAME", ""), os.environ.get("NAVETTE_KAFKA_PASSWORD", "")
    )


def _show(changes: list[Change]) -> None:
    rows = [asdict(change) for change in changes]
    out.show(rows, table_of(rows, ("kind", "subject", "detail")) if rows else None, "nothing to change")


@app.command(name="apply")
def apply_topics(partitions: Partitions = PARTITIONS, replication: Replication = 3) -> None:
    """Create and change what differs. Partitions of a topic never change: that would move keys."""
    try:
        _show(list(asyncio.run(apply(_connection(), Layout(partitions, replication)))))
    except BrokerRefusal as error:
        raise CommandError(str(error)) from None


@app.command(name="diff")
def diff_topics(partitions: Partitions = PARTITIONS, replication: Replication = 3) -> None:
    """Show what `apply` would change; exit status 1 when there is something."""
    try:
        changes = list(asyncio.run(diff(_connection(), Layout(partitions, replication))))
    except BrokerRefusal as error:
        raise CommandError(str(error)) from None
    _show(changes)
    if changes:
        raise typer.Exit(1)
