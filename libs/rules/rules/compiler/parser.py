"""XPath 2.0 to the intermediate tree, by recursive descent (XPath 2.0, A.1). No schema types beyond their names."""

from collections.abc import Mapping
from typing import Final, Literal, cast

from rules.compiler.dependencies import positional
from rules.compiler.errors import CannotCompile
from rules.compiler.tokens import Token, TokenKind, tokens_of
from rules.compiler.tree import (
    ANYWHERE,
    NODE,
    Arithmetic,
    Call,
    Compare,
    Computed,
    Context,
    Expression,
    If,
    Items,
    KindTest,
    Logic,
    Loop,
    NameTest,
    Negative,
    Nodes,
    Number,
    Path,
    Range,
    Step,
    Text,
    Typed,
    Variable,
)

_AXES: Final = frozenset(
    [
        "child",
        "descendant",
        "attribute",
        "self",
        "descendant-or-self",
        "following-sibling",
        "following",
        "parent",
        "ancestor",
        "preceding-sibling",
        "preceding",
        "ancestor-or-self",
    ]
)
_KINDS: Final = frozenset(
    ["node", "text", "comment", "processing-instruction", "element", "attribute", "document-node", "item"]
)
_COMPARISONS: Final = frozenset(["=", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge", "is", "<<", ">>"])
_LEVELS: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"or"}), "logic"),
    (frozenset({"and"}), "logic"),
    (_COMPARISONS, "compare"),
    (frozenset({"to"}), "range"),
    (frozenset({"+", "-"}), "arithmetic"),
    (frozenset({"*", "div", "idiv", "mod"}), "arithmetic"),
    (frozenset({"union", "|"}), "nodes"),
    (frozenset({"intersect", "except"}), "nodes"),
)
"""Binary operators, weakest first."""
_TYPED: Final = {"instance": "of", "treat": "as", "castable": "as", "cast": "as"}


def parse(expression: str, namespaces: Mapping[str | None, str]) -> Expression:
    """The tree of an expression. `namespaces`: by prefix, as in scope. Raises CannotCompile."""
    return _Parser(expression, namespaces).whole()


class _Parser:
    def __init__(self, expression: str, namespaces: Mapping[str | None, str]) -> None:
        self._tokens = tokens_of(expression)
        self._at = 0
        self._namespaces = namespaces

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def _is(self, *texts: str) -> bool:
        return self._token.text in texts and self._token.kind in (TokenKind.OPERATOR, TokenKind.NAME)

    def _next_is(self, *texts: str) -> bool:
        return self._next.text in texts and self._next.kind in (TokenKind.OPERATOR, TokenKind.NAME)

    def _take(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _taken(self, *texts: str) -> bool:
        if self._is(*texts):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._taken(text):
            raise CannotCompile(f"{text!r} is expected, not {self._token.text!r}")

    def whole(self) -> Expression:
        """Everything up to the end."""
        expression = self._sequence()
        if self._token.kind is not TokenKind.END:
            raise CannotCompile(f"{self._token.text!r} is not expected")
        return expression

    def _sequence(self) -> Expression:
        items = [self._single()]
        while self._taken(","):
            items.append(self._single())
        return items[0] if len(items) == 1 else Items(tuple(items))

    def _single(self) -> Expression:
        if self._is("for", "some", "every") and self._next.kind is TokenKind.VARIABLE:
            return self._loop()
        if self._is("if") and self._next_is("("):
            return self._if()
        return self._binary(0)

    def _loop(self) -> Expression:
        kind = cast('Literal["for", "some", "every"]', self._take().text)
        bindings: list[tuple[str, Expression]] = []
        while True:
            name = self._take().text
            self._expect("in")
            bindings.append((name, self._single()))
            if not self._taken(","):
                break
        self._expect("return" if kind == "for" else "satisfies")
        return Loop(kind, tuple(bindings), self._single())

    def _if(self) -> Expression:
        self._at += 1
        self._expect("(")
        test = self._sequence()
        self._expect(")")
        self._expect("then")
        then = self._single()
        self._expect("else")
        return If(test, then, self._single())

    def _binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._typed()
        operators, kind = _LEVELS[level]
        left = self._binary(level + 1)
        while self._is(*operators):
            operator = self._take().text
            right = self._binary(level + 1)
            match kind:
                case "logic":
                    left = Logic(cast('Literal["and", "or"]', operator), left, right)
                case "compare":
                    return Compare(operator, left, right)
                case "range":
                    return Range(left, right)
                case "arithmetic":
                    left = Arithmetic(operator, left, right)
                case _:
                    left = Nodes("|" if operator == "union" else operator, left, right)
        return left

    def _typed(self) -> Expression:
        expression = self._unary()
        while self._token.kind is TokenKind.NAME and self._next_is(_TYPED.get(self._token.text, "\0")):
            operator = self._take().text
            self._at += 1
            name = self._take().text
            if self._taken("("):
                self._expect(")")
                name += "()"
            if self._is("?", "*", "+"):
                name += self._take().text
            expression = Typed(operator, expression, name)
        return expression

    def _unary(self) -> Expression:
        negative = False
        while self._is("-", "+"):
            negative ^= self._take().text == "-"
        path = self._path()
        return Negative(path) if negative else path

    def _path(self) -> Expression:
        steps: list[Step | Computed] = []
        absolute = self._is("/", "//")
        if self._taken("//"):
            steps.append(ANYWHERE)
        elif self._taken("/") and not self._starts_step():
            return Path(True, ())
        steps.append(self._step())
        while self._is("/", "//"):
            if self._take().text == "//":
                steps.append(ANYWHERE)
            steps.append(self._step())
        if not absolute and len(steps) == 1 and isinstance(steps[0], Computed) and not steps[0].predicates:
            return steps[0].expression
        return Path(absolute, _without_detours(steps))

    def _starts_step(self) -> bool:
        kind, text = self._token.kind, self._token.text
        if kind is TokenKind.OPERATOR:
            return text in (".", "..", "@", "*", "(")
        return kind is not TokenKind.END

    def _predicates(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self._taken("["):
            found.append(self._sequence())
            self._expect("]")
        return tuple(found)

    def _step(self) -> Step | Computed:
        if self._taken(".."):
            return Step("parent", NODE, self._predicates())
        if self._taken("@"):
            return Step("attribute", self._test(), self._predicates())
        if self._token.kind is TokenKind.NAME and self._next_is("::"):
            axis = self._take().text
            if axis not in _AXES:
                raise CannotCompile(f"axis {axis}")
            self._at += 1
            return Step(axis, self._test(), self._predicates())
        called = self._next_is("(") and self._token.text not in _KINDS
        if self._is("*") or (self._token.kind is TokenKind.NAME and not called):
            test = self._test()
            return Step("attribute" if test == KindTest("attribute") else "child", test, self._predicates())
        return Computed(self._primary(), self._predicates())

    def _test(self) -> NameTest | KindTest:
        token = self._take()
        if token.kind is TokenKind.NAME and token.text in _KINDS and self._taken("("):
            self._expect(")")
            return NameTest(None, None) if token.text == "element" else KindTest(token.text)
        if token.text == "*" and token.kind is TokenKind.OPERATOR:
            return NameTest(None, None)
        if token.kind is not TokenKind.NAME:
            raise CannotCompile(f"node test {token.text!r}")
        prefix, colon, local = token.text.rpartition(":")
        name = None if local == "*" else local
        if not colon:
            return NameTest("", name)
        if prefix == "*":
            return NameTest(None, name)
        if prefix not in self._namespaces:
            raise CannotCompile(f"prefix {prefix}")
        return NameTest(self._namespaces[prefix], name)

    def _primary(self) -> Expression:
        token = self._take()
        match token.kind:
            case TokenKind.STRING:
                return Text(token.text)
            case TokenKind.NUMBER:
                text = token.text.lower()
                return Number(token.text, "double" if "e" in text else "decimal" if "." in text else "integer")
            case TokenKind.VARIABLE:
                return Variable(token.text)
            case TokenKind.NAME if self._is("("):
                return self._call(token.text)
            case TokenKind.OPERATOR if token.text == ".":
                return Context()
            case TokenKind.OPERATOR if token.text == "(":
                if self._taken(")"):
                    return Items(())
                inner = self._sequence()
                self._expect(")")
                return inner
            case _:
                raise CannotCompile(f"{token.text!r} is not expected")

    def _call(self, name: str) -> Expression:
        self._expect("(")
        arguments: list[Expression] = []
        while not self._is(")"):
            arguments.append(self._single())
            if not self._taken(","):
                break
        self._expect(")")
        return Call(name.removeprefix("fn:"), tuple(arguments))


def _without_detours(steps: list[Step | Computed]) -> tuple[Step | Computed, ...]:
    """`//x` is `descendant::x` where no predicate counts positions among siblings."""
    kept: list[Step | Computed] = []
    for step in steps:
        if kept and kept[-1] == ANYWHERE and isinstance(step, Step) and _is_plain_child(step):
            kept[-1] = Step("descendant", step.test, step.predicates)
        else:
            kept.append(step)
    return tuple(kept)


def _is_plain_child(step: Step) -> bool:
    return step.axis == "child" and not any(positional(predicate) for predicate in step.predicates)
