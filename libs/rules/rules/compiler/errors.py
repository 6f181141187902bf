"""A set that this compiler does not understand whole: another engine runs it, never a part of it."""

from rules.errors import RulesError


class CannotCompile(RulesError):
    """A construct that the compiler does not know. `where`: the rule, variable or function that it stands in."""

    def __init__(self, construct: str, where: str = "") -> None:
        super().__init__(f"{where}: {construct}" if where else construct)
        self.construct = construct
        self.where = where
