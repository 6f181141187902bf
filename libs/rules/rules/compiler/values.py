"""What an expression is compiled to: Python code, with the type and the number of the items that it gives."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    """The type of the items (XPath Data Model, 2.5), as far as the compiler can tell it."""

    NODE = auto()
    """Elements, and the document node."""
    ATTRIBUTE = auto()
    """Attribute and text nodes: their values, since nothing asks for more."""
    UNTYPED = auto()
    STRING = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    DECIMAL = auto()
    DOUBLE = auto()
    NUMBER = auto()
    """Any of the three above."""
    DATE = auto()
    ITEM = auto()
    """Anything: each item says what it is."""


class Many(Enum):
    """How many items: ONE is the item itself, OPTIONAL the item or None, ANY a list or tuple."""

    ONE = auto()
    OPTIONAL = auto()
    ANY = auto()


NUMERIC: Final = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE, Kind.NUMBER})
TEXTUAL: Final = frozenset({Kind.UNTYPED, Kind.STRING})
NODES: Final = frozenset({Kind.NODE, Kind.ATTRIBUTE})


@dataclass(frozen=True, slots=True)
class Value:
    """Compiled code. One of three forms: `plain` code; `clauses` of a comprehension with its `result`; `chain`, the
    children `tags` of children of the node `base`.

    `literal`: the value, where it is known now. `constant`: `plain` is the name of a constant of the module.
    `single`: the sequence holds one node at most, so no step from it meets a node twice.
    """

    kind: Kind
    many: Many
    plain: str = ""
    clauses: tuple[str, ...] = ()
    result: str = ""
    base: str = ""
    tags: tuple[str, ...] = ()
    literal: str | float | None = None
    constant: bool = False
    single: bool = False

    @property
    def code(self) -> str:
        """An expression that gives the value."""
        if self.plain:
            return self.plain
        if self.tags:
            return chain(self.base, self.tags)
        if len(self.clauses) == 1:
            head, _, source = self.clauses[0].partition(" in ")
            if head == f"for {self.result}" and " if " not in source:
                return source
        return f"[{self.result} {' '.join(self.clauses)}]"

    @property
    def items(self) -> str:
        """An expression that gives a sequence, whatever the number of items."""
        match self.many:
            case Many.ANY:
                return self.code
            case Many.ONE:
                return f"({self.code},)"
            case Many.OPTIONAL:
                return f"optional({self.code})"

    @property
    def is_one(self) -> bool:
        """Whether there is exactly one item."""
        return self.many is Many.ONE

    def of(self, kind: Kind) -> "Value":
        """The same code, said to be of another kind."""
        return replace(self, kind=kind)


def chain(base: str, tags: tuple[str, ...]) -> str:
    """The code of a path of plain child steps."""
    match tags:
        case (tag,):
            return f"{base}.children.get({tag}, NONE)"
        case (first, second):
            return f"steps2({base}, {first}, {second})"
        case (first, second, third):
            return f"steps3({base}, {first}, {second}, {third})"
        case _:
            return f"steps_on({chain(base, tags[:-1])}, {tags[-1]})"


def one(kind: Kind, code: str) -> Value:
    """Exactly one item."""
    return Value(kind, Many.ONE, code)


def boolean(code: str) -> Value:
    """A truth value."""
    return Value(Kind.BOOLEAN, Many.ONE, code)


def text(code: str) -> Value:
    """One string."""
    return Value(Kind.STRING, Many.ONE, code)


def many(kind: Kind, clauses: tuple[str, ...], result: str) -> Value:
    """A comprehension."""
    return Value(kind, Many.ANY, clauses=clauses, result=result)
