"""Where and when goods were delivered (BG-13)."""

import datetime

from pydantic import Field

from documents.party import PostalAddress
from documents.values import Identifier, Model, OptionalGroup, OptionalText


class Delivery(Model):
    """BG-13."""

    name: OptionalText = Field(default=None, description="BT-70, deliver to party")
    location: OptionalGroup[Identifier] = Field(default=None, description="BT-71, scheme ISO 6523 ICD")
    date: datetime.date | None = Field(default=None, description="BT-72, actual delivery date")
    address: OptionalGroup[PostalAddress] = Field(default=None, description="BG-15")
