"""What the environment says; every variable begins with ``IDENTIFICATION_``."""

from pathlib import Path

from chronicle.installation import ServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """What every service's say, and how people are sealed: under the key in a file, or the one said here.

    ``invented_people`` is for the demo and tests: people who cannot exist may be recorded, and the demo's master key
    will do. ``typeface_folder`` holds the typefaces that documents are printed with instead of the system's, and
    ``site`` is the gateway's address that is printed on them, for whoever checks one.
    will do. ``evidence_url`` is where files are kept, such as ``file:///var/lib/yihu/evidence``; none are taken
    without. ``scanner_url`` is where clamd looks into them first, such as ``tcp://clamav:3310``.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTIFICATION_", frozen=True)

    master_key_file: Path | None = None
    master_key: SecretStr = SecretStr("")
    invented_people: bool = False
    typeface_folder: Path | None = None
    site: str = ""
    evidence_url: str | None = Field(default=None, repr=False)
    scanner_url: str | None = None
