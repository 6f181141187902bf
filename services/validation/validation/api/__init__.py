"""Routes of validation."""

from validation.api.checks import routes as checks
from validation.api.rulebooks import routes as rulebooks

ROUTERS = [checks, rulebooks]
