"""Pass: which expressions stand in a rule set more than once, prefixes of absolute paths included."""

from collections import Counter

from rules.compiler.tree import Computed, Expression, Items, Number, Part, Path, Step, Text, Variable, parts_of


class Sharing:
    """Counts expressions while the rules are read."""

    def __init__(self) -> None:
        self._counts: Counter[Expression] = Counter()

    def add(self, expression: Expression) -> None:
        """Count an expression and all that it is made of."""
        self._add(expression)

    def _add(self, part: Part) -> None:
        if not isinstance(part, Step | Computed | Text | Number | Variable | Items):
            self._counts[part] += 1
            if isinstance(part, Path) and part.absolute:
                for length in range(1, len(part.steps)):
                    self._counts[Path(True, part.steps[:length])] += 1
        for each in parts_of(part):
            self._add(each)

    def is_shared(self, expression: Expression) -> bool:
        """Whether it was met more than once."""
        return self._counts[expression] > 1
