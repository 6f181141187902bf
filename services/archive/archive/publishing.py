"""Gives the newest signed head to places outside: whoever keeps it can show that nothing was cut off or rewritten.

A place is a web address that takes a POST, a file that gets a line, or a mail address. Each gets heads in their order,
not every one; what a place did not take is tried again with the newest.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import DBAPIError

from archive.env import Env
from archive.store import log as logs
from contracts.ids import derived_id
from mesh.errors import ResourceDown, Undone
from mesh.leases import Lease
from mesh.mail import Mail, Mailer
from mesh.telemetry import REGISTRY

_HEADS: Final = UUID(int=0)
_EVERY: Final = 30.0
_SECONDS: Final = 10.0
_log = structlog.get_logger(__name__)
unpublished: Final = Gauge(
    "navette_archive_unpublished_entries", "Entries that a place outside has no head for", ["place"], registry=REGISTRY
)


class Places:
    """Where heads go: `https://…` and `http://…`, `mailto:…`, else a file."""

    def __init__(self, places: Sequence[str], client: httpx.AsyncClient, mailer: Mailer) -> None:
        self.names = tuple(places)
        self._client = client
        self._mailer = mailer

    async def give(self, place: str, head: dict[str, Any]) -> None:
        """Raises ResourceDown when it did not take it."""
        if place.startswith(("https://", "http://")):
            await self._post(place, head)
        elif place.startswith("mailto:"):
            await self._mail(place.removeprefix("mailto:"), head)
        else:
            await asyncio.to_thread(_append, Path(place), head)

    async def _post(self, url: str, head: dict[str, Any]) -> None:
        try:
            answer = await self._client.post(url, json=head, timeout=_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ResourceDown("heads", f"{url}: {type(error).__name__} {error}") from error
        if not answer.is_success:
            raise ResourceDown("heads", f"{url} answered {answer.status_code}")

    async def _mail(self, address: str, head: dict[str, Any]) -> None:
        text = f"{head['size']} écritures / entries\n{head['signed_at']}\n{head['root']}\n\n{head['jws']}\n"
        mail = Mail(
            id=derived_id(_HEADS, f"{address} {head['size']}"),
            to=address,
            subject=f"Journal d'archivage : tête {head['size']} / Archive log: head {head['size']}",
            text=text,
            html=f"<pre>{text}</pre>",
        )
        await self._mailer.send(mail)


def _append(path: Path, head: dict[str, Any]) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(head) + "\n")
    except OSError as error:
        raise ResourceDown("heads", f"{path}: {error}") from error


async def publish(env: Env, places: Places) -> int:
    """Give the newest head to every place that has an older one; returns how many took it."""
    taken = 0
    async with env.pipeline.transaction() as tx:
        head = await logs.head(tx)
        given = await logs.given(tx)
    if head is None:
        return 0
    said = {
        "size": head["size"],
        "root": bytes(head["root"]).hex(),
        "signed_at": head["signed_at"].isoformat(),
        "jws": head["jws"],
    }
    for place in places.names:
        if given.get(place, 0) < head["size"]:
            try:
                await places.give(place, said)
            except Undone as error:
                _log.warning("head_not_taken", place=place, size=head["size"], error=str(error))
                unpublished.labels(place).set(head["size"] - given.get(place, 0))
                continue
            async with env.pipeline.transaction() as tx:
                await logs.note_given(tx, place, head["size"], env.clock.now())
            taken += 1
        unpublished.labels(place).set(0)
    return taken


def worker(env: Env, lease: Lease, places: Places) -> Callable[[], Awaitable[None]]:
    """An endless task."""

    async def run() -> None:
        while True:
            try:
                if places.names and await lease.take():
                    await publish(env, places)
            except (DBAPIError, OSError) as error:
                _log.warning("publishing_heads_waits", error=type(error).__name__)
            await asyncio.sleep(_EVERY)

    return run
