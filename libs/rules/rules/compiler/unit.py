"""One module in the making: its names, constants, kept values and definitions, while expressions are emitted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from rules.compiler.dependencies import CONTEXT, CURRENT, POSITION, dependencies
from rules.compiler.errors import CannotCompile
from rules.compiler.sharing import Sharing
from rules.compiler.stylesheet import Binding, Key, Stylesheet
from rules.compiler.tree import (
    ANYWHERE,
    Arithmetic,
    Call,
    Compare,
    Expression,
    If,
    Logic,
    Loop,
    NameTest,
    Nodes,
    Path,
    Step,
)
from rules.compiler.values import TEXTUAL, Kind, Many, Value, one

_WORTH_KEEPING: Final = (Path, Call, Nodes, Loop, If, Compare, Arithmetic, Logic)
_CHEAP_CALLS: Final = frozenset({"true", "false", "not", "exists"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees. `context`: the context item; `current`: that of the rule; None where there is none."""

    context: Value | None = None
    current: Value | None = None
    position: Value | None = None
    last: Value | None = None
    variables: Mapping[str, Value] = field(default_factory=dict[str, Value])
    computed: Mapping[Expression, Value] = field(default_factory=dict[Expression, Value])
    """Expressions that have a name here; elsewhere the same expression may have another value."""

    def at(self, context: Value, position: Value | None = None, last: Value | None = None) -> "Scope":
        """The scope of a predicate or step."""
        return replace(self, context=context, position=position, last=last, computed={})

    def bind(self, name: str, value: Value) -> "Scope":
        """The scope of what follows a variable."""
        return replace(self, variables={**self.variables, name: value}, computed={})

    def share(self, computed: Mapping[Expression, Value]) -> "Scope":
        """The scope of a test in which these expressions stand more than once."""
        return replace(self, computed={**self.computed, **computed}) if computed else self


Emit: TypeAlias = Callable[["Unit", Any, Scope], Value]
DOCUMENT_NODE: Final = "run.top"
_DOCUMENT: Final = Scope(one(Kind.NODE, DOCUMENT_NODE), one(Kind.NODE, DOCUMENT_NODE))


class Unit:
    """Emits the expressions of one stylesheet. `emitters`: by the class of an expression."""

    def __init__(self, stylesheet: Stylesheet, sharing: Sharing, emitters: Mapping[type, Emit]) -> None:
        self.stylesheet = stylesheet
        self.definitions: list[str] = []
        self.tags: dict[str, str] = {}
        self.constants: dict[str, str] = {}
        self.functions: dict[object, tuple[str, Value | None]] = {}
        self.kept = 0
        self.at_document_element = False
        self._sharing = sharing
        self._emitters = emitters
        self._kept_values: dict[Expression, Value] = {}
        self._globals: dict[str, Value] = {}
        self._groups: dict[tuple[Step, Expression], str] = {}
        self._names = 0

    def fresh(self) -> str:
        """A local name that is used nowhere else."""
        self._names += 1
        return f"x{self._names}"

    def tag(self, test: NameTest) -> str:
        """The constant that holds a tag."""
        tag = test.tag
        if tag is None:
            raise CannotCompile("a wildcard where one name is needed")
        return self.tags.setdefault(tag, f"T{len(self.tags)}_{identifier(test.local or '')}")

    def constant(self, code: str) -> str:
        """The constant of a value that is computed once for all documents."""
        return self.constants.setdefault(code, f"K{len(self.constants)}")

    def value(self, expression: Expression, scope: Scope) -> Value:
        """Emit an expression: computed once for the document where it depends on nothing else. Raises CannotCompile."""
        if scope.computed and expression in scope.computed:
            return scope.computed[expression]
        if self._is_worth_keeping(expression, scope):
            return self.kept_value(expression)
        return self._emitters[type(expression)](self, expression, scope)

    def is_shared(self, expression: Expression) -> bool:
        """Whether it stands in the rules more than once, and is the same wherever it stands."""
        return self._sharing.is_shared(expression) and not any(
            name == CURRENT or name.startswith("$") for name in dependencies(expression)
        )

    def _is_worth_keeping(self, expression: Expression, scope: Scope) -> bool:
        if scope.context is None or not isinstance(expression, _WORTH_KEEPING):
            return False
        if isinstance(expression, Call) and expression.name in _CHEAP_CALLS:
            return False
        names = dependencies(expression)
        if names & {CONTEXT, POSITION, CURRENT} or not all(self._is_global(name, scope) for name in names):
            return False
        if not names:
            return True
        if isinstance(expression, Path) and len(expression.steps) < 2 and not _has_predicates(expression):
            return False
        once = self.at_document_element and scope.context.code == "node"
        return not once or self._sharing.is_shared(expression)

    def _is_global(self, name: str, scope: Scope) -> bool:
        variable = name.removeprefix("$")
        return name == variable or (variable not in scope.variables and variable in self.stylesheet.variables)

    def kept_value(self, expression: Expression) -> Value:
        """The value of an expression that depends on the document alone."""
        if expression not in self._kept_values:
            value = self._emitters[type(expression)](self, expression, Scope())
            self._kept_values[expression] = self._keep(value, fixed=not dependencies(expression))
        return self._kept_values[expression]

    def _keep(self, value: Value, *, fixed: bool) -> Value:
        if fixed:
            code = f"tuple({value.code})" if value.kind in TEXTUAL and value.many is Many.ANY else value.code
            return Value(value.kind, value.many, self.constant(code), constant=True, literal=value.literal)
        number = self.kept
        self.kept += 1
        self.definitions.append(
            f"def kept_{number}(run):\n    value = run.kept[{number}] = ({value.code},)\n    return value"
        )
        code = f"(run.kept[{number}] or kept_{number}(run))[0]"
        return Value(value.kind, value.many, code, single=value.single)

    def key_index(self, key: Key) -> str:
        """The code of the index of an `xsl:key`: nodes by each value that `use` gives."""
        if not isinstance(key.match, Path):
            raise CannotCompile(f"key {key.name}")
        nodes = self.value(Path(True, (ANYWHERE, *key.match.steps)), _DOCUMENT)
        use = self.value(key.use, Scope(one(Kind.NODE, "each"), one(Kind.NODE, "each")))
        if use.kind is not Kind.NODE:
            raise CannotCompile(f"key {key.name} by {use.kind.name}")
        code = f"index_of([(each, {use.items}) for each in {nodes.items}])"
        return self._keep(Value(Kind.ITEM, Many.ONE, code), fixed=False).code

    def grouped(self, step: Step, text: Expression) -> str:
        """The code of the elements of a step from the document node, by a text of each."""
        if (step, text) not in self._groups:
            nodes = self.value(Path(True, (step,)), _DOCUMENT)
            value = self.value(text, Scope(one(Kind.NODE, "each"), one(Kind.NODE, "each")))
            code = f"grouped([({value.code}, each) for each in {nodes.items}])"
            self._groups[step, text] = self._keep(Value(Kind.ITEM, Many.ONE, code), fixed=False).code
        return self._groups[step, text]

    def variable(self, name: str, scope: Scope) -> Value:
        """The value of `$name`."""
        if name in scope.variables:
            return scope.variables[name]
        if name not in self._globals:
            if name not in self.stylesheet.variables:
                raise CannotCompile(f"variable ${name}")
            self._globals[name] = self._global(self.stylesheet.variables[name])
        return self._globals[name]

    def _global(self, binding: Binding) -> Value:
        """A global variable: its context is the document node (XSLT 2.0, 9.5)."""
        if binding.body or binding.type:
            raise CannotCompile("a global variable with a type or a body", f"${binding.name}")
        if binding.select is None:
            return Value(Kind.STRING, Many.ONE, repr(binding.text), literal=binding.text)
        value = self.value(binding.select, _DOCUMENT)
        if value.literal is not None or value.constant:
            return value
        return self._keep(value, fixed=not dependencies(binding.select))


def identifier(name: str) -> str:
    """A name of XML as (part of) one of Python."""
    return re.sub(r"\W", "_", name)


def _has_predicates(path: Path) -> bool:
    return bool(path.steps) and bool(path.steps[0].predicates)
