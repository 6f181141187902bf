"""Reads the XSLT that a Schematron was compiled to (ISO Schematron skeleton): its rules, and nothing unknown."""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from documents.xml import Element
from rules.compiler.errors import CannotCompile
from rules.compiler.parser import parse
from rules.compiler.simplifying import simplified
from rules.compiler.tree import Expression
from rules.svrl import official_text, text_in

_XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"
_PATTERN_MODE: Final = re.compile(r"M\d+")
_DESCENTS: Final = {"@*|*": True, "*|comment()|processing-instruction()": False}
"""How a rule goes on to what is inside its context, to whether it visits attributes."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable or a function's parameter: an expression, a fixed text, or the body of a function."""

    name: str
    select: Expression | None
    text: str = ""
    body: tuple["Binding | Choice | Expression", ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """`xsl:choose`: tests with their bodies; the last without a test, if there is one."""

    branches: tuple[tuple[Expression | None, tuple["Binding | Choice | Expression", ...]], ...]


Body = tuple[Binding | Choice | Expression, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """`xsl:function`."""

    name: str
    parameters: tuple[Binding, ...]
    body: Body
    type: str


@dataclass(frozen=True, slots=True)
class Key:
    """`xsl:key`."""

    name: str
    match: Expression
    use: Expression


@dataclass(frozen=True, slots=True)
class Assertion:
    """One test. `message`: expressions of its text, which may stop the rules too. `detail`: the text without values."""

    rule: str
    flag: str
    test: Expression
    message: tuple[Expression, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One context with its variables and tests, in their order."""

    context: Expression
    source: str
    steps: tuple[Binding | Assertion, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rules of which the first that matches a node is applied to it. `attributes`: whether they are visited."""

    rules: tuple[Rule, ...]
    attributes: bool


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A whole rule set."""

    patterns: tuple[Pattern, ...]
    variables: dict[str, Binding]
    functions: dict[str, Function]
    keys: dict[str, Key]
    prefixes: dict[str, str]


def read(source: bytes) -> Stylesheet:
    """A rule set from its XSLT. Raises CannotCompile."""
    root = etree.fromstring(source, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False))
    modes = [node.get("mode") for node in root.iterfind(f"{_XSL}template[@match='/']//{_XSL}apply-templates[@mode]")]
    globals_ = [*root.iterfind(f"{_XSL}variable"), *root.iterfind(f"{_XSL}param")]
    functions = [_function(node) for node in root.iterfind(f"{_XSL}function")]
    keys = [Key(_name(node), _parsed(node, "match"), _parsed(node, "use")) for node in root.iterfind(f"{_XSL}key")]
    return Stylesheet(
        patterns=tuple(_pattern(root, mode) for mode in modes if mode and _PATTERN_MODE.fullmatch(mode)),
        variables={_name(node): _binding(node) for node in globals_ if _name(node) != "document-uri"},
        functions={function.name: function for function in functions},
        keys={key.name: key for key in keys},
        prefixes={uri: prefix for prefix, uri in root.nsmap.items() if prefix},
    )


def _pattern(root: Element, mode: str) -> Pattern:
    templates = [node for node in root.iterfind(f"{_XSL}template[@mode='{mode}']") if node.get("match") != "text()"]
    templates.sort(key=lambda node: -float(node.get("priority", "0")))
    descents = {_descent(node, mode) for node in templates}
    if len(descents) != 1 or templates[-1].get("match") != "@*|node()":
        raise CannotCompile("a pattern that does not visit the whole document", mode)
    return Pattern(tuple(_rule(node) for node in templates[:-1]), descents.pop())


def _descent(template: Element, mode: str) -> bool:
    last = template[-1]
    select = last.get("select", "")
    if last.tag != f"{_XSL}apply-templates" or last.get("mode") != mode or select not in _DESCENTS:
        raise CannotCompile(f"a rule that goes on with {select!r}", template.get("match", ""))
    return _DESCENTS[select]


def _rule(template: Element) -> Rule:
    steps: list[Binding | Assertion] = []
    for child in list(template)[:-1]:
        if child.tag == f"{_XSL}variable":
            steps.append(_binding(child))
        elif child.tag == f"{_XSL}choose":
            steps.append(_assertion(child))
        elif child.tag != f"{_SVRL}fired-rule":
            raise CannotCompile(f"element {child.tag}", template.get("match", ""))
    return Rule(_parsed(template, "match"), " ".join(template.get("match", "").split()), tuple(steps))


def _assertion(choose: Element) -> Assertion:
    failed = choose.find(f"{_XSL}otherwise/{_SVRL}failed-assert")
    if [child.tag for child in choose] != [f"{_XSL}when", f"{_XSL}otherwise"] or failed is None or len(choose[0]):
        raise CannotCompile("a test that is no assertion", choose.getparent().get("match", ""))  # pyright: ignore[reportOptionalMemberAccess] - a choose has a parent
    named = {node.get("name", ""): text_in(node) for node in failed.iterfind(f"{_XSL}attribute")}
    if set(named) - {"id", "flag", "location"}:
        raise CannotCompile(f"attributes {sorted(named)} of an assertion", named.get("id", ""))
    text = failed.find(f"{_SVRL}text")
    values = [] if text is None else [_parsed(node, "select") for node in text.iter(f"{_XSL}value-of")]
    return Assertion(
        rule=named.get("id", ""),
        flag=named.get("flag") or "fatal",
        test=_parsed(choose[0], "test"),
        message=tuple(values),
        detail=official_text(failed),
    )


def _function(node: Element) -> Function:
    parameters = tuple(_binding(child) for child in node.iterfind(f"{_XSL}param"))
    return Function(_name(node), parameters, _body(node), node.get("as", ""))


def _body(node: Element) -> Body:
    found: list[Binding | Choice | Expression] = []
    for child in node:
        if child.tag == f"{_XSL}variable":
            found.append(_binding(child))
        elif child.tag == f"{_XSL}sequence":
            found.append(_parsed(child, "select"))
        elif child.tag == f"{_XSL}choose":
            found.append(Choice(tuple(_branch(branch) for branch in child)))
        elif child.tag != f"{_XSL}param":
            raise CannotCompile(f"element {child.tag} in a function", _name(node))
    if any(not isinstance(each, Binding) for each in found[:-1]):
        raise CannotCompile("a sequence constructor of several parts", _name(node))
    return tuple(found)


def _branch(node: Element) -> tuple[Expression | None, Body]:
    if node.tag == f"{_XSL}when":
        return _parsed(node, "test"), _body(node)
    if node.tag == f"{_XSL}otherwise":
        return None, _body(node)
    raise CannotCompile(f"element {node.tag} in xsl:choose")


def _binding(node: Element) -> Binding:
    select = _parsed(node, "select") if node.get("select") is not None else None
    body = _body(node) if select is None and len(node) and _name(node) != "document-uri" else ()
    return Binding(_name(node), select, "" if body else text_in(node), body, node.get("as", ""))


def _name(node: Element) -> str:
    return node.get("name", "")


def _parsed(node: Element, attribute: str) -> Expression:
    text = node.get(attribute)
    if text is None:
        raise CannotCompile(f"{node.tag} without {attribute}")
    try:
        return simplified(parse(text, node.nsmap))
    except CannotCompile as error:
        raise CannotCompile(error.construct, " ".join(text.split())[:120]) from error
