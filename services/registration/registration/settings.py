"""What registration is told by its environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `REGISTRATION_…`; `secret_key_file` is needed."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_", frozen=True, extra="ignore")

    origins: tuple[str, ...] = ()
    """Further origins that the portal is served under, beside `public_url`; a JSON list."""
    session_hours: float = 12
    """How long a sign-in lasts, used or not."""
    idle_minutes: float = 120
    """How long a sign-in lasts unused."""
    key_days: float = 30
    """How long a key signs tokens before the next one takes over."""
    free_a_month: int = 10
    """Transactions that every company with a limit may send free each month."""
    sms_domain: str = ""
    """Domain of a provider that takes text messages by mail, as 33612345678@domain; empty: no text messages."""
    sirene_url: str = "https://api.insee.fr/api-sirene/3.11"
    sirene_key: SecretStr = SecretStr("")
    """INSEE's key for SIRENE; empty: SIRENE is not asked."""
    vies_url: str = ""
    """VIES, `https://ec.europa.eu/taxation_customs/vies/rest-api`; empty: VIES is not asked."""
    register_file: Path | None = None
    """In development: what the registers say, in a file, and neither of them is asked."""
    drop_folder: Path | None = None
    """A folder that programs leave files of partners in, one folder a client; none: not watched."""
    bounces_folder: Path | None = None
    """The Maildir of the address that mails are sent from, where undeliverable ones come back; none: not read."""
    clamd: str = ""
    """`host:port` of ClamAV's daemon, which looks into files of tickets; empty: no scanner."""
    support_name: str = "Navette"
    """Who answers questions that no buyer's unit answers; hours and price are shown before somebody sends one."""
    support_hours: str = ""
    support_price: str = ""
    support_address: str = ""
    """Where that support hears of tickets by mail; empty: it reads the queue."""
    breached_file: Path | None = None
    """Sorted list of stolen passwords' SHA-1 digests, one a line, as haveibeenpwned.com hands it out; none:
    the list that comes along."""
