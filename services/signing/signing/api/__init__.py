"""Routes of signing."""

from signing.api.certificates import routes as certificates
from signing.api.originals import routes as originals
from signing.api.previews import routes as previews
from signing.api.reports import routes as reports
from signing.api.verifications import routes as verifications

ROUTERS = [previews, certificates, reports, originals, verifications]
