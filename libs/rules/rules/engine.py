"""One document against the law: bounded parse, schema, official rules; each step may end the check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from contracts.faults import Finding, Severity
from documents.xml import Element
from rules.checked import Checked
from rules.compiled.engine import CompiledEngine
from rules.detection import Kind, kind_of
from rules.errors import DocumentRefused
from rules.packs import RulePack, cache_directory
from rules.parsing import read_xml
from rules.quiet import uncollected
from rules.schemas import Schemas
from rules.under import Under

_ORDER: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Engine(Protocol):
    """Runs rule sets over documents that their schema accepts. A compiled engine stands behind the same two verbs."""

    def runs(self, pack: RulePack) -> bool:
        """Whether this engine knows the set."""
        ...

    def run(self, pack: RulePack, root: Element) -> list[Finding]:
        """What the set finds. Where its rules stop with an error: one fatal `NAV-ENGINE-01` and nothing else."""
        ...

    def release(self) -> None:
        """Keep nothing of the last document."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What was found in one document. `refused`: by its reader or schema, and then no rule has seen it."""

    syntax: str
    refused: tuple[Finding, ...]
    by_set: dict[str, list[Finding]]


class RuleEngine:
    """Checks documents. Synchronous and bound to one thread of one process; `rules.checker` serves an event loop.

    `engines` are tried in order, and the first that knows a set runs it; by default the one of compiled sets.
    Saxon, made when first needed, knows all.
    """

    def __init__(self, directory: Path | None = None, engines: Sequence[Engine] | None = None) -> None:
        self._directory = directory or cache_directory()
        self._schemas = Schemas(self._directory)
        self._engines = (CompiledEngine(self._directory),) if engines is None else tuple(engines)
        self._official: Engine | None = None

    def check(self, document: bytes, sets: Sequence[str] | None = None) -> list[Finding]:
        """Everything found, fatal first; no fatal finding means: valid.

        `sets` None: those the document asks for, as they were in force on its date. A document that is refused
        (`NAV-XML-…`) or that its schema does not accept (`NAV-XSD-…`) is not shown to the rules. Raises UnknownRuleSet
        and PacksMissing.
        """
        return self.checked(document, Under(sets=None if sets is None else tuple(sets))).findings

    def checked(self, document: bytes, under: Under) -> Checked:
        """As `check`, with the sets."""
        packs: tuple[RulePack, ...] | None = None

        def choose(kind: Kind) -> tuple[RulePack, ...]:
            nonlocal packs
            packs = kind.packs(under.sets, under.day)
            return packs

        verdict = self.judge(document, choose)
        found = [*verdict.refused, *(finding for findings in verdict.by_set.values() for finding in findings)]
        return Checked(sorted(found, key=lambda finding: _ORDER[finding.severity]), packs)

    def judge(self, document: bytes, choose: Callable[[Kind], Sequence[RulePack]]) -> Verdict:
        """What each set finds by itself. `choose`: the sets for a kind of document. Raises PacksMissing."""
        with uncollected():
            return self._judge(document, choose)

    def _judge(self, document: bytes, choose: Callable[[Kind], Sequence[RulePack]]) -> Verdict:
        try:
            root = read_xml(document)
            kind = kind_of(root)
        except DocumentRefused as refused:
            return Verdict("", (refused.finding,), {})
        packs = choose(kind)
        refused = self._schemas.check(root, kind.syntax)
        by_set: dict[str, list[Finding]] = {}
        try:
            if not refused:
                by_set = {pack.set: self._engine(pack).run(pack, root) for pack in packs}
        finally:
            for engine in self._engines:
                engine.release()
        return Verdict(kind.syntax.name, tuple(refused), by_set)

    def _engine(self, pack: RulePack) -> Engine:
        for engine in self._engines:
            if engine.runs(pack):
                return engine
        if self._official is None:
            self._official = official_engine(self._directory)
        return self._official


def official_engine(directory: Path) -> Engine:
    """Saxon with the official stylesheets. It is loaded (50 MB) by who asks for it, and by nobody else."""
    from rules.saxon import SaxonEngine

    return SaxonEngine(directory)
