"""Fields that several routes take."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from mesh.bodies import Output
from registration.domain import homographs, mail_address, password_rules


def line(value: str) -> str:
    """What stands on one line, without spaces around: such texts become headers of mails.

    Raises ValueError for line breaks and other control characters, and when nothing is left.
    """
    cleaned = value.replace("\t", " ").strip(" ")
    if not cleaned or any(ord(character) < 32 or ord(character) == 127 for character in cleaned):
        raise ValueError("a name or title is one line: at least one character, no line breaks or control characters")
    return " ".join(cleaned.split())


def one_line(value: str) -> str:
    """A name as it is shown. Raises ValueError as `line`, and for what looks like another name."""
    return homographs.checked(line(value))


Email = Annotated[str, Field(max_length=mail_address.MAX + 20), AfterValidator(mail_address.checked)]
Password = Annotated[SecretStr, Field(max_length=password_rules.MAX)]
Language = Annotated[Literal["fr", "en"], Field(description="The language of mails and texts")]
Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(one_line)]
VersionsShown = Annotated[int, Query(ge=1, le=100)]


class VersionView(Output):
    """How a company or a unit stood after a change, and who made it; of `changed` the first version names nothing."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    version: int
    content: dict[str, Any]
    changed: list[str]
    changed_at: datetime
    person_id: Annotated[UUID | None, Field(description="null: nobody of the company")]
    person_name: Annotated[str | None, Field(description="null: they have left")]
