"""Why a rule id may never be heard, as far as the rule set itself tells."""

from rules.compiler.contexts import alternatives
from rules.compiler.errors import CannotCompile
from rules.compiler.stylesheet import Assertion, Pattern, Rule, Stylesheet
from rules.compiler.tree import Call, Compare, Context, Expression, Logic, Number, Path, Step

TRUE = "its test is always true"
TAKEN = "an earlier context of its pattern takes every such node"


def silent(stylesheet: Stylesheet) -> dict[str, str]:
    """Ids that no document can fire, each with the reason."""
    found: dict[str, str] = {}
    for pattern in stylesheet.patterns:
        for number, rule in enumerate(pattern.rules):
            taken = _is_taken(rule, pattern, number)
            for step in rule.steps:
                if isinstance(step, Assertion):
                    reason = TRUE if _is_true(step.test) else TAKEN if taken else ""
                    if reason:
                        found[step.rule] = reason
    return found


def _is_true(test: Expression) -> bool:
    match test:
        case Context() | Call("true", ()):
            return True
        case Compare(">=" | "ge", Call("count", _), Number("0")):
            return True
        case Logic("or", left, right):
            return _is_true(left) or _is_true(right)
        case Logic("and", left, right):
            return _is_true(left) and _is_true(right)
        case _:
            return False


def _is_taken(rule: Rule, pattern: Pattern, number: int) -> bool:
    try:
        own = alternatives(rule.context)
        earlier = [path for each in pattern.rules[:number] for path in alternatives(each.context)]
    except CannotCompile:
        return False
    return all(any(_takes(other, path) for other in earlier) for path in own)


def _takes(other: Path, path: Path) -> bool:
    """Whether a context without conditions matches whatever `path` does: its names are the last ones of `path`."""
    steps, names = other.steps, path.steps[-len(other.steps) :]
    if len(names) < len(steps) or (other.absolute and (not path.absolute or len(path.steps) != len(steps))):
        return False
    return all(
        isinstance(mine, Step)
        and isinstance(theirs, Step)
        and not mine.predicates
        and mine.test == theirs.test
        and mine.axis == theirs.axis
        for mine, theirs in zip(steps, names, strict=True)
    )
