"""Routes of the archive."""

from archive.api.checks import routes as checks
from archive.api.documents import routes as documents
from archive.api.eliminations import routes as eliminations
from archive.api.evidence import routes as evidence
from archive.api.exports import routes as exports
from archive.api.heads import routes as heads
from archive.api.holds import routes as holds
from archive.api.listing import routes as listing
from archive.api.verification import routes as verification

ROUTERS = [checks, evidence, holds, eliminations, heads, verification, exports, listing, documents]
