"""A whole rule set as the source of one Python module."""

from dataclasses import dataclass, field
from typing import Final

from rules.compiler import contexts
from rules.compiler.anchoring import anchored, is_document_element
from rules.compiler.conditions import condition
from rules.compiler.emitter import EMITTERS
from rules.compiler.errors import CannotCompile
from rules.compiler.forbidden import forbidden_paths
from rules.compiler.functions import bound
from rules.compiler.repeating import shared
from rules.compiler.sharing import Sharing
from rules.compiler.stylesheet import Assertion, Pattern, Rule, Stylesheet
from rules.compiler.tree import Call, Part, Variable, parts_of
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import Kind, Many, Value, one

_NEVER_STOP: Final = frozenset({"name", "local-name", "current"})


def module_of(stylesheet: Stylesheet) -> str:
    """The source. It defines `RULES` (a `rules.compiled.rule_set.Rules`) and needs the names of `rules.xpath.library`.

    Raises CannotCompile for the first construct that is not known: a set is compiled whole or not at all.
    """
    return _Module(stylesheet).source()


@dataclass
class _Body:
    """A rule's function in the making."""

    scope: Scope
    attribute: str
    lines: list[str] = field(default_factory=list[str])
    forbidden: list[str] = field(default_factory=list[str])


class _Module:
    def __init__(self, stylesheet: Stylesheet) -> None:
        self._stylesheet = stylesheet
        self._unit = Unit(stylesheet, self._sharing(), EMITTERS)
        self._assertions: list[tuple[Assertion, str]] = []
        """Each with the attribute that its context is, or ""."""
        self._patterns: list[str] = []
        self._keys: dict[str, str] = {}

    def _sharing(self) -> Sharing:
        sharing = Sharing()
        for pattern in self._stylesheet.patterns:
            for rule in pattern.rules:
                at_root = _is_on_document_element(rule)
                for step in rule.steps:
                    expression = step.test if isinstance(step, Assertion) else step.select
                    if expression is not None:
                        sharing.add(anchored(expression) if at_root else expression)
        return sharing

    def source(self) -> str:
        for pattern in self._stylesheet.patterns:
            self._pattern(pattern)
        unit = self._unit
        assertions = "".join(
            f"    Assertion({each.rule!r}, {each.flag!r}, {attribute!r}, {each.detail!r}),\n"
            for each, attribute in self._assertions
        )
        return "\n\n".join(
            [
                "\n".join(f"{name} = intern({tag!r})" for tag, name in unit.tags.items()),
                "\n".join(f"{name} = {code}" for code, name in unit.constants.items()),
                *unit.definitions,
                f"RULES = Rules(\n  (\n{''.join(self._patterns)}  ),\n  (\n{assertions}  ),\n  {unit.kept},\n)\n",
            ]
        )

    def _pattern(self, pattern: Pattern) -> None:
        """Attributes are nodes of their own: the rules on them are tried apart from those on elements."""
        by_attribute: dict[str, list[str]] = {}
        for rule in pattern.rules:
            try:
                attribute, code = self._rule(rule)
            except CannotCompile as error:
                raise CannotCompile(error.construct, error.where or rule.source) from error
            if pattern.attributes or not attribute:
                by_attribute.setdefault(attribute, []).append(code)
        self._patterns += [f"    (\n{''.join(rules)}    ),\n" for rules in by_attribute.values()]

    def _rule(self, rule: Rule) -> tuple[str, str]:
        unit = self._unit
        attribute, paths = contexts.on_attribute(contexts.alternatives(rule.context))
        found = [self._context(contexts.compiled(unit, path)) for path in paths]
        unit.at_document_element = _is_on_document_element(rule)
        node = one(Kind.NODE, "node")
        if attribute:
            node = Value(Kind.ATTRIBUTE, Many.ONE, f"node.element.get({attribute!r})")
        body = _Body(Scope(node, node), attribute)
        for step in rule.steps:
            if isinstance(step, Assertion):
                self._assertion(step, body)
            else:
                body.scope = body.scope.bind(step.name, bound(unit, step, body.scope, body.lines))
        unit.at_document_element = False
        name = "None"
        if body.lines:
            name = f"rule_{len(unit.definitions)}"
            lines = "".join(f"    {line}\n" for line in body.lines)
            unit.definitions.append(f"def {name}(node, run):\n    # {rule.source}\n{lines}")
        code = f"      Rule({name}, ({', '.join(found)},), ({''.join(each + ', ' for each in body.forbidden)})),\n"
        return attribute, code

    def _context(self, context: contexts.Context) -> str:
        static = f"lambda node, run: {context.static}" if context.static else "None"
        values = f"lambda node, run: {context.values}" if context.values else "None"
        return f"Context({context.names!r}, {static}, {values}, {self._key(context.key)}, {context.literal!r})"

    def _key(self, code: str) -> str:
        """The function that computes a key: one for all contexts that are told apart by it."""
        if not code:
            return "None"
        if code not in self._keys:
            self._keys[code] = f"key_{len(self._keys)}"
            self._unit.definitions.append(f"def {self._keys[code]}(node, run):\n    return {code}")
        return self._keys[code]

    def _assertion(self, assertion: Assertion, body: _Body) -> None:
        number = len(self._assertions)
        self._assertions.append((assertion, body.attribute))
        at_root = self._unit.at_document_element
        if forbidden := forbidden_paths(assertion.test, at_document_element=at_root):
            body.forbidden += [
                f"Forbidden({number}, {each.tags!r}, {each.attribute!r}, {each.anywhere})" for each in forbidden
            ]
            return
        test = anchored(assertion.test) if at_root else assertion.test
        try:
            scope, names = shared(self._unit, test, body.scope)
            body.lines += [f"{name} = {code}" for name, code in names]
            body.lines.append(f"if not {condition(self._unit, test, scope)}:")
            body.lines.append(f"    run.failed.append(({number}, node))")
            body.lines += [
                f"    {self._unit.value(each, body.scope).code}"
                for each in assertion.message
                if _may_stop(each, body.scope)
            ]
        except CannotCompile as error:
            raise CannotCompile(error.construct, assertion.rule) from error


def _is_on_document_element(rule: Rule) -> bool:
    return all(is_document_element(path) for path in contexts.alternatives(rule.context))


def _may_stop(part: Part, scope: Scope) -> bool:
    """Whether an expression in the text of an assertion can stop the rules: a call, and a variable that was put off."""
    match part:
        case Call(name, _) if name not in _NEVER_STOP:
            return True
        case Variable(name) if name in scope.variables:
            return not scope.variables[name].code.isidentifier()
        case _:
            return any(_may_stop(each, scope) for each in parts_of(part))
