"""A watched folder: what programs leave in it, over an SFTP server that stands before it, is taken once.

    <folder>/<client id>/inbox/    the program writes here, best under another name that it renames at the end
    <folder>/<client id>/taken/    being read; what a dead process left here is read again
    <folder>/<client id>/done/     read, each with <name>.report.csv: line, field, reason
    <folder>/<client id>/failed/   not read, each with <name>.why.txt

A file is taken by renaming it, which the file system does for one process alone. Whoever is brought twice is written to
once, so reading again after a crash is harmless. Links and whatever is no plain file are left where they are.
"""

import asyncio
import os
import stat
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from contracts import limits
from contracts.ids import new_id
from mesh.errors import Refusal
from registration import partner_files
from registration.domain import drop
from registration.env import Env
from registration.store import clients

SCOPE: Final = "partners:write"
_QUIET: Final = 10.0
"""Seconds without a change after which a file that was not renamed counts as written."""
_CHUNK: Final = 64 * 1024
_ABANDONED: Final = 3600.0
"""Seconds after which a file in `taken` belongs to nobody: no reading lasts as long."""
_log = structlog.get_logger(__name__)


class DropFolder:
    """Takes the files of all programs that have a folder here."""

    def __init__(self, env: Env, folder: Path) -> None:
        self._env = env
        self._folder = folder

    async def take_all(self) -> int:
        """Take what is there; returns how many files were read or refused."""
        taken = 0
        for client in await asyncio.to_thread(_folders, self._folder):
            for file in await asyncio.to_thread(_claimed, client):
                await self._take(client, file)
                taken += 1
        return taken

    async def _take(self, client: Path, file: Path) -> None:
        name = file.name.partition("+")[2]
        try:
            dropped = drop.read(name)
            owner = await self._owner(client.name)
            bringer = await partner_files.begin(
                self._env,
                [owner],
                actor=f"client:{client.name}",
                side=dropped.side,
                unit_id=dropped.unit_id,
                name=name[:120],
            )
            assert bringer.campaign_id is not None
            await partner_files.take(self._env, bringer, _content(file))
            report = await partner_files.report(self._env, bringer.campaign_id)
        except (ValueError, Refusal) as error:
            why = error.detail if isinstance(error, Refusal) else str(error)
            _log.warning("dropped_file_refused", client=client.name, file=name, why=why)
            await asyncio.to_thread(_put_away, file, client / "failed", name, ".why.txt", why)
            return
        await asyncio.to_thread(_put_away, file, client / "done", name, ".report.csv", report)

    async def _owner(self, client_id: str) -> UUID:
        """Raises ValueError when there is no such program, or it may not bring partners."""
        async with self._env.pipeline.transaction() as tx:
            owner = await clients.owner(tx, client_id, SCOPE)
        if owner is None:
            raise ValueError(f"{client_id} is no program with the scope {SCOPE}")
        return owner


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())


def _claimed(client: Path) -> list[Path]:
    """The files that this process takes now, under `<id>+<name>` in `taken`."""
    inbox, taken = client / "inbox", client / "taken"
    if not inbox.is_dir():
        return []
    taken.mkdir(exist_ok=True)
    claimed = _all_renamed([file for file in inbox.iterdir() if _is_written(file)], taken)
    left = [file for file in taken.iterdir() if file not in claimed and _age(file) > _ABANDONED]
    return claimed + _all_renamed(left, taken)


def _all_renamed(files: list[Path], taken: Path) -> list[Path]:
    """Without those that another process renamed first."""
    return [each for each in (_renamed(file, taken) for file in sorted(files)) if each]


def _is_written(file: Path) -> bool:
    if drop.is_under_way(file.name):
        return False
    try:
        found = file.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_mtime < time.time() - _QUIET


def _age(file: Path) -> float:
    try:
        return time.time() - file.lstat().st_ctime  # renaming sets it
    except FileNotFoundError:
        return 0.0


def _renamed(file: Path, taken: Path) -> Path | None:
    """None when another process was first."""
    name = file.name.partition("+")[2] if file.parent == taken else file.name
    claimed = taken / f"{new_id()}+{name}"
    try:
        file.rename(claimed)
    except FileNotFoundError:
        return None
    return claimed


async def _content(file: Path) -> AsyncGenerator[bytes]:
    """Raises ValueError when it has become a link or is larger than a file may be."""
    opened = await asyncio.to_thread(_opened, file)
    try:
        while chunk := await asyncio.to_thread(os.read, opened, _CHUNK):
            yield chunk
    finally:
        os.close(opened)


def _opened(file: Path) -> int:
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise ValueError(f"it cannot be opened: {error.strerror}") from None
    if os.fstat(opened).st_size > limits.UPLOAD_BODY:
        os.close(opened)
        raise ValueError("it is larger than a file may be")
    return opened


def _put_away(file: Path, folder: Path, name: str, ending: str, words: str) -> None:
    """The words first, so that whoever waits for the file finds them."""
    folder.mkdir(exist_ok=True)
    kept = folder / f"{file.name.partition('+')[0]}-{name}"
    kept.with_name(kept.name + ending).write_text(words)
    file.rename(kept)
