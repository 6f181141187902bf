"""The emitter of each construct of the tree."""

from collections.abc import Mapping
from typing import Final

from rules.compiler import calls, comparisons, operators, paths
from rules.compiler.tree import (
    Arithmetic,
    Call,
    Compare,
    Context,
    If,
    Items,
    Logic,
    Loop,
    Negative,
    Nodes,
    Number,
    Path,
    Range,
    Text,
    Typed,
    Variable,
)
from rules.compiler.unit import Emit

EMITTERS: Final[Mapping[type, Emit]] = {
    Arithmetic: operators.arithmetic,
    Call: calls.call,
    Compare: comparisons.compare,
    Context: paths.context,
    If: operators.branch,
    Items: operators.items,
    Logic: operators.logic,
    Loop: operators.iteration,
    Negative: operators.negative,
    Nodes: operators.nodes,
    Number: operators.numeral,
    Path: paths.path,
    Range: operators.span,
    Text: operators.text,
    Typed: operators.typed,
    Variable: operators.variable,
}
