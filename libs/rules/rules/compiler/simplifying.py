"""Pass: expressions that official rules write in a costly way, as equal ones that cost less."""

from rules.compiler.tree import Call, Compare, Expression, Items, Logic, Text, rebuilt

_SPACE = Text(" ")


def simplified(expression: Expression) -> Expression:
    """An expression of the same value, and with the same errors."""
    expression = rebuilt(expression, simplified)
    match expression:
        case Call("normalize-space", (Call("upper-case", (inner,)),)):
            # No letter becomes white space, so the order does not matter; a node keeps its normalize-space().
            return Call("upper-case", (Call("normalize-space", (inner,)),))
        case Logic("and", Call("not", (Call("contains", (code, Text(" "))),)), Call("contains", (Text(codes), spaced))):
            return _in_list(code, codes, spaced) or expression
        case _:
            return expression


def _in_list(code: Expression, codes: str, spaced: Expression) -> Expression | None:
    """`not(contains($code, ' ')) and contains(' A B C ', concat(' ', $code, ' '))`: `$code = ('A', 'B', 'C')`."""
    is_string = isinstance(code, Call) and code.name in ("normalize-space", "upper-case")
    if not is_string or spaced != Call("concat", (_SPACE, code, _SPACE)) or codes.strip(" ") == codes:
        return None
    if not (codes.startswith(" ") and codes.endswith(" ")):
        return None
    return Compare("=", code, Items(tuple(Text(each) for each in codes.split(" ")[1:-1])))
