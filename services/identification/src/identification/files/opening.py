"""The storage that the settings name."""

from pathlib import Path

from identification.files.bucket import BucketStorage
from identification.files.storage import FolderStorage, NoStorage, Storage
from identification.settings import Settings


def open_storage(settings: Settings) -> Storage:
    """The storage at ``file:///var/lib/yihu/evidence`` or in ``s3://bucket``; raises ValueError for any other."""
    if settings.evidence_url is None:
        return NoStorage()
    kind, _, where = settings.evidence_url.partition("://")
    if kind == "file" and where.startswith("/"):
        return FolderStorage(Path(where))
    if kind == "s3" and where and "/" not in where:
        if not (settings.evidence_endpoint and settings.evidence_key_id and settings.evidence_key.get_secret_value()):
            raise ValueError("a bucket needs evidence_endpoint, evidence_key_id and evidence_key")
        return BucketStorage(
            where,
            settings.evidence_endpoint,
            settings.evidence_region,
            settings.evidence_key_id,
            settings.evidence_key,
        )
    raise ValueError("evidence is kept at file:///… or in s3://bucket")
