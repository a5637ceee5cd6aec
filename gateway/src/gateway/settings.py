"""What the environment says; every variable begins with ``GATEWAY_``."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are and whom to trust.

    ``identification_url`` is where names are asked for. For the notice board they are asked for with the token in
    ``public_token_file``: its role is ``public``, and whoever renews it writes the file anew. ``contracts_folder`` says
    who may see which field of an event. ``feed_url`` is the topic that all services share, unless they write to this
    database themselves, and ``open_feed_url`` the one that gets the open part of it.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    database_url: str = Field(repr=False)
    feed_url: str | None = None
    open_feed_url: str | None = None
    policy_folder: Path
    identification_url: str
    issuer: str
    audience: str = "yihu"
    jwks_file: Path
    service_credential: SecretStr = Field(min_length=32)
    public_token_file: Path | None = None
    contracts_folder: Path = Path(__file__).parents[3] / "contracts"
