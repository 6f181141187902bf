"""What signing is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings
from signing.domain.policy import SealPolicy


class Settings(MeshSettings):
    """Variables `SIGNING_…`.

    `seal_key_file` is a PKCS#8 PEM with mode 0600, `seal_chain_file` its certificate and issuers up to the root. A key
    in a hardware module is `pkcs11_label` in the token `pkcs11_token` of the library `pkcs11_module`; its PIN stands in
    `pkcs11_pin_file` (mode 0600). In `seal_keys_folder` each company that seals with a key of its own has a folder
    named by its id (`key_files.py`). In `templates_folder` each company with a layout of its own has one, too
    (`renderer/templates.py`). All of these files may be replaced while the service runs. `trust_file` holds the roots
    (PEM) of seal and time-stamps. `tsa_url` holds one or more addresses between blanks, asked in this order;
    `crl_urls` lists that can't be had from where the certificates say. Of our own seals pyHanko inspects one
    every `inspected_seconds` beside our own verifier, which looks at all.
    """

    model_config = SettingsConfigDict(env_prefix="SIGNING_", frozen=True, extra="ignore")

    seal_key_file: Path | None = None
    pkcs11_module: Path | None = None
    pkcs11_token: str = ""
    pkcs11_label: str = ""
    pkcs11_pin_file: Path | None = None
    seal_chain_file: Path | None = None
    seal_keys_folder: Path | None = None
    templates_folder: Path | None = None
    trust_file: Path | None = None
    tsa_url: str = ""
    tsa_wait_seconds: float = Field(default=5.0, gt=0, le=60)
    crl_urls: str = ""
    policy: SealPolicy = SealPolicy()
    inspected_seconds: float = Field(default=10.0, ge=0)
    render_threads: int = Field(default=1, ge=1, le=16)
    seal_threads: int = Field(default=2, ge=1, le=16)
