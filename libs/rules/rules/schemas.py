"""The schemas (XSD): the first check of every document; what they refuse is not shown to the rules."""

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final, cast

from lxml import etree

from contracts.faults import Finding, Severity
from documents.xml import Element
from rules.digests import expected, wrong_files
from rules.errors import PacksMissing
from rules.packs import Syntax
from rules.pointers import NAMESPACES, of

MAX_FINDINGS: Final = 20
_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_QUALIFIED: Final = re.compile(r"\{([^{}\s]+)\}(?=[\w*])")
_ATTRIBUTE: Final = re.compile(r"attribute '([^']*)'")
_FACET: Final = re.compile(r"\[facet '(\w+)'\]")
_TYPE: Final = re.compile(r"(?:atomic|list|union|local atomic) type '([^']*)'")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")


LogEntry = etree._LogEntry  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - lxml gives it no public name


class Schemas:
    """The schemas of one cache directory, each read once, when first needed. Not for use by two threads at once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._loaded: dict[str, etree.XMLSchema] = {}

    def check(self, root: Element, syntax: Syntax) -> list[Finding]:
        """What the schema refuses, at most 20 findings; none when one release of the schema accepts the document.

        Raises PacksMissing.
        """
        first: list[Finding] | None = None
        for name in syntax.schemas:
            schema = self._schema(name)
            if schema.validate(root):
                return []
            if first is None:
                prefixes = {prefix: uri for node in root.iter() for prefix, uri in node.nsmap.items() if prefix}
                log = cast(Iterable[LogEntry], schema.error_log)
                first = [_finding(entry, root, prefixes) for entry in islice(log, MAX_FINDINGS)]
        return first or []

    def _schema(self, name: str) -> etree.XMLSchema:
        if name not in self._loaded:
            # A schema includes its neighbours: all files of its release are looked at.
            release = "/".join(PurePosixPath(name).parts[:2]) + "/"
            wrong = wrong_files(self._directory, [file for file in expected() if file.startswith(release)])
            if wrong:
                raise PacksMissing(self._directory, wrong)
            parser = etree.XMLParser(no_network=True, resolve_entities=False)
            self._loaded[name] = etree.XMLSchema(etree.parse(self._directory / name, parser))
        return self._loaded[name]


def _finding(entry: LogEntry, root: Element, prefixes: dict[str, str]) -> Finding:
    node = _node(entry.path, root, prefixes)
    element = _short(str(node.tag)) if node is not None else ""
    parameters = {"line": str(entry.line), "element": element}
    message = entry.message
    if attribute := _ATTRIBUTE.search(message):
        parameters["attribute"] = _short(attribute[1])
    facet, types = _FACET.search(message), _TYPE.findall(message)
    if facet or types or "The value" in message:
        # Such messages quote the value, which may be a person's: say which constraint it breaks instead.
        rule = "NAV-XSD-02"
        parameters["constraint"] = facet[1] if facet else _short(types[-1]) if types else "type"
        detail = f"{element}: the value is not allowed ({parameters['constraint']})"
    else:
        rule = "NAV-XSD-01"
        if names := _EXPECTED.search(message):
            parameters["expected"] = _short(names[1])[:300]
        detail = _short(message)
    return Finding(
        rule=rule,
        severity=Severity.FATAL,
        pointer=of(node) if node is not None else "",
        parameters={name: value for name, value in parameters.items() if value},
        detail=detail[:500],
    )


def _node(path: str | None, root: Element, prefixes: dict[str, str]) -> Element | None:
    """The element of a libxml2 path: the document's own prefixes, `*` where the namespace is the default one."""
    try:
        found = root.getroottree().xpath(path or "/*", namespaces=prefixes)
    except etree.XPathError:
        return None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], Element) else None


def _short(text: str) -> str:
    """`{namespace}Name` as `prefix:Name`."""
    return _QUALIFIED.sub(lambda match: f"{_PREFIX_OF[match[1]]}:" if match[1] in _PREFIX_OF else "", text)
