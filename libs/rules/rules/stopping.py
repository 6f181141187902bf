"""The finding for a document on which the official rules stop with an error of their own."""

from typing import Literal

from contracts.faults import Finding, Severity
from contracts.status import Party
from rules.packs import RulePack

Cause = Literal["repeated", "absent", "value", "other"]


def stopped(pack: RulePack, cause: Cause) -> Finding:
    """The official rules stopped: nothing is known of the document, so it may not pass.

    `cause`: `repeated` (an element stands twice where the rules expect one, by far the most frequent), `absent`,
    `value`, or `other`, which is for the platform to look at.
    """
    return Finding(
        rule="NAV-ENGINE-01",
        severity=Severity.FATAL,
        rule_set=pack.label,
        parameters={"cause": cause},
        detail=f"the official rules {pack.label} stopped with an error of their own ({cause})",
        fixed_by=Party.PLATFORM if cause == "other" else Party.SUPPLIER,
    )
