"""The official stylesheets by Saxon/C HE: the engine of every rule set, fallback and oracle of faster ones."""

from pathlib import Path
from typing import Final, Protocol

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from contracts.faults import Finding
from documents.xml import Element
from rules.digests import wrong_files
from rules.errors import PacksMissing
from rules.packs import RulePack
from rules.stopping import Cause, stopped
from rules.svrl import Texts, findings_of, official_texts

_CAUSES: Final[dict[str, Cause]] = {
    "more than one item": "repeated",
    "empty sequence": "absent",
    "Cannot convert": "value",
    "Invalid": "value",
    "ivision by zero": "value",
}
"""What Saxon says when a document makes a rule stop, to what is wrong with the document."""


class _Stylesheet(Protocol):
    """What is used of saxonche's executable, which has no types of its own."""

    def transform_to_string(self, *, xdm_node: object) -> str | None: ...


class SaxonEngine:
    """Compiles each stylesheet once, when first needed (0.1 to 0.8 s), and keeps it (about 35 MB each).

    What it says of a document may depend on those before: a variable that was read each time so far is computed at
    once from then on, and stops a document whose rules never read it (XSLT 2.0, 2.9 leaves both free). `forget` undoes.

    Bound to the thread that made it, and not to be carried across a fork: use one a process.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processor = PySaxonProcessor(license=False)
        self._compiled: dict[str, tuple[_Stylesheet, Texts]] = {}
        self._parsed: tuple[Element, object] | None = None

    def runs(self, pack: RulePack) -> bool:
        """It knows every set."""
        del pack
        return True

    def run(self, pack: RulePack, root: Element) -> list[Finding]:
        """What the set finds; one fatal `NAV-ENGINE-01` where its rules stop with an error. Raises PacksMissing."""
        stylesheet, texts = self._stylesheet(pack)
        try:
            svrl = stylesheet.transform_to_string(xdm_node=self._node(root))
        except PySaxonApiError as error:
            return [stopped(pack, _cause(str(error)))]
        if not svrl:
            return [stopped(pack, "other")]
        return findings_of(svrl, pack, texts, root)

    def release(self) -> None:
        """Let the last document go."""
        self._parsed = None

    def forget(self) -> None:
        """Let all stylesheets go, and what was learnt from the documents they have seen."""
        self._compiled.clear()

    def _stylesheet(self, pack: RulePack) -> tuple[_Stylesheet, Texts]:
        if pack.stylesheet not in self._compiled:
            if wrong := wrong_files(self._directory, [pack.stylesheet]):
                raise PacksMissing(self._directory, wrong)
            file = self._directory / pack.stylesheet
            executable = self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(file))
            self._compiled[pack.stylesheet] = executable, official_texts(file.read_bytes())
        return self._compiled[pack.stylesheet]

    def _node(self, root: Element) -> object:
        """The document as Saxon sees it: parsed once for all sets, from what the bounded parser has read."""
        if self._parsed is None or self._parsed[0] is not root:
            text = etree.tostring(root, encoding="unicode", with_tail=False)
            self._parsed = root, self._processor.parse_xml(xml_text=text)
        return self._parsed[1]


def _cause(message: str) -> Cause:
    """The message quotes values of the document, so only its kind is kept."""
    for words, cause in _CAUSES.items():
        if words in message:
            return cause
    return "other"
