"""What notifications is told by its environment."""

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `NOTIFICATIONS_…`.

    `webhook_allow_loopback` lets webhooks go to this machine, over http too: for an ERP beside the developer's mesh.
    """

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", frozen=True, extra="ignore")

    webhook_allow_loopback: bool = False

    @model_validator(mode="after")
    def _development_only(self) -> "Settings":
        if self.webhook_allow_loopback and self.environment != "development":
            raise ValueError("NOTIFICATIONS_WEBHOOK_ALLOW_LOOPBACK opens the inside of the network: development only")
        return self
