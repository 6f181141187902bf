"""Paths: a walk from a node, as children by tag where the steps are plain, else as the clauses of a comprehension."""

from collections.abc import Mapping
from typing import Final

from rules.compiler.conversions import loop
from rules.compiler.dependencies import CONTEXT, POSITION, dependencies
from rules.compiler.errors import CannotCompile
from rules.compiler.predicates import Source, filtered
from rules.compiler.tree import (
    ANY_CHILD,
    ANYWHERE,
    NODE,
    SELF,
    Call,
    Compare,
    Computed,
    Context,
    Expression,
    KindTest,
    NameTest,
    Nodes,
    Path,
    Step,
    Text,
)
from rules.compiler.unit import DOCUMENT_NODE, Scope, Unit
from rules.compiler.values import Kind, Many, Value, chain, many, one

_DOCUMENT_ELEMENT: Final = "run.root"
_FUNCTIONS: Final[Mapping[str, str]] = {
    "descendant": "descendants({0})",
    "descendant-or-self": "descendants_and_self({0})",
    "ancestor": "ancestors({0})",
    "ancestor-or-self": "ancestors_and_self({0})",
    "preceding-sibling": "preceding_siblings({0})",
    "following-sibling": "following_siblings({0})",
    "self": "({0},)",
    "parent": "({0}.parent,)",
}
_MEETS_TWICE: Final = frozenset(_FUNCTIONS) - {"self"} | {"preceding"}
"""Axes by which several nodes lead to the same one."""


def path(unit: Unit, expression: Path, scope: Scope) -> Value:
    """Emit a path. Raises CannotCompile."""
    if expression.absolute:
        return _absolute(unit, expression, scope)
    first, *rest = expression.steps
    if isinstance(first, Computed):
        return _from_value(unit, first, tuple(rest), scope)
    if scope.context is None:
        raise CannotCompile("a path without a context item")
    if scope.context.kind is Kind.NODE:
        return _Walk(unit, scope, scope.context.code).along(expression.steps)
    if expression.steps == (SELF,):
        return scope.context
    if first == Step("parent", NODE) and scope.context.code.startswith("node.element.get("):
        # The context is an attribute of the rule's own: its parent is the node that the rule is called with.
        return _Walk(unit, scope, "node").along((SELF, *rest))
    raise CannotCompile(f"a path from {scope.context.kind.name}")


def _absolute(unit: Unit, expression: Path, scope: Scope) -> Value:
    steps = expression.steps
    if not steps:
        return one(Kind.NODE, DOCUMENT_NODE)
    match steps:
        case (Step("descendant-or-self", KindTest("node"), ()), Step("attribute", NameTest() as test, ())) if test.tag:
            return Value(Kind.ATTRIBUTE, Many.ANY, f"run.document.attributes({test.tag!r})")
        case _:
            pass
    for length in range(len(steps) - 1, 0, -1):
        prefix = Path(True, steps[:length])
        plain = length == 1 and not steps[0].predicates
        if not plain and unit.is_shared(prefix):
            kept = unit.kept_value(prefix)
            if kept.kind is Kind.NODE and kept.many is Many.ANY:
                return _Walk(unit, scope, "", kept).along(steps[length:])
    if steps[0] == ANY_CHILD and len(steps) > 1:
        return _Walk(unit, scope, _DOCUMENT_ELEMENT).along(steps[1:])
    return _Walk(unit, scope, DOCUMENT_NODE).along(steps)


def _from_value(unit: Unit, first: Computed, rest: tuple[Step | Computed, ...], scope: Scope) -> Value:
    value = filtered(unit, unit.value(first.expression, scope), first.predicates, scope)
    if not rest:
        return value
    if value.kind is not Kind.NODE:
        raise CannotCompile(f"a path over {value.kind.name}")
    if value.is_one:
        return _Walk(unit, scope, value.code).along(rest)
    return _Walk(unit, scope, "", value).along(rest)


class _Walk:
    """The sequence so far: one node (`base`), children of it by `tags`, or the `clauses` of a comprehension."""

    def __init__(self, unit: Unit, scope: Scope, base: str, start: Value | None = None) -> None:
        self._unit = unit
        self._scope = scope
        self._base = base
        self._tags: tuple[str, ...] = ()
        self._clauses: tuple[str, ...] = ()
        self._single = True
        if start is not None:
            self._clauses, self._base = loop(unit, start)
            self._single = start.single

    def along(self, steps: tuple[Step | Computed, ...]) -> Value:
        """The value at the end of the steps."""
        pending = list(steps)
        while pending:
            step = pending.pop(0)
            if step == ANYWHERE and pending and self._base == DOCUMENT_NODE and _union_of_names(pending[0]):
                self._anywhere(pending.pop(0))
            elif isinstance(step, Computed):
                if value := self._computed(step, is_last=not pending):
                    return value
            elif step.axis == "attribute" or step.test == KindTest("text"):
                if pending:
                    raise CannotCompile("a step after an attribute or text")
                return self._attribute(step) if step.axis == "attribute" else self._text(step)
            elif (value := self._step(step, is_last=not pending)) is not None:
                return value
        return self._nodes()

    def _nodes(self) -> Value:
        if self._tags and not self._clauses:
            return Value(Kind.NODE, Many.ANY, base=self._base, tags=self._tags)
        if not self._tags and not self._clauses:
            return one(Kind.NODE, self._base)
        self._flush()
        return Value(Kind.NODE, Many.ANY, clauses=self._clauses, result=self._base, single=self._single)

    def _flush(self) -> str:
        """The name of the node that a step starts from."""
        if self._tags:
            source, self._tags = chain(self._base, self._tags), ()
            self._for(source)
        return self._base

    def _for(self, source: str, conditions: tuple[str, ...] = (), name: str = "") -> None:
        name = name or self._unit.fresh()
        tests = "".join(f" if {each}" for each in conditions)
        self._clauses += (f"for {name} in {source}{tests}",)
        self._base = name
        self._single = False

    def _step(self, step: Step, *, is_last: bool) -> Value | None:
        if step == SELF:
            return None
        test = step.test
        if step.axis == "child" and isinstance(test, NameTest) and test.tag and not step.predicates:
            self._tags += (self._unit.tag(test),)
            return None
        start, was_single = self._flush(), self._single
        if step == Step("parent", NODE) and is_last and not self._clauses:
            return Value(Kind.NODE, Many.OPTIONAL, f"{start}.parent")
        name = self._unit.fresh()
        if start == DOCUMENT_NODE and not self._clauses and (grouped := self._grouped(step)):
            source, conditions, predicates = grouped, (), step.predicates[1:]
        else:
            source, conditions = self._axis(step, start, name)
            predicates = step.predicates
        source, conditions = Source(self._unit, self._scope, Kind.NODE, name).restricted(source, conditions, predicates)
        self._for(source, conditions, name)
        if step.axis in _MEETS_TWICE and not was_single and start != DOCUMENT_NODE:
            clauses, self._clauses = self._clauses, ()
            self._for(f"unique([{name} {' '.join(clauses)}])")
        self._single = was_single and step.axis in ("parent", "self")
        return None

    def _grouped(self, step: Step) -> str:
        """`//a[text = 'S']`: the ten VAT categories ask for the same text, so elements are grouped by it once."""
        if step.axis != "descendant" or not step.predicates:
            return ""
        match step.predicates[0]:
            case Compare("=", Call("normalize-space") as text, Text(literal)) if dependencies(text) == frozenset(
                {CONTEXT}
            ):
                return f"{self._unit.grouped(Step(step.axis, step.test), text)}.get({literal!r}, NONE)"
            case _:
                return ""

    def _axis(self, step: Step, start: str, name: str) -> tuple[str, tuple[str, ...]]:
        """Where the nodes come from, and the conditions of the node test."""
        test, unit = step.test, self._unit
        tag = unit.tag(test) if isinstance(test, NameTest) and test.tag else None
        if isinstance(test, KindTest) and test.kind != "node":
            raise CannotCompile(f"{step.axis}::{test.kind}()")
        match step.axis:
            case "child" if tag:
                return f"{start}.children.get({tag}, NONE)", ()
            case "child":
                return f"children_of({start})", _name_test(test, name)
            case "descendant" if start == DOCUMENT_NODE:
                if tag:
                    return f"run.document.tagged({tag})", ()
                return "run.document.all()", _name_test(test, name)
            case "descendant-or-self" if start == DOCUMENT_NODE:
                return f"[{DOCUMENT_NODE}, *run.document.all()]", _name_test(test, name)
            case "preceding":
                conditions = () if tag else _name_test(test, name)
                return f"preceding(run.document, {start}, {tag})", conditions
            case "parent":
                return _FUNCTIONS["parent"].format(start), (f"{name} is not None", *_name_test(test, name, tag))
            case axis if axis in _FUNCTIONS:
                return _FUNCTIONS[axis].format(start), _name_test(test, name, tag)
            case _:
                raise CannotCompile(f"axis {step.axis}")

    def _anywhere(self, step: Step | Computed) -> None:
        """`//(a|b)`: by tag, in document order."""
        source = "NONE"
        for test in _union_of_names(step):
            found = f"run.document.tagged({self._unit.tag(test)})"
            source = found if source == "NONE" else f"union({source}, {found})"
        name = self._unit.fresh()
        conditions = Source(self._unit, self._scope, Kind.NODE, name).restricted(source, (), step.predicates)[1]
        self._for(source, conditions, name)

    def _computed(self, step: Computed, *, is_last: bool) -> Value | None:
        """A step that is an expression: evaluated for each node so far; None where the walk goes on from nodes."""
        start = self._flush()
        if not start.isidentifier():
            self._for(f"({start},)")
            start, self._single = self._base, True
        inner = self._scope.at(one(Kind.NODE, start))
        value = filtered(self._unit, self._unit.value(step.expression, inner), step.predicates, inner)
        if not is_last and value.kind is not Kind.NODE:
            raise CannotCompile("a step after a value")
        if not self._clauses and is_last:
            return value
        single = self._single
        clauses, name = loop(self._unit, value)
        if not is_last or value.kind is Kind.NODE:
            self._clauses += clauses
            self._base, self._single = name, False
            if value.kind is Kind.NODE and not single:
                found, self._clauses = self._clauses, ()
                self._for(f"unique([{name} {' '.join(found)}])")
            return None
        if value.is_one:
            return many(value.kind, self._clauses, value.code)
        return many(value.kind, self._clauses + clauses, name)

    def _attribute(self, step: Step) -> Value:
        test = step.test
        if self._tags and not self._clauses and isinstance(test, NameTest) and test.tag and not step.predicates:
            return Value(Kind.ATTRIBUTE, Many.ANY, f"attributes_at({chain(self._base, self._tags)}, {test.tag!r})")
        start = self._flush()
        if not isinstance(test, NameTest):
            raise CannotCompile("attribute::node()")
        name = self._unit.fresh()
        if test.tag is None:
            if test.namespace is not None or step.predicates:
                raise CannotCompile("attributes of a namespace, or any with a predicate")
            source = f"attributes_of({start}, {test.local!r})"
            return many(Kind.ATTRIBUTE, (*self._clauses, f"for {name} in {source}"), name)
        if start == DOCUMENT_NODE:
            return Value(Kind.ATTRIBUTE, Many.ANY, "NONE")
        code = f"{start}.element.get({test.tag!r})"
        if step.predicates:
            source = Source(self._unit, self._scope, Kind.ATTRIBUTE, name)
            found, conditions = source.restricted(f"optional({code})", (), step.predicates)
            self._for(found, conditions, name)
            return many(Kind.ATTRIBUTE, self._clauses, name)
        if not self._clauses:
            return Value(Kind.ATTRIBUTE, Many.OPTIONAL, code)
        return many(Kind.ATTRIBUTE, (*self._clauses, f"for {name} in ({code},) if {name} is not None"), name)

    def _text(self, step: Step) -> Value:
        if step.axis != "child" or step.predicates:
            raise CannotCompile("text() with predicates, or along another axis")
        start, name = self._flush(), self._unit.fresh()
        return many(Kind.ATTRIBUTE, (*self._clauses, f"for {name} in text_nodes({start})"), name)


def _name_test(test: NameTest | KindTest, name: str, tag: str | None = None) -> tuple[str, ...]:
    if isinstance(test, KindTest):
        return ()
    if tag:
        return (f"{name}.state.tag == {tag}",)
    if test.local is not None:
        return (f"local_name({name}) == {test.local!r}",)
    if test.namespace is not None:
        return (f"{name}.state.tag.startswith({'{' + test.namespace + '}'!r})",)
    return (f"{name}.state.tag != ''",)


def _union_of_names(step: Step | Computed) -> tuple[NameTest, ...]:
    """The names of `(a|b)`; nothing where it is not of that form, or counts positions."""
    if not isinstance(step, Computed) or any(POSITION in dependencies(each) for each in step.predicates):
        return ()

    def names(expression: Expression) -> tuple[NameTest, ...]:
        match expression:
            case Nodes("|", left, right):
                lefts, rights = names(left), names(right)
                return lefts + rights if lefts and rights else ()
            case Path(False, (Step("child", NameTest() as test, ()),)) if test.tag:
                return (test,)
            case _:
                return ()

    return names(step.expression)


def context(unit: Unit, expression: Context, scope: Scope) -> Value:
    """Emit `.`."""
    del unit, expression
    if scope.context is None:
        raise CannotCompile("no context item")
    return scope.context
