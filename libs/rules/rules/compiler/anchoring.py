"""Pass: in a rule on the document element, paths become absolute, so that equal ones of many rules are kept once."""

from rules.compiler.tree import ANY_CHILD, SELF, Computed, Context, Expression, Path, Step, rebuilt


def anchored(expression: Expression) -> Expression:
    """The same expression for the document element as context, without its help where a path starts at it."""
    if not isinstance(expression, Path):
        return rebuilt(expression, anchored)
    if expression.absolute:
        return expression
    first, *rest = expression.steps
    if isinstance(first, Computed):
        if isinstance(first.expression, Context) and not first.predicates and rest:
            return Path(True, (ANY_CHILD, *rest))
        return Path(False, (Computed(anchored(first.expression), first.predicates), *rest))
    if first == SELF and not rest:
        return expression
    return Path(True, (ANY_CHILD, *expression.steps))


def is_document_element(pattern: Expression) -> bool:
    """Whether a match pattern accepts nothing but the document element."""
    return (
        isinstance(pattern, Path)
        and pattern.absolute
        and len(pattern.steps) == 1
        and isinstance(pattern.steps[0], Step)
        and pattern.steps[0].axis == "child"
    )
