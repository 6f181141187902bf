"""Routes of validation."""

from validation.api.checks import routes as checks
from validation.api.drafts import routes as drafts
from validation.api.publishing import routes as publishing
from validation.api.rulebooks import routes as rulebooks
from validation.api.waiting import routes as waiting

ROUTERS = [checks, waiting, rulebooks, drafts, publishing]
