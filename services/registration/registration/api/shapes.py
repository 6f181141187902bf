"""Fields that several routes take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from registration.domain import mail_address, password_rules

Email = Annotated[str, Field(max_length=mail_address.MAX + 20), AfterValidator(mail_address.checked)]
Password = Annotated[SecretStr, Field(max_length=password_rules.MAX)]
Language = Annotated[Literal["fr", "en"], Field(description="The language of mails and texts")]
