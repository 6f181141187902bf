"""What can go wrong in this library.

RulesError
├── PacksMissing        official files are absent or altered; says how to get them
├── FetchFailed         Maven did not bring them, or they are not the pinned ones
├── UnknownRuleSet      a caller asked for a set that does not exist for this syntax
├── DocumentRefused     the document is no XML that we read; carries the finding
└── EngineUnavailable   the checking process died or hung: nothing is known about the document, try again
"""

from collections.abc import Sequence
from pathlib import Path

from contracts.faults import Finding

FETCH_COMMAND = "python -m rules.fetch"


class RulesError(Exception):
    """Base of this library's errors."""


class PacksMissing(RulesError):
    """Official rule files or schemas are not in the cache, or are not the pinned ones."""

    def __init__(self, directory: Path, files: Sequence[str]) -> None:
        shown = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        super().__init__(f"official rule files are missing or altered in {directory}: {shown}; run: {FETCH_COMMAND}")
        self.directory = directory
        self.files = tuple(files)


class FetchFailed(RulesError):
    """The pinned packages could not be brought; the text says what to do."""


class UnknownRuleSet(RulesError):
    """A caller asked for a rule set that does not exist for the syntax of the document."""

    def __init__(self, name: str, syntax: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no rule set {name} for {syntax}; known: {', '.join(known) or 'none'}")
        self.name = name
        self.syntax = syntax
        self.known = tuple(known)


class DocumentRefused(RulesError):
    """The bytes are no XML document that we are willing to read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.rule}: {finding.detail}")
        self.finding = finding


class EngineUnavailable(RulesError):
    """The checking process died or passed its deadline: the document is neither valid nor invalid, check it later."""
