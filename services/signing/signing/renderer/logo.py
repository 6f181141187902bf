"""The logo of an appearance. One that can't be drawn holds nobody's invoice up: the supplier's name stands instead."""

import structlog

from signing.domain.rendering import Appearance
from signing.renderer.pdf.picture import Picture, UnusablePicture, picture

log = structlog.get_logger(__name__)


def logo_of(appearance: Appearance) -> Picture | None:
    """The picture, None where there is none or it is not usable."""
    if not appearance.logo:
        return None
    try:
        return picture(appearance.logo)
    except UnusablePicture as error:
        log.warning("logo_not_drawn", reason=str(error)[:200])
        return None
