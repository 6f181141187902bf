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


class KeyFiles:
    """Keeps a ring as the files are. `make` builds the sealer of a key."""

    def __init__(self, settings: Settings, ring: KeyRing, make: Callable[[SealKey], Sealer]) -> None:
        self._settings = settings
        self._ring = ring
        self._make = make
        self._seen: dict[UUID | None, Print] = {}

    def read(self) -> None:
        """Load what is new or changed since the last time, and drop what is gone.

        A key that can't be loaded leaves the one before at work; where there was none, its invoices wait. A PIN that
        was refused is tried again only when a file has changed.
        """
        places = self._places()
        for owner in [owner for owner in self._seen if owner not in places]:
            del self._seen[owner]
            if owner is not None:
                self._ring.drop(owner)
        for owner, place in places.items():
            seen = place.fingerprint()
            if self._seen.get(owner) != seen:
                self._seen[owner] = seen
                self._put(owner, place)
        if not self._ring.has(None):
            self._ring.put(None, UnconfiguredSealer(), ())

    async def keep_current(self) -> None:
        """Read again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await asyncio.to_thread(self.read)
            except OSError as error:
                # a file was moved while it was looked at
                log.warning("seal_keys_unread", reason=str(error)[:200])

    def _put(self, owner: UUID | None, place: Place) -> None:
        try:
            key = self._load(place)
        except (CredentialProblem, OSError) as error:
            log.error("seal_key_not_loaded", owner=str(owner or "network"), reason=str(error)[:300])
            if not self._ring.has(owner):
                if owner is None and not isinstance(error, WrongPin):
                    raise
                # to end here would have the process started again, and the PIN tried again, until the token is locked
                self._ring.put(owner, UnconfiguredSealer(str(error)), ())
            return
        self._ring.put(owner, self._make(key), (key.certificate, *key.chain))
        log.info("seal_key_in_use", owner=str(owner or "network"), key=repr(key))

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
