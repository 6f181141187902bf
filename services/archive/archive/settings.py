"""What the archive is told by its environment."""

from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `ARCHIVE_…`. `lock_days` is how long an original cannot be deleted by anybody: ten years by law."""

    model_config = SettingsConfigDict(env_prefix="ARCHIVE_", frozen=True, extra="ignore")

    lock_days: int = 3653
