"""What a check says."""

from dataclasses import dataclass

from contracts.faults import Finding
from rules.packs import RulePack


@dataclass(frozen=True)
class Checked:
    """What was found in one document, fatal first, and the sets that it was held against; None: it was refused by its
    reader (`NAV-XML-…`).
    """

    findings: list[Finding]
    packs: tuple[RulePack, ...] | None
