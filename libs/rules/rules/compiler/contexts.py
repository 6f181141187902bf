"""Rule contexts (XSLT match patterns): names for the automaton, predicates as Python."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.compiler.conditions import condition
from rules.compiler.dependencies import CONTEXT, dependencies, positional
from rules.compiler.errors import CannotCompile
from rules.compiler.tree import (
    ANYWHERE,
    Call,
    Compare,
    Computed,
    Expression,
    Logic,
    NameTest,
    Nodes,
    Path,
    Step,
    Text,
    rebuilt,
)
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import TEXTUAL, Kind, Many, one

_NAME_FUNCTIONS = frozenset({"name", "local-name"})
_STATIC_FUNCTIONS = frozenset({"not", "exists", "true", "false"})
_UPWARD = frozenset({"self", "parent", "ancestor", "ancestor-or-self"})


@dataclass(frozen=True, slots=True)
class Context:
    """One alternative of a context. `names`: from the node up, (anywhere above, namespace, local name).

    `static` and `values`: code of the conditions, "" for none. `key` and `literal`: a text of the node that must be
    the literal, by which the automaton chooses among many contexts.
    """

    names: tuple[tuple[bool, str | None, str | None], ...]
    static: str
    values: str
    key: str
    literal: str


def alternatives(pattern: Expression) -> list[Path]:
    """`a|b` as its sides, `(a|b)/c[d]` as `a/c[d]` and `b/c[d]`. Raises CannotCompile."""
    match pattern:
        case Nodes("|", left, right):
            return alternatives(left) + alternatives(right)
        case Path(False, (Computed(first, predicates), *rest)):
            return [
                Path(side.absolute, (*side.steps[:-1], _with(side.steps[-1], predicates), *rest))
                for side in alternatives(first)
            ]
        case Path():
            return [pattern]
        case _:
            raise CannotCompile("a context that is no path")


def _with(step: Step | Computed, predicates: tuple[Expression, ...]) -> Step | Computed:
    return replace(step, predicates=step.predicates + predicates)


def on_attribute(paths: Sequence[Path]) -> tuple[str, list[Path]]:
    """The attribute that a context is, "" for none, and the contexts of the elements that have it."""
    lasts = [path.steps[-1] for path in paths]
    if not any(isinstance(last, Step) and last.axis == "attribute" for last in lasts):
        return "", list(paths)
    tags = {last.test.tag if isinstance(last, Step) and isinstance(last.test, NameTest) else None for last in lasts}
    plain = all(isinstance(last, Step) and last.axis == "attribute" and not last.predicates for last in lasts)
    tag = tags.pop()
    if tags or tag is None or not plain or any(len(path.steps) < 2 for path in paths):
        raise CannotCompile("a context of several kinds of attributes")
    has = Path(False, (lasts[0],))
    return tag, [Path(path.absolute, (*path.steps[:-2], _with(path.steps[-2], (has,)))) for path in paths]


def compiled(unit: Unit, path: Path) -> Context:
    """The context of one alternative. Raises CannotCompile."""
    steps, separators = _named_steps(path)
    static: list[str] = []
    values: list[str] = []
    keys: list[tuple[str, str]] = []
    for depth, step in enumerate(reversed(steps)):
        node = one(Kind.NODE, "node" + ".parent" * depth)
        scope = Scope(node, node)
        for predicate in step.predicates:
            if positional(predicate):
                raise CannotCompile("a position in a context")
            for part in _conjuncts(predicate):
                if _is_static(part):
                    static.append(condition(unit, _by_local_name(part), scope))
                else:
                    values.append(condition(unit, part, scope))
                    keys += _key(unit, part, scope)
    if any(separators[1:]) and any(step.predicates for step in steps[:-1]):
        raise CannotCompile("// after a predicate in a context")
    names = tuple(
        (anywhere, step.test.namespace, step.test.local)
        for step, anywhere in zip(reversed(steps), reversed(separators), strict=True)
        if isinstance(step.test, NameTest)
    )
    key, literal = keys[0] if keys else ("", "")
    return Context(names, " and ".join(static), " and ".join(values), key, literal)


def _named_steps(path: Path) -> tuple[list[Step], list[bool]]:
    """The steps, and whether each stands anywhere below the one before."""
    steps: list[Step] = []
    separators: list[bool] = []
    anywhere = not path.absolute
    for step in path.steps:
        if step == ANYWHERE:
            anywhere = True
            continue
        if not isinstance(step, Step) or step.axis not in ("child", "descendant"):
            raise CannotCompile("a step in a context that is no child")
        if not isinstance(step.test, NameTest):
            raise CannotCompile(f"{step.test.kind}() in a context")
        steps.append(step)
        separators.append(anywhere or step.axis == "descendant")
        anywhere = False
    return steps, separators


def _conjuncts(predicate: Expression) -> list[Expression]:
    if isinstance(predicate, Logic) and predicate.operator == "and":
        return _conjuncts(predicate.left) + _conjuncts(predicate.right)
    return [predicate]


def _is_static(predicate: Expression) -> bool:
    """Whether a predicate depends on the names of the node and of its ancestors only."""
    match predicate:
        case Call("ends-with", (Call(name, ()), Text(value))) if name in _NAME_FUNCTIONS:
            return ":" not in value
        case Call(name, arguments) if name in _STATIC_FUNCTIONS:
            return all(_is_static(argument) for argument in arguments)
        case Logic(_, left, right):
            return _is_static(left) and _is_static(right)
        case Path(False, steps):
            return all(isinstance(step, Step) and step.axis in _UPWARD and not step.predicates for step in steps)
        case _:
            return False


def _by_local_name(predicate: Expression) -> Expression:
    """The end of name() is that of local-name(), since no prefix is known before there is a document."""
    if predicate == Call("name", ()):
        return Call("local-name", ())
    return rebuilt(predicate, _by_local_name)


def _key(unit: Unit, predicate: Expression, scope: Scope) -> list[tuple[str, str]]:
    """The code of a text that a predicate compares with a literal."""
    match predicate:
        case Compare("=", side, Text(literal)) | Compare("=", Text(literal), side):
            if dependencies(side) != frozenset({CONTEXT}):
                return []
            value = unit.value(side, scope)
        case _:
            return []
    if value.kind in TEXTUAL and value.is_one:
        return [(value.code, literal)]
    if value.kind is Kind.NODE and value.many is Many.ANY:
        return [(f"sole_text({value.code})", literal)]
    return []
