"""From one type of value to another: atomization, strings, numbers, truth, casts (XPath 2.0, 2.4 and 3.1.5)."""

from dataclasses import replace
from typing import Final

from rules.compiler.errors import CannotCompile
from rules.compiler.unit import Unit
from rules.compiler.values import NODES, NUMERIC, TEXTUAL, Kind, Many, Value, many, one

_BOXED: Final = {Kind.ATTRIBUTE: "AttributeText", Kind.UNTYPED: "Untyped"}
_NAMES: Final = {
    "xs:string": Kind.STRING,
    "xs:boolean": Kind.BOOLEAN,
    "xs:integer": Kind.INTEGER,
    "xs:decimal": Kind.DECIMAL,
    "xs:double": Kind.DOUBLE,
    "xs:float": Kind.DOUBLE,
    "xs:date": Kind.DATE,
}
FROM_TEXT: Final = {
    Kind.BOOLEAN: "boolean_of",
    Kind.INTEGER: "integer_of",
    Kind.DECIMAL: "decimal_of",
    Kind.DOUBLE: "double_of",
    Kind.DATE: "date_of",
    Kind.STRING: "str",
}
_FROM_NUMBER: Final = {
    Kind.BOOLEAN: "truth_of_number",
    Kind.INTEGER: "integer_of_number",
    Kind.DECIMAL: "decimal_of_number",
    Kind.DOUBLE: "float",
    Kind.STRING: "written",
}


def string_of_node(node: str, *, spaced: bool = False) -> str:
    """The code of a node's string value; `spaced`: of its normalize-space()."""
    memo, function = ("space", "spaced") if spaced else ("text", "string")
    return f"({node}.{memo} or {function}({node}))" if node.isidentifier() else f"{function}({node})"


def loop(unit: Unit, value: Value) -> tuple[tuple[str, ...], str]:
    """The clauses of a comprehension over the items, and the name of an item."""
    if value.clauses:
        if value.result.isidentifier():
            return value.clauses, value.result
        name = unit.fresh()
        return (*value.clauses, f"for {name} in ({value.result},)"), name
    name = unit.fresh()
    return (f"for {name} in {value.items}",), name


def atomized(unit: Unit, value: Value) -> Value:
    """The typed values of nodes."""
    if value.kind is Kind.ATTRIBUTE:
        return value.of(Kind.UNTYPED)
    if value.kind is not Kind.NODE:
        return value
    match value.many:
        case Many.ONE:
            return one(Kind.UNTYPED, string_of_node(value.code))
        case Many.OPTIONAL:
            return Value(Kind.UNTYPED, Many.OPTIONAL, f"string_or_none({value.code})")
        case Many.ANY:
            clauses, name = loop(unit, value)
            return many(Kind.UNTYPED, clauses, string_of_node(name))


def boxed(unit: Unit, value: Value) -> str:
    """The code of a sequence whose items say what they are."""
    if value.kind not in _BOXED:
        return value.items
    clauses, name = loop(unit, value)
    return f"[{_BOXED[value.kind]}({name}) {' '.join(clauses)}]"


def at_most_one(value: Value) -> Value:
    """A sequence as an item or None; more than one stops the rules."""
    return value if value.many is not Many.ANY else Value(value.kind, Many.OPTIONAL, f"only({value.code})")


def truth(unit: Unit, value: Value) -> str:
    """The code of a condition: the effective boolean value (XPath 2.0, 2.4.3)."""
    kind, code = value.kind, value.code
    if kind in NODES:
        match value.many:
            case Many.ONE:
                return "True"
            case Many.OPTIONAL:
                return f"({code} is not None)"
            case Many.ANY:
                return f"({value.tags[0]} in {value.base}.children)" if len(value.tags) == 1 else _any(value)
    if value.many is Many.ANY or kind is Kind.ITEM:
        return f"truth({boxed(unit, value)})"
    if kind in TEXTUAL or kind in (Kind.BOOLEAN, Kind.INTEGER):
        return code
    if kind in NUMERIC:
        return f"truth_of_number({code})"
    raise CannotCompile("the truth of a date")


def _any(value: Value) -> str:
    """Whether there is one: a predicate that could stop the rules is not asked of more than it takes, as by Saxon."""
    may_stop = any(" if " in clause for clause in value.clauses)
    return f"any(True {' '.join(value.clauses)})" if may_stop else value.code


def string(unit: Unit, value: Value, *, spaced: bool = False) -> str:
    """The code of a str: the string of one item, "" of none. `spaced`: its normalize-space()."""
    if value.kind is Kind.NODE:
        if value.is_one:
            return string_of_node(value.code, spaced=spaced)
        return f"{'only_spaced' if spaced else 'only_string'}({value.items})"
    code = _string_of_atom(unit, value)
    return f"normalized({code})" if spaced else code


def _string_of_atom(unit: Unit, value: Value) -> str:
    if value.kind is Kind.ITEM:
        return f"string_of({boxed(unit, value)})"
    if value.kind in TEXTUAL or value.kind is Kind.ATTRIBUTE:
        match value.many:
            case Many.ONE:
                return value.code
            case Many.OPTIONAL:
                return f"({value.code} or '')"
            case Many.ANY:
                return f"only_text({value.code})"
    if value.kind in NUMERIC or value.kind is Kind.BOOLEAN:
        return f"written({at_most_one(value).code})"
    raise CannotCompile(f"the string of {value.kind.name}")


def number(unit: Unit, value: Value) -> Value:
    """An operand of arithmetic: of a numeric kind, one item or none."""
    atom = at_most_one(atomized(unit, value))
    if atom.kind in NUMERIC:
        return atom
    if atom.kind is Kind.UNTYPED:
        return _converted(atom, Kind.DOUBLE, "double_of")
    if atom.kind is Kind.ITEM:
        return Value(Kind.NUMBER, Many.OPTIONAL, f"operand({boxed(unit, value)})")
    raise CannotCompile(f"arithmetic on {atom.kind.name}")


def _converted(value: Value, kind: Kind, function: str) -> Value:
    code = f"{function}({value.code})" if value.is_one else f"applied({function}, {value.code})"
    return Value(kind, value.many, code)


def cast(unit: Unit, value: Value, type_name: str) -> Value:
    """`xs:…(value)`, `cast as`."""
    kind = _NAMES.get(type_name.rstrip("?"))
    if kind is None:
        raise CannotCompile(f"a cast to {type_name}")
    if kind is Kind.DECIMAL and value.kind is Kind.NODE:
        if value.is_one:
            return one(kind, f"decimal({value.code})")
        return Value(kind, Many.OPTIONAL, f"only_decimal({value.items})")
    atom = at_most_one(atomized(unit, value))
    if atom.kind is kind:
        return replace(atom, literal=None)
    if atom.kind is Kind.ITEM:
        if kind is Kind.DATE:
            raise CannotCompile("a date of anything")
        code = f"cast_item({FROM_TEXT[kind]}, {_FROM_NUMBER[kind]}, {boxed(unit, value)})"
        return Value(kind, Many.OPTIONAL, code)
    if kind is Kind.STRING and atom.kind is Kind.UNTYPED:
        return atom.of(Kind.STRING)
    if atom.kind in NUMERIC and kind in _FROM_NUMBER:
        return _converted(atom, kind, _FROM_NUMBER[kind])
    if kind is Kind.STRING and atom.kind is Kind.BOOLEAN:
        return _converted(atom, kind, "written")
    if atom.kind in TEXTUAL:
        return _converted(atom, kind, FROM_TEXT[kind])
    raise CannotCompile(f"a cast of {atom.kind.name} to {kind.name}")


def declared(unit: Unit, value: Value, type_name: str) -> Value:
    """A value under a declared type (`as`): the function conversion rules (XPath 2.0, 3.1.5)."""
    base = type_name.rstrip("?*+")
    occurrence = type_name[len(base) :]
    if base not in _NAMES:
        if base.endswith("()"):
            return value
        raise CannotCompile(f"type {type_name}")
    kind, atom = _NAMES[base], atomized(unit, value)
    if occurrence in ("*", "+"):
        return _declared_sequence(unit, atom, kind)
    atom = at_most_one(atom)
    if atom.kind in (Kind.ITEM, Kind.UNTYPED):
        atom = cast(unit, atom, base)
    elif atom.kind is not kind and not {atom.kind, kind} <= NUMERIC:
        raise CannotCompile(f"{atom.kind.name} as {type_name}")
    if not occurrence and not atom.is_one:
        return one(kind, f"required({atom.code})")
    return atom.of(kind)


def _declared_sequence(unit: Unit, atom: Value, kind: Kind) -> Value:
    if atom.kind is Kind.ITEM:
        raise CannotCompile("a typed sequence of anything")
    if atom.kind is Kind.UNTYPED and kind is not Kind.STRING:
        clauses, name = loop(unit, atom)
        return many(kind, clauses, f"{FROM_TEXT[kind]}({name})")
    return Value(kind, Many.ANY, atom.items)


def joined(unit: Unit, left: Value, right: Value) -> tuple[Kind, Many, str, str]:
    """Two branches under one type: its kind and number, and the code of each."""
    kind = left.kind
    if left.kind is not right.kind:
        if {left.kind, right.kind} <= NUMERIC:
            kind = Kind.NUMBER
        elif left.code == "NONE":
            kind = right.kind
        elif right.code != "NONE":
            return Kind.ITEM, Many.ANY, boxed(unit, left), boxed(unit, right)
    if left.many is right.many:
        return kind, left.many, left.code, right.code
    if Many.ANY in (left.many, right.many):
        return kind, Many.ANY, left.items, right.items
    return kind, Many.OPTIONAL, left.code, right.code
