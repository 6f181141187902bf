"""The tree of a document, in one pass over lxml's: each element with its state in the automaton."""

from typing import Any

from documents.xml import Element
from rules.compiled.automaton import Automaton, State
from rules.xpath.nodes import NO_CHILDREN, Document, Node


def build(root: Element, automaton: Automaton) -> Document:
    """The tree. `root`: without comments and processing instructions, which would divide texts."""
    top = Node()
    top.state, top.parent, top.order, top.children = automaton.start, None, -1, {}
    top.text, top.space, top.number, top.element = None, None, None, root
    groups: dict[State, list[Node]] = {}
    new, follow = Node.__new__, automaton.follow
    parent: Any = top
    parents = [top]
    parent_element, node = root.getparent(), top
    children: dict[str, list[Node]] = top.children
    following: dict[str, State] = automaton.start.next
    elements: Any = list(root.iter("*"))
    for order, element in enumerate(elements):
        above = element.getparent()
        if above is not parent_element:
            if node is not top and above is node.element:
                parent = node
                parent.text = None
                children = parent.children = {}
                parents.append(parent)
            else:
                while parent.element is not above:
                    parent = parent.parent
                children = parent.children
            following = parent.state.next
            parent_element = above
        tag = element.tag
        state = following.get(tag) or follow(parent.state, tag)
        # The state's own string is that of the compiled rules too: found by identity.
        tag = state.tag
        node = new(Node)
        node.state = state
        node.parent = parent
        node.element = element
        node.order = order
        node.children = NO_CHILDREN
        node.text = element.text
        node.space = node.number = None
        if tag in children:
            children[tag].append(node)
        else:
            children[tag] = [node]
        if state in groups:
            groups[state].append(node)
        else:
            groups[state] = [node]
    return Document(root, top, next(iter(top.children.values()))[0], groups, parents, automaton.by_tag)
