"""What invoicing is told by its environment."""

from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `INVOICING_…`."""

    model_config = SettingsConfigDict(env_prefix="INVOICING_", frozen=True, extra="ignore")
