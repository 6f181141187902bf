"""VAT numbers are confirmed by a register before an invoice leaves. One that is out of reach never counts as a yes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from prometheus_client import Counter

from contracts.faults import Finding
from contracts.status import Party
from documents.invoice import Invoice
from mesh.errors import ResourceDown
from mesh.telemetry import REGISTRY
from validation.domain.beyond_official import is_vat_number
from validation.domain.vat_numbers import NOT_VALID, WAITS, Named, asked_about
from validation.vat_registers import VatRegister

Confirm = Callable[[Invoice, Sequence[Finding]], Awaitable[list[Finding]]]
"""What is found beyond, of an invoice and what was found before."""
_OF_THE_BUYER: Final = "buyer"
_asked: Final = Counter(
    "navette_vat_numbers_asked_total",
    "Questions to the register of VAT numbers (VIES): valid, invalid, away",
    ["outcome"],
    registry=REGISTRY,
)
for _outcome in ("valid", "invalid", "away"):
    _asked.labels(_outcome)


def count(outcome: str) -> None:
    """Tell operations how a question ended."""
    _asked.labels(outcome).inc()


class VatNumbers:
    """`NAV-VAT-02`: the register does not know it. `NAV-VAT-03`: nobody can say at this moment."""

    def __init__(self, register: VatRegister | None) -> None:
        self._register = register

    async def before_it_leaves(self, invoice: Invoice, found: Sequence[Finding]) -> list[Finding]:
        """Raises ResourceDown: the invoice waits. What fails anyway waits for nobody."""
        if any(finding.stops for finding in found):
            return []
        return [finding for named in self._named(invoice) for finding in await self._found(named)]

    async def as_one_types(self, invoice: Invoice, _: Sequence[Finding]) -> list[Finding]:
        """What nobody can say is a finding: sent now, the invoice would wait."""
        findings: list[Finding] = []
        for named in self._named(invoice):
            try:
                findings += await self._found(named)
            except ResourceDown:
                findings.append(named.finding(WAITS, Party.PLATFORM))
        return findings

    def _named(self, invoice: Invoice) -> tuple[Named, ...]:
        """A number whose check digits do not fit is no question."""
        return tuple(named for named in asked_about(invoice) if is_vat_number(named.number)) if self._register else ()

    async def _found(self, named: Named) -> list[Finding]:
        if self._register is None or await self._register.knows(named.number):
            return []
        return [named.finding(NOT_VALID, Party.BUYER if named.party == _OF_THE_BUYER else Party.SUPPLIER)]
