"""Makes an expression of a rule true or false, as well as can be: what came of it, the rules themselves say."""

import random
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

from rules.compiler.stylesheet import Binding, Choice, Function
from rules.compiler.tree import (
    Arithmetic,
    Call,
    Compare,
    Computed,
    Context,
    Expression,
    If,
    Items,
    Logic,
    Loop,
    Negative,
    Nodes,
    Path,
    Text,
    Typed,
    Variable,
)
from rules.differential.spots import Spot, Spots
from rules.differential.values import accepted, beside, known_texts, literals, missed

Bound: TypeAlias = "tuple[Expression, Spot] | Spot"
"""What a variable stands for: an expression and where it is evaluated, or a place."""
Given = TypeVar("Given")
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_VALUE: Final = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OF_CONTEXT: Final = frozenset({"normalize-space", "string", "number", "string-length"})
_DEEPEST: Final = 40


class Steering:
    """Changes one document. `variables`: those of the whole rule set, evaluated at the document node."""

    def __init__(
        self,
        spots: Spots,
        variables: Mapping[str, Expression],
        functions: Mapping[str, Function],
        generator: random.Random,
    ) -> None:
        self._spots = spots
        self._functions = functions
        self._generator = generator
        self._bound: dict[str, Bound] = {name: (each, spots.document) for name, each in variables.items()}
        self._depth = 0

    def bind(self, name: str, value: Expression, at: Spot) -> None:
        """A variable of a rule."""
        self._bound[name] = (value, at)

    def spot(self, expression: Expression, at: Spot) -> Spot | None:
        """A place that an expression gives, made where there is none."""
        match expression:
            case Context():
                return at
            case Path():
                return self._spots.made(expression, at, self._satisfy, self.spot)
            case Nodes("|", left, right):
                return self.spot(self._one(left, right), at)
            case Nodes(_, left, _):
                return self.spot(left, at)
            case Variable(name):
                return self._of_variable(name, self.spot)
            case If(test, then, otherwise):
                return self.spot(self._branch(test, then, otherwise, at), at)
            case Call(_, (argument, *_)):
                return self.spot(argument, at)
            case _:
                return None

    def make(self, expression: Expression, at: Spot, wanted: bool) -> None:
        """Try to make it true, or false."""
        self._depth += 1
        if self._depth < _DEEPEST:
            self._make(expression, at, wanted)
        self._depth -= 1

    def write(self, expression: Expression, at: Spot, text: str) -> None:
        """Try to make its value a text."""
        self._depth += 1
        if self._depth < _DEEPEST:
            self._write(expression, at, text)
        self._depth -= 1

    def _satisfy(self, expression: Expression, at: Spot) -> None:
        self.make(expression, at, True)

    def _make(self, expression: Expression, at: Spot, wanted: bool) -> None:
        match expression:
            case Logic(operator, left, right):
                both = (operator == "and") is wanted
                for side in (left, right) if both else (self._one(left, right),):
                    self.make(side, at, wanted)
            case Call("not" | "empty", (argument,)):
                self.make(argument, at, not wanted)
            case Call("exists" | "boolean", (argument,)):
                self.make(argument, at, wanted)
            case Call("contains" | "starts-with" | "ends-with" | "matches" as name, (text, part, *_)):
                self._make_match(name, text, part, at, wanted)
            case Path() | Nodes() | Context():
                self._make_there(expression, at, wanted)
            case Compare(operator, left, right):
                operator = _VALUE.get(operator, operator)
                self._compare(operator if wanted else _OPPOSITE.get(operator, "!="), left, right, at)
            case Loop("some" | "every" as kind, bindings, body):
                self._make_loop(kind, bindings, body, at, wanted)
            case If(test, then, otherwise):
                self.make(self._branch(test, then, otherwise, at), at, wanted)
            case Typed("castable", operand, type_):
                self.write(operand, at, accepted(type_) if wanted else "x")
            case Variable(name):
                self._of_variable(name, lambda each, place: self.make(each, place, wanted))
            case Call(name, arguments) if name in self._functions and self._generator.random() < 0.7:
                body = self._entered(self._functions[name], arguments, at)
                if body is not None:
                    self.make(body, at, wanted)
            case Call(_, arguments):
                for argument in arguments[:2] or (Context(),):
                    self.write(argument, at, self._generator.choice(known_texts()) if wanted else self._miss())
            case _:
                pass

    def _entered(self, function: Function, arguments: tuple[Expression, ...], at: Spot) -> Expression | None:
        """What a function of the rule set gives, with its parameters bound; of a choice, one of its branches."""
        for parameter, argument in zip(function.parameters, arguments, strict=False):
            self._bound[parameter.name] = self.spot(argument, at) or (argument, at)
        body = function.body
        while body:
            for step in body:
                if isinstance(step, Binding) and step.select is not None:
                    self._bound[step.name] = (step.select, at)
            last = body[-1]
            if not isinstance(last, Choice):
                return None if isinstance(last, Binding) else last
            test, body = self._generator.choice(last.branches)
            if test is not None:
                self.make(test, at, True)
        return None

    def _make_there(self, expression: Expression, at: Spot, wanted: bool) -> None:
        if wanted:
            self.spot(expression, at)
            return
        for path in (expression.left, expression.right) if isinstance(expression, Nodes) else (expression,):
            if isinstance(path, Nodes):
                self._make_there(path, at, wanted)
            for spot in self._spots.found(path, at) if isinstance(path, Path) else ():
                if spot != at:
                    spot.remove()

    def _make_match(self, name: str, text: Expression, part: Expression, at: Spot, wanted: bool) -> None:
        constants = self._texts(text, at) if not self._is_written(text) else []
        if constants:
            # A list of codes in one text: ` A B C `.
            self.write(part, at, self._generator.choice(constants[0].split() or [""]) if wanted else self._miss())
            return
        parts = self._texts(part, at) or [""]
        found = missed(parts[0], name) if not wanted else accepted(parts[0], name)
        self.write(text, at, found)

    def _make_loop(
        self, kind: str, bindings: tuple[tuple[str, Expression], ...], body: Expression, at: Spot, wanted: bool
    ) -> None:
        [(name, source), *rest] = bindings
        inner: Expression = Loop(kind, tuple(rest), body) if rest else body  # type: ignore[arg-type]
        everywhere = (kind == "every") is wanted
        if isinstance(source, Path) and everywhere:
            for spot in self._spots.found(source, at)[:50]:
                self._bound[name] = spot
                self.make(inner, at, wanted)
            return
        spot = self.spot(source, at) if isinstance(source, Path | Nodes | Variable) else None
        self._bound[name] = spot if spot is not None else (source, at)
        self.make(inner, at, wanted)

    def _compare(self, operator: str, left: Expression, right: Expression, at: Spot) -> None:
        if not self._is_written(left) or (self._is_written(right) and self._generator.random() < 0.5):
            left, right, operator = right, left, _MIRRORED.get(operator, operator)
        if isinstance(left, Call) and left.name in ("true", "false"):
            return
        texts = self._texts(right, at)
        if isinstance(right, Call) and right.name in ("true", "false"):
            self._make_boolean(left, at, (right.name == "true") is (operator == "="))
            return
        text = self._generator.choice(texts) if texts else self._generator.choice(known_texts())
        self.write(left, at, beside(text, operator, self._generator))

    def _make_boolean(self, expression: Expression, at: Spot, wanted: bool) -> None:
        if isinstance(expression, Path):
            self.write(expression, at, "true" if wanted else "false")
        else:
            self.make(expression, at, wanted)

    def _write(self, expression: Expression, at: Spot, text: str) -> None:
        match expression:
            case Path(_, (*before, Computed(last, ()))) if before and not isinstance(last, Nodes | Path):
                spot = self.spot(Path(expression.absolute, tuple(before)), at)
                if spot is not None:
                    self.write(last, spot, text)
            case Path() | Context() | Nodes():
                spot = self.spot(expression, at)
                if spot is not None:
                    spot.write(text)
            case Variable(name):
                self._of_variable(name, lambda each, place: self.write(each, place, text))
            case Call("count", (Path() as path,)):
                count = int(text) if text.isdigit() else 2
                self._spots.many(path, at, min(count, 12), lambda: self.spot(path, at))
            case Call("count", (Call("tokenize", (argument, Text(separator))),)):
                self.write(argument, at, separator * 3)
            case Call("string-length", (argument, *_)):
                self.write(argument, at, "9" * min(int(text) if text.isdigit() else 3, 5000))
            case Call("substring", (argument, start, *_)):
                before_ = self._texts(start, at)
                ahead = int(before_[0]) - 1 if before_ and before_[0].isdigit() else 0
                kept = (self._texts(argument, at) or [""])[0]
                self.write(argument, at, kept[:ahead].ljust(ahead, "1") + text + kept[ahead + len(text) :])
            case Call("substring-before", (argument, end)):
                self.write(argument, at, text + (self._texts(end, at) or [""])[0] + "1")
            case Call("substring-after", (argument, end)):
                self.write(argument, at, "1" + (self._texts(end, at) or [""])[0] + text)
            case Call("concat", arguments):
                for argument in arguments:
                    if self._is_written(argument):
                        self.write(argument, at, text.strip())
            case Call("not" | "exists" | "empty" | "boolean", _):
                self.make(expression, at, text == "true")
            case Call(_, arguments):
                self.write(arguments[0] if arguments else Context(), at, text)
            case Arithmetic(_, left, right):
                self.write(self._one(left, right), at, text)
            case Negative(operand) | Typed(_, operand, _):
                self.write(operand, at, text)
            case If(test, then, otherwise):
                self.write(self._branch(test, then, otherwise, at), at, text)
            case Items(items) if items:
                self.write(self._generator.choice(items), at, text)
            case Loop("for", ((name, source), *_), body):
                spot = self.spot(source, at)
                if spot is not None:
                    self._bound[name] = spot
                    self.write(body, at, text)
            case _:
                pass

    def _texts(self, expression: Expression, at: Spot) -> list[str]:
        """Values that an expression may have: of its literals, or what stands at its places now."""
        found = literals(expression)
        if found:
            return found
        match expression:
            case Path():
                return [each.text for each in self._spots.found(expression, at)][:5]
            case Context():
                return [at.text]
            case Variable(name):
                return self._of_variable(name, self._texts) or []
            case Call("concat", arguments):
                return ["".join((self._texts(each, at) or [""])[0] for each in arguments)]
            case Call(_, (argument, *_)):
                return self._texts(argument, at)
            case Arithmetic(_, left, right):
                return self._texts(left, at) or self._texts(right, at)
            case If(_, then, otherwise):
                return self._texts(then, at) + self._texts(otherwise, at)
            case _:
                return []

    def _of_variable(self, name: str, use: Callable[[Expression, Spot], Given]) -> Given | None:
        # Not bound to itself: a parameter may have the name of a variable that its argument reads.
        bound = self._bound.pop(name, None)
        if bound is None:
            return None
        try:
            return use(Context(), bound) if isinstance(bound, Spot) else use(*bound)
        finally:
            self._bound[name] = bound

    def _is_written(self, expression: Expression) -> bool:
        """Whether something in the document decides its value."""
        match expression:
            case Path() | Context() | Nodes():
                return True
            case Variable(name):
                return bool(self._of_variable(name, lambda each, _: self._is_written(each)))
            case Call(name, arguments):
                return any(self._is_written(each) for each in arguments) or (not arguments and name in _OF_CONTEXT)
            case Arithmetic(_, left, right):
                return self._is_written(left) or self._is_written(right)
            case If() | Loop():
                return True
            case Negative(operand) | Typed(_, operand, _):
                return self._is_written(operand)
            case _:
                return False

    def _branch(self, test: Expression, then: Expression, otherwise: Expression, at: Spot) -> Expression:
        first = self._generator.random() < 0.6
        self.make(test, at, first)
        return then if first else otherwise

    def _one(self, left: Expression, right: Expression) -> Expression:
        return left if self._generator.random() < 0.5 else right

    def _miss(self) -> str:
        return self._generator.choice(("?", "XX", "0000", "", "1"))
