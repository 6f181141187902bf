"""What validation is told by its environment."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `VALIDATION_…`. `rules_directory` holds the official rule packs (`python -m rules.fetch`)."""

    model_config = SettingsConfigDict(env_prefix="VALIDATION_", frozen=True, extra="ignore")

    rules_directory: Path | None = None
