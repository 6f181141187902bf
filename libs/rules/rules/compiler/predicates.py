"""Predicates: on the items of a step, and on a whole sequence (XPath 2.0, 3.2.2 and 3.3.2)."""

from dataclasses import dataclass

from rules.compiler.conditions import condition
from rules.compiler.conversions import number
from rules.compiler.dependencies import positional
from rules.compiler.errors import CannotCompile
from rules.compiler.tree import (
    Arithmetic,
    Call,
    Context,
    Expression,
    Negative,
    Number,
    Path,
    Text,
    Typed,
    Variable,
)
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import NUMERIC, Kind, Many, Value, one

_MAY_BE_NUMERIC = (Variable, Arithmetic, Negative, Call, Typed, Context, Path, Text)


@dataclass(frozen=True, slots=True)
class Source:
    """The items of one step, named `name` in the comprehension that is being made."""

    unit: Unit
    scope: Scope
    kind: Kind
    name: str

    def restricted(
        self, source: str, conditions: tuple[str, ...], predicates: tuple[Expression, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """The source and the conditions once the predicates are added."""
        for predicate in predicates:
            if positional(predicate):
                listed = self._listed(source, conditions)
                source, conditions = self._at_position(listed, predicate), ()
            else:
                conditions += (self._condition(predicate),)
        return source, conditions

    def _listed(self, source: str, conditions: tuple[str, ...]) -> str:
        tests = "".join(f" if {each}" for each in conditions)
        return f"[{self.name} for {self.name} in {source}{tests}]"

    def _at_position(self, listed: str, predicate: Expression) -> str:
        if isinstance(predicate, Number) and predicate.type == "integer":
            position = int(predicate.text)
            return f"{listed}[{position - 1}:{position}]" if position > 0 else "NONE"
        if predicate == Call("last", ()):
            return f"{listed}[-1:]"
        everything, position = self.unit.fresh(), self.unit.fresh()
        inner = self.scope.at(
            one(self.kind, self.name), one(Kind.INTEGER, position), one(Kind.INTEGER, f"len({everything})")
        )
        value = self.unit.value(predicate, inner)
        is_position = value.kind in NUMERIC
        test = f"{position} == {value.code}" if is_position else condition(self.unit, predicate, inner)
        return (
            f"[{self.name} for {everything} in ({listed},) "
            f"for {position}, {self.name} in enumerate({everything}, 1) if {test}]"
        )

    def _condition(self, predicate: Expression) -> str:
        inner = self.scope.at(one(self.kind, self.name))
        if isinstance(predicate, _MAY_BE_NUMERIC):
            kind = self.unit.value(predicate, inner).kind
            if kind in NUMERIC or kind is Kind.ITEM:
                raise CannotCompile("a predicate that may be a position")
        return condition(self.unit, predicate, inner)


def filtered(unit: Unit, value: Value, predicates: tuple[Expression, ...], scope: Scope) -> Value:
    """A sequence with predicates on the whole of it: `(a/b)[1]`."""
    for predicate in predicates:
        value = _filtered(unit, value, predicate, scope)
    return value


def _filtered(unit: Unit, value: Value, predicate: Expression, scope: Scope) -> Value:
    everything, position, name = unit.fresh(), unit.fresh(), unit.fresh()
    inner = scope.at(one(value.kind, name), one(Kind.INTEGER, position), one(Kind.INTEGER, f"len({everything})"))
    test = unit.value(predicate, inner)
    if test.kind is Kind.ITEM:
        raise CannotCompile("a predicate of an unknown type")
    if test.kind in NUMERIC and not positional(predicate):
        index = number(unit, unit.value(predicate, scope.at(one(value.kind, name))))
        if name in index.code:
            raise CannotCompile("a position that differs from item to item")
        return Value(value.kind, Many.OPTIONAL, f"nth({value.items}, {index.code})")
    if isinstance(predicate, Number):
        return Value(value.kind, Many.OPTIONAL, f"nth({value.items}, {test.code})")
    code = f"{position} == {test.code}" if test.kind in NUMERIC else condition(unit, predicate, inner)
    source = f"for {everything} in ({value.items},) for {position}, {name} in enumerate({everything}, 1)"
    return Value(value.kind, Many.ANY, f"[{name} {source} if {code}]")
