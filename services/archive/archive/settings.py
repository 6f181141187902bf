"""What the archive is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `ARCHIVE_…`. `lock_days` is how long an original cannot be deleted by anybody: ten years by law;
    `lock_days_without_option` where neither side had the archive option when it was sent.

    `tsa_url` holds the addresses of time-stamping authorities between blanks, asked in this order; `trust_file` (PEM)
    the roots of all that were ever used. Every `evidence_minutes` what was archived is time-stamped in one batch, and
    time-stamps are renewed `renew_days` before their authority's certificate ends. Every `check_days`
    everything is read again, `check_rate` objects a second (0: as fast as it goes).
    `head_places` names, between blanks, who keeps signed heads outside: web addresses, `mailto:…`, files.
    """

    model_config = SettingsConfigDict(env_prefix="ARCHIVE_", frozen=True, extra="ignore")

    lock_days: int = 3653
    lock_days_without_option: int = 366
    tsa_url: str = ""
    tsa_wait_seconds: float = Field(default=10.0, gt=0, le=60)
    trust_file: Path | None = None
    evidence_minutes: float = Field(default=1440, gt=0)
    renew_days: int = Field(default=180, ge=1)
    head_places: str = ""
    check_days: float = Field(default=7, gt=0)
    check_rate: float = Field(default=100, ge=0)
