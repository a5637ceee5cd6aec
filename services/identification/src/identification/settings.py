"""What the environment says; every variable begins with ``IDENTIFICATION_``."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MASTER_KEY = "IDENTIFICATION_MASTER_KEY"


class Settings(BaseSettings):
    """Where things are and whom to trust. ``invented_people`` also lets the demo's master key pass."""

    model_config = SettingsConfigDict(env_prefix="IDENTIFICATION_", frozen=True)

    database_url: str = Field(repr=False)
    policy_folder: Path
    master_key_file: Path | None = None
    issuer: str
    audience: str = "yihu"
    jwks_file: Path
    service_credential: SecretStr = Field(min_length=32)
    invented_people: bool = False
