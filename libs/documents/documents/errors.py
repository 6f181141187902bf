"""What goes wrong with a document, as errors that say what, where and what to do.

DocumentError
+-- UnknownDocument      not a kind of document that is read here
+-- DocumentUnreadable   no safe XML, or terms that cannot be understood; `problems` lists them all
+-- AmountOutOfRange     quantity x price leaves every sensible range
"""

from dataclasses import dataclass


class DocumentError(ValueError):
    """Base of this library's errors; `str()` is fit for the sender of the document, in English."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a document from being read. `code` is stable: texts in other languages hang on it.

    `message` and `remedy` never quote the document, so they may be kept; what was found there is in `found`.
    """

    code: str
    message: str
    remedy: str
    path: str = "/"
    line: int = 0
    term: str = ""
    found: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}, {self.path}: " if self.line else ""
        term = f" ({self.term})" if self.term else ""
        found = f": {self.found!r}" if self.found else ""
        return f"{where}{self.message}{term}{found}. {self.remedy}"


class DocumentUnreadable(DocumentError):
    """The document cannot become a model. `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnknownDocument(DocumentError):
    """Well-formed, but its root element is none that is read here."""

    def __init__(self, root: str, expected: str) -> None:
        super().__init__(f"The root element is {root}. Send {expected}.")
        self.root = root
        self.expected = expected


class AmountOutOfRange(DocumentError):
    """An amount of a trillion millions or more."""

    def __init__(self) -> None:
        super().__init__("An amount has more than 18 digits before the decimal point. Correct quantities and prices.")
