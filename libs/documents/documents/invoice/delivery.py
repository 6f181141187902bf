"""Where and when goods were delivered (BG-13)."""

import datetime

from pydantic import Field

from documents.party import PostalAddress
from documents.values import Identifier, Model, OptionalText


class Delivery(Model):
    """BG-13."""

    name: OptionalText = Field(default=None, description="BT-70, deliver to party")
    location: Identifier | None = Field(default=None, description="BT-71, scheme ISO 6523 ICD")
    date: datetime.date | None = Field(default=None, description="BT-72, actual delivery date")
    address: PostalAddress | None = Field(default=None, description="BG-15")
