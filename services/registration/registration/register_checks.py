"""Registered numbers are looked up afterwards; partners see what the registers said, and when."""

from typing import Final

from mesh.db import Database
from registration.domain.identifiers import SIREN, SIRET, VAT, Key
from registration.registers import Registers
from registration.store import register_checks

_AT_ONCE: Final = 10
_BEST: Final = (SIRET, SIREN, VAT)
"""Which number is asked about when a company has several."""


class RegisterChecks:
    """Asks the registers about companies that were not checked, or while a register was away."""

    def __init__(self, database: Database, registers: Registers) -> None:
        self._database = database
        self._registers = registers

    async def check_due(self) -> int:
        """Check some; returns how many were due. A register that is away is asked again an hour later."""
        if not self._registers:
            return 0
        async with self._database.transaction() as tx:
            due = await register_checks.due(tx, _AT_ONCE)
        for company_id, keys in due:
            known = [key for key in keys if self._registers.answers(key)]
            key = min(known, key=_rank) if known else None
            entry = await self._registers.look(key) if key else None
            async with self._database.transaction() as tx:
                await register_checks.keep(tx, company_id, keys, entry)
        return len(due)


def _rank(key: Key) -> int:
    return _BEST.index(key.scheme) if key.scheme in _BEST else len(_BEST)
