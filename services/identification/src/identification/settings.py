"""What the environment says; every variable begins with ``IDENTIFICATION_``."""

from pathlib import Path

from chronicle.installation import ServiceSettings
from pydantic_settings import SettingsConfigDict

MASTER_KEY = "IDENTIFICATION_MASTER_KEY"


class Settings(ServiceSettings):
    """What every service's say, and how people are sealed. Without a file the master key is in its variable.

    ``invented_people`` is for the demo and tests: people who cannot exist may be recorded, and the demo's master key
    will do.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTIFICATION_", frozen=True)

    master_key_file: Path | None = None
    invented_people: bool = False
