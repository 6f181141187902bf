"""What validation is told by its environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """Variables `VALIDATION_…`. `rules_directory` holds the official rule packs (`python -m rules.fetch`).

    `shadow_share`: of submitted documents, those judged once more by the official stylesheets; 0: none, and no Saxon.
    `official_rules`: these judge everything, in place of the compiled ones.
    """

    model_config = SettingsConfigDict(env_prefix="VALIDATION_", frozen=True, extra="ignore")

    rules_directory: Path | None = None
    official_rules: bool = False
    shadow_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    vies_url: str = ""
    """VIES, `https://ec.europa.eu/taxation_customs/vies/rest-api`; empty: VIES is not asked."""
    vat_register_file: Path | None = None
    """In development: what VIES would say, in a file, and it is not asked."""
