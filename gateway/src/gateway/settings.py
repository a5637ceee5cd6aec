"""What the environment says; every variable begins with ``GATEWAY_``."""

from pathlib import Path

from chronicle.installation import ServiceSettings
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """What every service's say, and what is the gateway's own.

    ``identification_url`` is where names and receipts are asked for, on behalf of everybody with the token in
    ``public_token_file``: its role is ``public``, and whoever renews it writes the file anew. ``contracts_folder`` says
    who may see which field of an event. ``feed_url`` is the topic that all services share, unless they write to this
    database themselves, and ``open_feed_url`` the one that gets the open part of it.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    open_feed_url: str | None = None
    identification_url: str
    public_token_file: Path | None = None
    contracts_folder: Path = Path(__file__).parents[3] / "contracts"
