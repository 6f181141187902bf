"""A "no" about a document is data: what a check found, as codes and parameters.

Texts are rendered when read, in the reader's language.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from contracts.status import Party

MAX_DETAIL: Final = 500
MAX_POINTER: Final = 1_000


class Severity(StrEnum):
    """`fatal` stops the document; the names are those of the official rule sets (SVRL `@flag`)."""

    FATAL = "fatal"
    WARNING = "warning"
    INFORMATION = "information"


Rule = Annotated[str, Field(min_length=1, max_length=80, description="BR-CO-15 (official), or ours: NAV-XSD-01")]
Pointer = Annotated[
    str,
    Field(
        max_length=MAX_POINTER,
        description="JSON Pointer (RFC 6901) into a JSON document, or XPath into an XML one; empty: the whole document",
    ),
]


class Finding(BaseModel):
    """What one rule found in one document, however often it fired.

    It rides in facts that are kept for good, so nothing in it quotes the document: `detail` is the rule's own text with
    values left out, `parameters` are codes, line numbers and element names.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    rule: Rule
    severity: Severity
    pointer: Pointer = ""
    """The first place; `also` holds some of the others."""
    also: tuple[Pointer, ...] = Field(default=(), max_length=20)
    count: int = Field(default=1, ge=1)
    rule_set: str = Field(
        default="", max_length=80, description="Set and version, for example en16931 1.3.16; empty: ours"
    )
    terms: tuple[str, ...] = Field(default=(), max_length=20, description="Business terms concerned: BT-112, BG-23")
    parameters: dict[str, str] = Field(default_factory=dict, max_length=20)
    detail: str = Field(default="", max_length=MAX_DETAIL, description="Fallback where no text is known for the rule")
    fixed_by: Party = Party.SUPPLIER
    """Who can mend it."""

    @property
    def stops(self) -> bool:
        """Whether the document may not go on."""
        return self.severity is Severity.FATAL

    def violation(self, text: str) -> "Violation":
        """This finding as an entry of a problem's `violations`, with the text for its reader."""
        return Violation(rule=self.rule, pointer=self.pointer, detail=text, severity=self.severity)


class Violation(BaseModel):
    """One entry of `violations` in an RFC 9457 problem."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
    pointer: Pointer = ""
    detail: str
    severity: Severity = Severity.FATAL


def json_pointer(*steps: str | int) -> str:
    """A JSON Pointer from object keys and array indexes (RFC 6901, §3); no steps: the whole document."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
