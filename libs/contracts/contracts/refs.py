"""References to stored bytes: a document crosses a boundary by its address and digest, never by its content."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hexadecimal")]


class DocumentRef(BaseModel):
    """Where bytes are and what they are; whoever reads them verifies `sha256` and `size` (`mesh.objects`)."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    version_id: str | None = None
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    media_type: str


class AttachmentRef(BaseModel):
    """A supporting document of an invoice (BG-24): its bytes and the name that people see."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=200)] = ""
    document: DocumentRef
