"""Fields that several routes take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from registration.domain import homographs, mail_address, password_rules


def one_line(value: str) -> str:
    """A name as it is shown: on one line, without spaces around. Raises ValueError when nothing is left."""
    cleaned = " ".join(value.split())
    if not cleaned or any(ord(character) < 32 or ord(character) == 127 for character in cleaned):
        raise ValueError("a name has at least one character, and no control characters")
    return homographs.checked(cleaned)


Email = Annotated[str, Field(max_length=mail_address.MAX + 20), AfterValidator(mail_address.checked)]
Password = Annotated[SecretStr, Field(max_length=password_rules.MAX)]
Language = Annotated[Literal["fr", "en"], Field(description="The language of mails and texts")]
Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(one_line)]
