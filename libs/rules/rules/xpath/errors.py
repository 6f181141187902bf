"""The one way in which the evaluation of a rule ends without a value."""

from typing import Literal, Never

Cause = Literal["repeated", "absent", "value"]


class DynamicError(Exception):
    """A dynamic error of XPath: the rule set gives no verdict on the document.

    `cause`: an item is `repeated` or `absent` where one is needed, or a `value` is not of the type that it should be.
    """

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause: Cause = cause


def repeated() -> Never:
    """More than one item where a function takes one (XPTY0004)."""
    raise DynamicError("repeated")


def absent() -> Never:
    """No item where a function needs one (XPTY0004)."""
    raise DynamicError("absent")


def bad_value() -> Never:
    """A value that cannot be cast, compared or divided (FORG0001, XPTY0004, FOAR0001)."""
    raise DynamicError("value")
