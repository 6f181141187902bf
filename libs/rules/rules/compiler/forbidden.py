"""Tests that only forbid paths (`not(a/b)`): the automaton decides them, so they cost nothing where nothing is there.

Nine in ten ids of EN 16931 are of this kind (UBL-CR, CII-SR).
"""

from dataclasses import dataclass

from rules.compiler.tree import Call, Computed, Expression, NameTest, Nodes, Path, Step


@dataclass(frozen=True, slots=True)
class ForbiddenPath:
    """Tags of children from the context; then an attribute, or "". `anywhere`: below any element of the document."""

    tags: tuple[str, ...]
    attribute: str
    anywhere: bool


def forbidden_paths(test: Expression, *, at_document_element: bool) -> tuple[ForbiddenPath, ...]:
    """The paths that a test forbids; nothing where it is another kind of test."""
    if not isinstance(test, Call) or test.name != "not" or len(test.arguments) != 1:
        return ()
    found: list[ForbiddenPath] = []
    for path in _paths(test.arguments[0]):
        forbidden = _forbidden(path, at_document_element=at_document_element)
        if forbidden is None:
            return ()
        found.append(forbidden)
    return tuple(found)


def _paths(expression: Expression) -> list[Expression]:
    """The sides of unions, also of one in front: `(a|b)/c` is `a/c|b/c`."""
    match expression:
        case Nodes("|", left, right):
            return _paths(left) + _paths(right)
        case Path(False, (Computed(first, ()), *rest)) if rest:
            return [
                Path(False, side.steps + tuple(rest)) if isinstance(side, Path) and not side.absolute else expression
                for side in _paths(first)
            ]
        case _:
            return [expression]


def _forbidden(expression: Expression, *, at_document_element: bool) -> ForbiddenPath | None:
    if not isinstance(expression, Path) or not expression.steps:
        return None
    tags: list[str] = []
    attribute = ""
    for number, step in enumerate(expression.steps):
        if attribute or not isinstance(step, Step) or step.predicates or not isinstance(step.test, NameTest):
            return None
        tag = step.test.tag
        first_anywhere = expression.absolute and number == 0
        if tag is None or step.axis not in ("child", "attribute", "descendant"):
            return None
        if (step.axis == "descendant") is not first_anywhere:
            return None
        if step.axis == "attribute":
            attribute = tag
        else:
            tags.append(tag)
    if expression.absolute and not at_document_element:
        return None
    return ForbiddenPath(tuple(tags), attribute, expression.absolute)
