"""The one table of size and rate limits: the gateway's configuration and the services' checks are both made from it.

Sizes are bytes, rates are requests a second over all clients of one gateway.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

JSON_BODY: Final = 1 * MIB
"""A buffered JSON request; larger ones get 413 at the gateway before a service sees a byte."""
DOCUMENT_BODY: Final = 10 * MIB
"""One business document (order, receipt, invoice) in XML or JSON."""
UPLOAD_BODY: Final = 32 * MIB
"""A streamed upload: order files, attachments, invoices with their attachments."""
VERIFICATION_BODY: Final = 8 * MIB
"""A stranger's file whose signatures are looked at."""
ATTACHMENT: Final = 7 * MIB
ATTACHMENTS_TOTAL: Final = 20 * MIB
FACT_PAYLOAD: Final = 256 * KIB
KAFKA_MESSAGE: Final = 1 * MIB

REQUESTS_PER_SECOND: Final = 2000
SIGN_IN_PER_SECOND: Final = 20
VERIFICATIONS_PER_SECOND: Final = 5
"""Anybody's files: each is looked at in a process of its own."""

ORDER_LINES: Final = 5_000
INVOICE_LINES: Final = 5_000
TEXT: Final = 4_000
IDENTIFIER: Final = 200
PAGE_SIZE: Final = 200
