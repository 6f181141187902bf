"""One document against the law: bounded parse, schema, official rules; each step may end the check."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from contracts.faults import Finding, Severity
from documents.xml import Element
from rules.compiled.engine import CompiledEngine
from rules.detection import kind_of
from rules.errors import DocumentRefused
from rules.packs import RulePack, cache_directory
from rules.parsing import read_xml
from rules.saxon import SaxonEngine
from rules.schemas import Schemas

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


class RuleEngine:
    """Checks documents. Synchronous and bound to one thread of one process; `rules.checker` serves an event loop.

    `engines` are tried in order, and the first that knows a set runs it; by default the one of compiled sets.
    Saxon, made when first needed, knows all.
    """

    def __init__(self, directory: Path | None = None, engines: Sequence[Engine] | None = None) -> None:
        self._directory = directory or cache_directory()
        self._schemas = Schemas(self._directory)
        self._engines = (CompiledEngine(self._directory),) if engines is None else tuple(engines)
        self._saxon: SaxonEngine | None = None

    def check(self, document: bytes, sets: Sequence[str] | None = None) -> list[Finding]:
        """Everything found, fatal first; no fatal finding means: valid.

        `sets` None: those the document asks for. A document that is refused (`NAV-XML-…`) or that its schema does not
        accept (`NAV-XSD-…`) is not shown to the rules. Raises UnknownRuleSet and PacksMissing.
        """
        try:
            root = read_xml(document)
            kind = kind_of(root)
        except DocumentRefused as refused:
            return [refused.finding]
        packs = kind.packs(None if sets is None else tuple(sets))
        found = self._schemas.check(root, kind.syntax)
        if not found:
            found = self._judge(root, packs)
        return sorted(found, key=lambda finding: _ORDER[finding.severity])

    def _judge(self, root: Element, packs: Sequence[RulePack]) -> list[Finding]:
        try:
            return [finding for pack in packs for finding in self._engine(pack).run(pack, root)]
        finally:
            for engine in self._engines:
                engine.release()

    def _engine(self, pack: RulePack) -> Engine:
        for engine in self._engines:
            if engine.runs(pack):
                return engine
        if self._saxon is None:
            self._saxon = SaxonEngine(self._directory)
        return self._saxon
