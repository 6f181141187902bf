"""What every service is told by its environment.

A service's own settings extend this with its prefix and its variables.
"""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MeshSettings(BaseSettings):
    """Read once, in a service's `app.py`. The subclass sets `env_prefix`, for example `SIGNING_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8000
    instance: int = 0
    environment: Literal["development", "production"] = "production"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    database_owner: SecretStr = SecretStr("")
    database_api: SecretStr
    database_pipeline: SecretStr

    kafka_bootstrap: str
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_session_timeout_ms: int = 30_000

    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: SecretStr

    jwks_url: str
    issuer: str = "https://id.navette.local"
    public_url: str = "https://localhost"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["offered", "starttls", "implicit"] = "offered"
    smtp_ca_file: Path | None = None
    mail_from: str = "Navette <no-reply@navette.local>"
    secret_key_file: Path | None = None
