"""The intermediate tree: one frozen dataclass an XPath 2.0 construct, hashable, so that equal expressions are found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Final, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric literal, as written."""

    text: str
    type: Literal["integer", "decimal", "double"]


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """`.`"""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of XPath, of XML Schema (`xs:…`) or of the stylesheet."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Items:
    """`(a, b, …)`."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if (test) then … else …`"""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Loop:
    """`for`, `some` or `every`, over the variables of `bindings`."""

    kind: Literal["for", "some", "every"]
    bindings: tuple[tuple[str, "Expression"], ...]
    body: "Expression"


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or`."""

    operator: Literal["and", "or"]
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Compare:
    """A general (`=`) or a value comparison (`eq`)."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * div idiv mod`."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Negative:
    """`-a`."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Nodes:
    """`|`, `intersect`, `except` of two sequences of nodes."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Range:
    """`a to b`."""

    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Typed:
    """`cast as`, `castable as`, `treat as`, `instance of` a type."""

    operator: str
    operand: "Expression"
    type: str


@dataclass(frozen=True, slots=True)
class NameTest:
    """`prefix:local`; None stands for `*`, an empty namespace for none."""

    namespace: str | None
    local: str | None

    @property
    def tag(self) -> str | None:
        """As lxml writes it, if it is one name."""
        if self.namespace is None or self.local is None:
            return None
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local


@dataclass(frozen=True, slots=True)
class KindTest:
    """`node()`, `text()`, `comment()`, `element()` …"""

    kind: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step along an axis."""

    axis: str
    test: NameTest | KindTest
    predicates: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A step that is an expression of its own: `a/(b|c)`, `a/upper-case(b)`."""

    expression: "Expression"
    predicates: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the document node (`absolute`) or from the context item."""

    absolute: bool
    steps: tuple[Step | Computed, ...]


Expression: TypeAlias = (
    Text
    | Number
    | Variable
    | Context
    | Call
    | Items
    | If
    | Loop
    | Logic
    | Compare
    | Arithmetic
    | Negative
    | Nodes
    | Range
    | Typed
    | Path
)
Part: TypeAlias = Expression | Step | Computed

NODE: Final = KindTest("node")
ANYWHERE: Final = Step("descendant-or-self", NODE)
"""What `//` stands for."""
SELF: Final = Step("self", NODE)
ANY_CHILD: Final = Step("child", NameTest(None, None))


def parts_of(part: Part) -> Iterator[Part]:
    """The parts that a part of the tree is made of, one level down."""
    for field in fields(part):
        yield from _parts_in(getattr(part, field.name))


def _parts_in(value: object) -> Iterator[Part]:
    if isinstance(value, tuple):
        for each in value:
            yield from _parts_in(each)
    elif isinstance(value, Part) and not isinstance(value, str):
        yield value


def rebuilt(part: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with every expression one level down replaced by `change` of it."""
    values = {field.name: _changed(getattr(part, field.name), change) for field in fields(part)}
    return replace(part, **values)


def _changed(value: object, change: Callable[[Expression], Expression]) -> object:
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if isinstance(value, Step | Computed):
        fresh = {field.name: _changed(getattr(value, field.name), change) for field in fields(value)}
        return replace(value, **fresh)
    return change(value) if isinstance(value, Expression) else value
