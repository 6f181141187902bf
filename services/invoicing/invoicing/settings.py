"""What invoicing is told by its environment."""

from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `INVOICING_…`."""

    clamd: str = ""
    """`host:port` of ClamAV's daemon; empty: no scanner."""

    model_config = SettingsConfigDict(env_prefix="INVOICING_", frozen=True, extra="ignore")
