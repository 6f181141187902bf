"""What po-sync is told by its environment."""

from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `PO_SYNC_…`."""

    model_config = SettingsConfigDict(env_prefix="PO_SYNC_", frozen=True, extra="ignore")
