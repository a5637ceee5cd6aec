"""What the environment says; every variable begins with ``IDENTIFICATION_``."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MASTER_KEY = "IDENTIFICATION_MASTER_KEY"


class Settings(BaseSettings):
    """Where things are and whom to trust. Without a file the master key is in its variable.

    ``feed_url`` is the database that holds the shared history. ``invented_people`` is for the demo and tests: people
    who cannot exist may be recorded, and the demo's master key will do.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTIFICATION_", frozen=True)

    database_url: str = Field(repr=False)
    feed_url: str | None = Field(default=None, repr=False)
    policy_folder: Path
    master_key_file: Path | None = None
    issuer: str
    audience: str = "yihu"
    jwks_file: Path
    service_credential: SecretStr = Field(min_length=32)
    invented_people: bool = False
