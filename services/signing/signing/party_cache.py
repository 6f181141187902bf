"""Looks and consents out of this service's own directory, each remembered for seconds: most documents repeat them."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, Generic, TypeVar
from uuid import UUID

import structlog

from mesh import directory
from mesh.db import Database
from mesh.objects import ObjectMissing, Objects, Tampered
from signing.domain.parties import Look

log = structlog.get_logger(__name__)

FRESH_SECONDS: Final = 10.0
_REMEMBERED: Final = 1_000
T = TypeVar("T")


class DirectoryParties:
    """Reads `dir_company` and `dir_unit`, and logos from the object store."""

    def __init__(self, pipeline: Database, objects: Objects) -> None:
        self._pipeline = pipeline
        self._objects = objects
        self._looks = _Remembered(self._read_look)
        self._consents = _Remembered(self._read_consent)

    async def look(self, company_id: UUID) -> Look:
        return await self._looks.of(company_id)

    async def agrees_to_verification(self, unit_id: UUID) -> bool:
        return await self._consents.of(unit_id)

    async def _read_look(self, company_id: UUID) -> Look:
        async with self._pipeline.autocommit() as tx:
            company = await directory.company(tx, company_id)
        if company is None:
            return Look()
        if company.logo is None:
            return Look(accent=company.accent)
        try:
            return Look(await self._objects.read(company.logo), company.accent)
        except (ObjectMissing, Tampered) as error:
            # a picture that is gone holds no invoice up: the supplier's name stands in its place
            log.warning("logo_not_read", company_id=str(company_id), reason=str(error)[:200])
            return Look(accent=company.accent)

    async def _read_consent(self, unit_id: UUID) -> bool:
        async with self._pipeline.autocommit() as tx:
            unit = await directory.unit(tx, unit_id)
        return unit is not None and unit.verification_consent


class _Remembered(Generic[T]):
    def __init__(self, read: Callable[[UUID], Awaitable[T]]) -> None:
        self._read = read
        self._known: dict[UUID, tuple[float, T]] = {}

    async def of(self, key: UUID) -> T:
        now = monotonic()
        known = self._known.get(key)
        if known is None or known[0] < now:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = (now + FRESH_SECONDS, await self._read(key))
        return known[1]
