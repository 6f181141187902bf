"""The programs that a company sends from and receives with, as the operator has set them up."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_one_line), Field(max_length=200)]


class System(BaseModel):
    """One program, for example an ERP: what it is, how it is connected, and whom to ask about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=120)]
    product: Text = ""
    channel: Literal["api", "files", "sftp", "portal"]
    formats: Annotated[tuple[Literal["ubl", "cii", "factur-x", "csv", "json"], ...], Field(max_length=5)] = ()
    client_id: Annotated[str, Field(max_length=120, description="The machine client it signs in with")] = ""
    contact: Text = ""
    note: Annotated[str, Field(max_length=1_000)] = ""


Systems = Annotated[tuple[System, ...], Field(max_length=50)]
