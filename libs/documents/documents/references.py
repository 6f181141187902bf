"""References to other documents."""

import base64
import binascii
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from documents.values import Model, OptionalGroup, OptionalText, Text


def _decoded(value: object) -> object:
    if isinstance(value, str):
        try:
            return base64.b64decode("".join(value.split()), validate=True)
        except binascii.Error as error:
            raise ValueError("the content of an attachment is base64 (RFC 4648, §4)") from error
    return value


Content = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(lambda content: base64.b64encode(content).decode(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]


class PrecedingInvoice(Model):
    """BG-3, what a credit note or a corrected invoice refers to."""

    number: Text = Field(description="BT-25")
    issue_date: date | None = Field(default=None, description="BT-26")


class Attachment(Model):
    """BT-125: a file that travels inside the document. Base64 in JSON and XML, bytes here."""

    filename: Text = Field(description="BT-125-2")
    media_type: Text = Field(description="BT-125-1")
    content: Content = Field(description="BT-125")

    def says_nothing(self) -> bool:
        """An empty file cannot be told from none."""
        return not self.content


class SupportingDocument(Model):
    """BG-24. Without `attachment` and `location` it names a file that travels beside the document (in the PDF)."""

    reference: Text = Field(description="BT-122")
    description: OptionalText = Field(default=None, description="BT-123")
    location: OptionalText = Field(default=None, description="BT-124, a URL")
    attachment: OptionalGroup[Attachment] = Field(default=None, description="BT-125")


class OrderLineReference(Model):
    """Which order line an invoice line bills."""

    line: OptionalText = Field(default=None, description="BT-132, the buyer's identifier of the order line")
    order: OptionalText = Field(
        default=None,
        description="number of the order, when it is not the document's BT-13 (EN 16931-1:2026 allows several orders)",
    )
