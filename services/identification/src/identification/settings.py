"""What the environment says; every variable begins with ``IDENTIFICATION_``."""

from pathlib import Path

from chronicle.installation import ServiceSettings, is_placeholder
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """What every service's say, and how people are sealed: under the key in a file, or the one said here.

    ``invented_people`` is for the demo and tests: people who cannot exist may be recorded, and the demo's master key
    will do. ``typeface_folder`` holds the typefaces that documents are printed with instead of the system's, and
    ``site`` is the gateway's address that is printed on them, for whoever checks one. ``evidence_url`` is where files
    are kept, ``file:///var/lib/yihu/evidence`` or ``s3://bucket``; none are taken without. A bucket is at
    ``evidence_endpoint``, in ``evidence_region``, and opened with ``evidence_key_id`` and ``evidence_key``.
    ``scanner_url`` is where clamd looks into files first, such as ``tcp://clamav:3310``.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTIFICATION_", frozen=True)

    master_key_file: Path | None = None
    master_key: SecretStr = SecretStr("")
    invented_people: bool = False
    typeface_folder: Path | None = None
    site: str = ""
    evidence_url: str | None = Field(default=None, repr=False)
    evidence_endpoint: str = ""
    evidence_region: str = "us-east-1"
    evidence_key_id: str = ""
    evidence_key: SecretStr = SecretStr("")
    scanner_url: str | None = None

    @field_validator("evidence_key")
    @classmethod
    def _is_no_placeholder(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value() and is_placeholder(given.get_secret_value()):
            raise ValueError("this secret was not drawn at random; the server that has the bucket draws one")
        return given
