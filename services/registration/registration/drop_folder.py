"""A watched folder: what programs leave in it, over an SFTP server that stands before it, is taken once.

    <folder>/<client id>/inbox/    the program writes here, best under another name that it renames at the end
    <folder>/<client id>/taken/    being read; what a dead process left here, or could not be read, is read again
    <folder>/<client id>/done/     read, each with <name>.report.csv: line, field, reason
    <folder>/<client id>/failed/   not read, each with <name>.why.txt

A file is taken by renaming it, which the file system does for one process alone. Whoever is brought twice is written to
once, so reading again after a crash is harmless. Links and whatever is no plain file are left where they are.

What is wrong with one file, or with one program's folder, stops none of the others; a database that is away stops all.
"""

import asyncio
import os
import stat
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

import structlog

from contracts import limits
from contracts.ids import new_id
from mesh.hop import store_is_away
from mesh.problems import refusal_of
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
_LONGEST: Final = 150
"""Bytes of a name: with our id before it and `.report.csv` behind, a file system still takes it."""
_UNUSABLE: Final = "name-too-long"
_log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class _Unfinished(Exception):
    """Somebody writes the file while it is read."""


class DropFolder:
    """Takes the files of all programs that have a folder here."""

    def __init__(self, env: Env, folder: Path) -> None:
        self._env = env
        self._folder = folder

    async def take_all(self) -> int:
        """Take what is there; returns how many files were read or refused."""
        taken = 0
        for client in await asyncio.to_thread(_folders, self._folder):
            for file in await _unless_closed(client, _waiting, client) or []:
                claimed = await _unless_closed(client, _claimed, file, client / "taken")
                if claimed and await self._take(client, claimed):
                    taken += 1
        return taken

    async def _take(self, client: Path, file: Path) -> bool:
        """False when it waits for whoever is still writing it."""
        name = file.name.partition("+")[2]
        try:
            report = await self._read(client, file, name)
        except _Unfinished:
            await _unless_closed(client, _put_back, file, client / "inbox")
            return False
        except Exception as error:
            refusal = refusal_of(error)
            if store_is_away(error) or (refusal is not None and refusal.retry_after):
                await _unless_closed(client, _put_back, file, client / "inbox")
                raise
            why = refusal.detail if refusal else str(error) if isinstance(error, ValueError) else "it cannot be read"
            # what nobody foresaw is ours to mend: the file stays in failed/, and the trace in the log
            unforeseen = refusal is None and not isinstance(error, ValueError)
            _log.warning("dropped_file_refused", client=client.name, file=name, why=why, exc_info=unforeseen)
            await _unless_closed(client, _put_away, file, client / "failed", name, ".why.txt", why)
        else:
            await _unless_closed(client, _put_away, file, client / "done", name, ".report.csv", report)
        return True

    async def _read(self, client: Path, file: Path, name: str) -> str:
        dropped, as_taken = drop.read(name), await asyncio.to_thread(file.lstat)
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
        await partner_files.take(self._env, bringer, _content(file, as_taken))
        return await partner_files.report(self._env, bringer.campaign_id)

    async def _owner(self, client_id: str) -> UUID:
        """Raises ValueError when there is no such program, or it may not bring partners."""
        async with self._env.pipeline.transaction() as tx:
            owner = await clients.owner(tx, client_id, SCOPE)
        if owner is None:
            raise ValueError(f"{client_id} is no program with the scope {SCOPE}")
        return owner


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())


async def _unless_closed(client: Path, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """None when the program's folder does not let us: it is full, not ours to write in, or on another device."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as error:
        _log.warning("watched_folder_waits", client=client.name, error=error.strerror)
        return None


def _waiting(client: Path) -> list[Path]:
    """What can be taken now, and what a process took that is no more."""
    inbox, taken = client / "inbox", client / "taken"
    if not inbox.is_dir():
        return []
    taken.mkdir(exist_ok=True)
    written = sorted(file for file in inbox.iterdir() if _is_written(file))
    return written + sorted(file for file in taken.iterdir() if _age(file) > _ABANDONED)


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


def _claimed(file: Path, taken: Path) -> Path | None:
    """The file as this process's own, `<id>+<name>` in `taken`; None when another process was first."""
    name = file.name.partition("+")[2] if file.parent == taken else file.name
    if not _is_usable(name):
        name = _UNUSABLE
    claimed = taken / f"{new_id()}+{name}"
    try:
        file.rename(claimed)
    except FileNotFoundError:
        return None
    return claimed


def _is_usable(name: str) -> bool:
    try:
        return len(name.encode()) <= _LONGEST
    except UnicodeEncodeError:  # bytes that are no UTF-8 are lone surrogates here
        return False


def _put_back(file: Path, inbox: Path) -> None:
    """A link and not a rename, which would replace what came under the same name meanwhile."""
    (inbox / file.name.partition("+")[2]).hardlink_to(file)
    file.unlink()


async def _content(file: Path, as_taken: os.stat_result) -> AsyncGenerator[bytes]:
    """Raises ValueError when it has become a link or is larger than a file may be; `_Unfinished`, before its
    last line, when it has changed since it was taken."""
    opened = await asyncio.to_thread(_opened, file)
    try:
        while chunk := await asyncio.to_thread(_chunk, opened):
            yield chunk
        now = os.fstat(opened)
        if (now.st_size, now.st_mtime_ns) != (as_taken.st_size, as_taken.st_mtime_ns):
            raise _Unfinished
    finally:
        os.close(opened)


def _chunk(opened: int) -> bytes:
    try:
        return os.read(opened, _CHUNK)
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None


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
