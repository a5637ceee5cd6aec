"""What the environment says; every variable begins with ``SAFETY_NET_``."""

from chronicle.installation import ServiceSettings
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """What every service's say."""

    model_config = SettingsConfigDict(env_prefix="SAFETY_NET_", frozen=True)
