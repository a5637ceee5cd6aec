"""What the environment says; every variable begins with ``RELOCATION_``."""

from chronicle.installation import ServiceSettings
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """What every service's say."""

    model_config = SettingsConfigDict(env_prefix="RELOCATION_", frozen=True)
