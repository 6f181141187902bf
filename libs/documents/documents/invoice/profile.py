"""Which profile says all that an invoice says (BT-24)."""

from collections.abc import Iterable

from documents.invoice.codes import EN_16931, FACTUR_X_EXTENDED
from documents.invoice.line import DraftLine


def fitting(asked: str, lines: Iterable[DraftLine]) -> str:
    """BT-24 as it is asked for, or where EN 16931 has no room for the content the extension that has.

    EN 16931:2017 knows one order (BT-13): a line with an order of its own is of Factur-X EXTENDED, between French
    parties too. EXTENDED-CTC-FR (XP Z12-012) says the same and few readers know it: it is kept where asked for.
    """
    if asked == EN_16931 and any(line.order_line and line.order_line.order for line in lines):
        return FACTUR_X_EXTENDED
    return asked
