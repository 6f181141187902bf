"""Notes of the document (BG-1)."""

import re
from typing import Final, Self

from pydantic import Field, model_validator

from documents.values import Model, OptionalText, Text

_SUBJECT: Final = re.compile(r"#([A-Z0-9]{2,8})#")
"""UBL has no element for the subject: `#PMT#text` carries it (EN 16931-3-2, BT-21)."""


class Note(Model):
    """BG-1."""

    text: Text = Field(description="BT-22")
    subject: OptionalText = Field(
        default=None, description="BT-21, UNTDID 4451 (PMT, PMD, AAB are mandatory in France)"
    )

    @model_validator(mode="after")
    def _subject_of_text(self) -> Self:
        found = _SUBJECT.match(self.text) if self.subject is None else None
        if found:
            object.__setattr__(self, "subject", found[1])  # the model is frozen for everybody else
            object.__setattr__(self, "text", self.text[found.end() :].strip())
        return self
