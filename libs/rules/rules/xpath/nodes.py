"""The elements of a document as compiled rules see them: children by tag, texts and numbers kept once computed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

from documents.xml import Element
from rules.xpath.casts import decimal_of
from rules.xpath.errors import repeated
from rules.xpath.strings import normalized

Children: TypeAlias = "dict[str, list[Node]]"
NO_CHILDREN: Final[Children] = {}
NONE: Final = ()
DOCUMENT_TAG: Final = ""


class Node:
    """An element, or the document node (tag `""`). `order`: its place in document order.

    `text`, `space` and `number` are None until asked for through `string`, `spaced` and `decimal`, apart from the text
    of an element without children.
    """

    __slots__ = ("children", "element", "number", "order", "parent", "space", "state", "text")
    children: Children
    element: Element
    number: Decimal | None
    order: int
    parent: "Node | None"
    space: str | None
    state: Any
    """Its state in the automaton; knows the tag."""
    text: str | None


class Document:
    """One document. `groups`: its elements by automaton state, in document order; `parents`: nodes with children;
    `states`: all that the automaton has for a tag.
    """

    __slots__ = ("_all", "_attributes", "_parents", "_states", "_tagged", "document", "element", "groups", "root")

    def __init__(
        self,
        element: Element,
        document: Node,
        root: Node,
        groups: "dict[Any, list[Node]]",
        parents: "list[Node]",
        states: dict[str, list[Any]],
    ) -> None:
        self.element = element
        self.document = document
        self.root = root
        self.groups = groups
        self._parents = parents
        self._states = states
        self._tagged: dict[str, list[Node] | tuple[()]] = {}
        self._all: list[Node] | None = None
        self._attributes: dict[str, list[str]] | None = None

    def tagged(self, tag: str) -> "list[Node] | tuple[()]":
        """Elements of one tag, in document order."""
        found = self._tagged.get(tag)
        if found is None:
            groups = self.groups
            here = [groups[state] for state in self._states.get(tag, NONE) if state in groups]
            if len(here) > 1:
                found = sorted((node for nodes in here for node in nodes), key=_order)
            else:
                found = here[0] if here else NONE
            self._tagged[tag] = found
        return found

    def all(self) -> list[Node]:
        """Every element, in document order."""
        if self._all is None:
            self._all = sorted((node for nodes in self.groups.values() for node in nodes), key=_order)
        return self._all

    def attributes(self, name: str) -> "list[str] | tuple[()]":
        """The values of `//@name`."""
        if self._attributes is None:
            self._attributes = {}
            elements: Any = self.element.iter("*")
            for element in elements:
                for key, value in element.items():
                    self._attributes.setdefault(key, []).append(value)
        return self._attributes.get(name, NONE)

    def release(self) -> None:
        """Cut the circles, so that the tree goes at once and not at the next garbage collection."""
        for node in self._parents:
            node.children = NO_CHILDREN
        self._parents.clear()
        self.groups.clear()
        self._tagged.clear()
        self._all = self._attributes = None


def _order(node: Node) -> int:
    return node.order


def string(node: Node) -> str:
    """The string value of an element."""
    text = node.text
    if text is None:
        pieces: Any = node.element.itertext() if node.children else ()
        text = "".join(pieces)
        node.text = text
    return text


def spaced(node: Node) -> str:
    """normalize-space() of it."""
    space = node.space
    if space is None:
        space = node.space = normalized(node.text or string(node))
    return space


def decimal(node: Node) -> Decimal:
    """xs:decimal() of it."""
    number = node.number
    if number is None:
        number = node.number = decimal_of(node.text or string(node))
    return number


def children_of(node: Node) -> list[Node]:
    """Child elements, in document order."""
    children = node.children
    if len(children) == 1:
        return next(iter(children.values()))
    return sorted((child for same in children.values() for child in same), key=_order)


def steps2(node: Node, first: str, second: str) -> "list[Node] | tuple[()]":
    """`first/second` from a node."""
    outer = node.children.get(first)
    if outer is None:
        return NONE
    if len(outer) == 1:
        return outer[0].children.get(second, NONE)
    return [inner for each in outer for inner in each.children.get(second, NONE)]


def steps3(node: Node, first: str, second: str, third: str) -> "list[Node] | tuple[()]":
    """`first/second/third` from a node."""
    outer = node.children.get(first)
    if outer is None:
        return NONE
    if len(outer) == 1:
        return steps2(outer[0], second, third)
    return [inner for each in outer for inner in steps2(each, second, third)]


def steps_on(nodes: Any, tag: str) -> "list[Node]":
    """`tag` from each of several nodes."""
    return [inner for each in nodes for inner in each.children.get(tag, NONE)]


def attributes_of(node: Node, local: str | None) -> list[str]:
    """`@*`, or `@*:local`."""
    if node.parent is None:
        return []
    pairs: Any = node.element.items()
    return [value for name, value in pairs if local is None or name.rpartition("}")[2] == local]


def attributes_at(nodes: Any, name: str) -> list[str]:
    """`nodes/@name`."""
    return [value for node in nodes if (value := node.element.get(name)) is not None]


def text_nodes(node: Node) -> list[str]:
    """child::text()."""
    if not node.children:
        return [node.text] if node.text else []
    pieces = [node.element.text, *(child.tail for child in node.element)]
    return [piece for piece in pieces if piece]


def ancestors(node: Node) -> Iterator[Node]:
    """From the parent up to the document node."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def ancestors_and_self(node: Node) -> Iterator[Node]:
    """The node, then its ancestors."""
    yield node
    yield from ancestors(node)


def descendants(node: Node) -> Iterator[Node]:
    """Elements inside it, in document order."""
    for child in children_of(node):
        yield child
        if child.children:
            yield from descendants(child)


def descendants_and_self(node: Node) -> Iterator[Node]:
    """The node, then the elements inside it."""
    yield node
    yield from descendants(node)


def preceding_siblings(node: Node) -> list[Node]:
    """Nearest last, as in document order."""
    return [each for each in children_of(node.parent) if each.order < node.order] if node.parent is not None else []


def following_siblings(node: Node) -> list[Node]:
    """In document order."""
    return [each for each in children_of(node.parent) if each.order > node.order] if node.parent is not None else []


def preceding(document: Document, node: Node, tag: str | None = None) -> list[Node]:
    """preceding::*, or those of one tag: before the node in the document, and no ancestors of it."""
    above = {each.order for each in ancestors(node)}
    candidates = document.all() if tag is None else document.tagged(tag)
    return [each for each in candidates if each.order < node.order and each.order not in above]


def unique(nodes: "list[Node]") -> list[Node]:
    """In document order, each once."""
    if len(nodes) < 2:
        return nodes
    return sorted({node.order: node for node in nodes}.values(), key=_order)


def union(left: Any, right: Any) -> Any:
    """`left | right` of sequences that are in document order."""
    if not left:
        return right
    if not right:
        return left
    return unique([*left, *right])


def intersection(left: Any, right: Any) -> list[Node]:
    """`left intersect right`."""
    orders = {node.order for node in right}
    return [node for node in left if node.order in orders]


def difference(left: Any, right: Any) -> list[Node]:
    """`left except right`."""
    orders = {node.order for node in right}
    return [node for node in left if node.order not in orders]


def local_name(node: Node) -> str:
    """local-name()."""
    return node.state.tag.rpartition("}")[2]


def name(node: Node) -> str:
    """name(): with the prefix that the document uses."""
    if node.state.tag == DOCUMENT_TAG:
        return ""
    prefix = node.element.prefix
    return f"{prefix}:{local_name(node)}" if prefix else local_name(node)


def only_string(nodes: Any) -> str:
    """The string value of one or no element."""
    if not nodes:
        return ""
    if len(nodes) > 1:
        repeated()
    return nodes[0].text or string(nodes[0])


def only_spaced(nodes: Any) -> str:
    """normalize-space() of one or no element."""
    if not nodes:
        return ""
    if len(nodes) > 1:
        repeated()
    return nodes[0].space or spaced(nodes[0])


def only_decimal(nodes: Any) -> Decimal | None:
    """xs:decimal() of one or no element."""
    if not nodes:
        return None
    if len(nodes) > 1:
        repeated()
    number = nodes[0].number
    return decimal(nodes[0]) if number is None else number


def string_or_none(node: Node | None) -> str | None:
    """The string value, if there is a node."""
    return None if node is None else (node.text or string(node))


def sole_text(nodes: Any) -> str | None:
    """The string value where there is one node, "" for none; None where there are more."""
    if not nodes:
        return ""
    return (nodes[0].text or string(nodes[0])) if len(nodes) == 1 else None


def any_is(nodes: Any, value: str) -> bool:
    """`nodes = 'value'`."""
    for node in nodes:  # noqa: SIM110 - a third of the time of a generator, and called for every second rule
        if (node.text or string(node)) == value:
            return True
    return False


def any_in(nodes: Any, values: Any) -> bool:
    """`nodes = ('a', 'b', …)`."""
    for node in nodes:  # noqa: SIM110 - as above
        if (node.text or string(node)) in values:
            return True
    return False
