"""Finds the keys where the settings say, and puts changed ones into the ring while the service runs.

The network's key is that of the settings. In the folder of companies' keys each has a folder named by its id, with
`chain.pem` and either `key.pem` (mode 0600) or `label`, the name of its key in the hardware module.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from signing.credentials import load_chain, load_pem, load_pin
from signing.domain.sealing import Sealer, SealKey
from signing.errors import CredentialProblem, WrongPin
from signing.hardware_key import HardwareSealKey
from signing.keyring import KeyRing
from signing.sealer.unconfigured import UnconfiguredSealer
from signing.settings import Settings

log = structlog.get_logger(__name__)
EVERY_SECONDS: Final = 10.0
Print = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of each file of a key."""


@dataclass(frozen=True)
class Place:
    """Where one key lies: in a PEM file, or under a label in the hardware module."""

    chain: Path
    key: Path | None = None
    label: Path | str = ""
    pin: Path | None = None

    def fingerprint(self) -> Print:
        """What differs as soon as one of its files is another one."""
        files = (self.chain, self.key, self.label if isinstance(self.label, Path) else None, self.pin)
        found = [(path, path.stat()) for path in files if path and path.exists()]
        return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


@dataclass(frozen=True)
class _Loaded:
    """A key whose files are new or changed, or why it can't be used."""

    owner: UUID | None
    seen: Print
    key: SealKey | Exception


@dataclass(frozen=True)
class _Look:
    """What one look at the files found; `is_complete` when the folder of companies' keys was there."""

    owners: frozenset[UUID | None]
    is_complete: bool
    loaded: list[_Loaded]


class KeyFiles:
    """Keeps a ring as the files are. `make` builds the sealer of a key.

    Files are looked at and keys loaded in a thread; the ring and what `make` touches change on the event loop only.
    """

    def __init__(self, settings: Settings, ring: KeyRing, make: Callable[[SealKey], Sealer]) -> None:
        self._settings = settings
        self._ring = ring
        self._make = make
        self._seen: dict[UUID | None, Print] = {}
        self._told: dict[UUID | None, str] = {}
        self._missing: frozenset[UUID] = frozenset()
        self._has_started = False
        self.why = ""
        """Why the keys may be others than meant; empty when all is well."""

    def read(self) -> None:
        """Load what is new or changed since the last time, and drop what is gone.

        A key that can't be loaded leaves the one before at work, and is tried again at each look; where there was none,
        its invoices wait. A PIN that was refused is tried again only when a file has changed. A company's key goes only
        when its folder is gone at two looks in a row while the folder of all is there. Raises CredentialProblem when
        the network's own key can't be loaded at the first look.
        """
        self._apply(self._look())
        self._has_started = True

    async def keep_current(self) -> None:
        """Read again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                self._apply(await asyncio.to_thread(self._look))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a file, the keys at work stay
                log.warning("seal_keys_unread", reason=str(error)[:200])

    def _look(self) -> _Look:
        places = self._places()
        loaded = [each for owner, place in places.items() if (each := self._changed(owner, place))]
        return _Look(frozenset(places), self._folder_is_there(), loaded)

    def _changed(self, owner: UUID | None, place: Place) -> _Loaded | None:
        seen: Print = ()
        try:
            seen = place.fingerprint()
            if seen and self._seen.get(owner) == seen:
                return None
            return _Loaded(owner, seen, self._load(place))
        except Exception as error:  # noqa: BLE001 - one company's files, whatever is in them, are no other's trouble
            return _Loaded(owner, seen, error)

    def _apply(self, look: _Look) -> None:
        for each in look.loaded:
            if isinstance(each.key, Exception):
                self._refused(each.owner, each.seen, each.key)
            else:
                self._put(each.owner, each.seen, each.key)
        self._drop_gone(look)
        if not self._ring.has(None):
            self._ring.put(None, UnconfiguredSealer(), ())

    def _put(self, owner: UUID | None, seen: Print, key: SealKey) -> None:
        try:
            sealer = self._make(key)
        except Exception as error:  # noqa: BLE001 - a key nothing can be sealed with, as one that can't be loaded
            self._refused(owner, seen, error)
            return
        self._ring.put(owner, sealer, (key.certificate, *key.chain))
        self._seen[owner] = seen
        self._told.pop(owner, None)
        log.info("seal_key_in_use", owner=str(owner or "network"), key=repr(key))

    def _refused(self, owner: UUID | None, seen: Print, error: Exception) -> None:
        why = str(error) or type(error).__name__
        if isinstance(error, WrongPin):
            self._seen[owner] = seen
        if self._told.get(owner) != why:
            self._told[owner] = why
            log.error("seal_key_not_loaded", owner=str(owner or "network"), reason=why[:300])
            if not self._ring.is_usable(owner):
                self._ring.put(owner, UnconfiguredSealer(why), ())
        if owner is None and not isinstance(error, WrongPin) and not self._has_started:
            # with a wrong PIN the process would be started, and the PIN tried again, until the token is locked
            raise error if isinstance(error, CredentialProblem) else CredentialProblem(why)

    def _drop_gone(self, look: _Look) -> None:
        self.why = "" if look.is_complete else f"{self._settings.seal_keys_folder} is not there: whose key is whose?"
        if not look.is_complete:
            return
        gone = self._ring.owners - look.owners
        for owner in gone & self._missing:
            self._ring.drop(owner)
            self._seen.pop(owner, None)
            self._told.pop(owner, None)
            log.warning("seal_key_dropped", owner=str(owner))
        self._missing = gone - self._missing

    def _folder_is_there(self) -> bool:
        folder = self._settings.seal_keys_folder
        return folder is None or folder.is_dir()

    def _load(self, place: Place) -> SealKey:
        if place.key:
            return load_pem(place.key, place.chain)
        settings = self._settings
        if settings.pkcs11_module is None or place.pin is None:
            raise CredentialProblem(f"{place.chain} has a label beside it, but no hardware module is configured")
        label = place.label.read_text().strip() if isinstance(place.label, Path) else place.label
        chain, pin = load_chain(place.chain), load_pin(place.pin)
        return HardwareSealKey(settings.pkcs11_module, settings.pkcs11_token, label, pin, chain)

    def _places(self) -> dict[UUID | None, Place]:
        settings, found = self._settings, dict[UUID | None, Place]()
        if chain := settings.seal_chain_file:
            if settings.pkcs11_module and settings.pkcs11_pin_file:
                found[None] = Place(chain, None, settings.pkcs11_label, settings.pkcs11_pin_file)
            elif settings.seal_key_file:
                found[None] = Place(chain, settings.seal_key_file)
        folder = settings.seal_keys_folder
        for one in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
            try:
                owner = UUID(one.name)
            except ValueError:
                continue
            key = one / "key.pem"
            found[owner] = (
                Place(one / "chain.pem", key)
                if key.exists()
                else Place(one / "chain.pem", None, one / "label", settings.pkcs11_pin_file)
            )
        return found
