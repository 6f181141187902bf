"""Dates and periods in CII."""

import datetime

from documents.markup import group, leaf
from documents.node import Node
from documents.values import Period


def cii_day(name: str, inner: str, value: datetime.date | None) -> str:
    """A date as YYYYMMDD (format 102 of UNTDID 2379)."""
    return group(name, leaf(inner, value.isoformat().replace("-", "") if value else None, format="102"))


def write_period(period: Period | None) -> str:
    """`ram:BillingSpecifiedPeriod`, BG-14 and BG-26."""
    if period is None:
        return ""
    return group(
        "ram:BillingSpecifiedPeriod",
        cii_day("ram:StartDateTime", "udt:DateTimeString", period.start),
        cii_day("ram:EndDateTime", "udt:DateTimeString", period.end),
    )


def read_period(node: Node) -> Period:
    """The period."""
    return Period(start=node.cii_date("ram:StartDateTime"), end=node.cii_date("ram:EndDateTime"))
