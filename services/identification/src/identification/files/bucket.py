"""A bucket of an S3-compatible server: sealed files under the same names as in a folder."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import obstore
import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store
from pydantic import SecretStr

from identification.files.storage import Kept, StorageAway, StorageRefused

# Of a request and of each time it is tried again, so that whoever sends a file is told before they give up.
CONNECT, PATIENCE, TRIES_AGAIN = timedelta(seconds=3), timedelta(seconds=15), timedelta(seconds=10)
# No name of a file, so no sweep finds it.
_PROBE, _PARTS = "access", 3
_REFUSED = (PermissionDeniedError, UnauthenticatedError, FileNotFoundError)

log = structlog.get_logger()


class BucketStorage:
    """Keeps them in a bucket that is this installation's alone; a content is there whole or not at all."""

    def __init__(self, bucket: str, endpoint: str, region: str, key_id: str, key: SecretStr) -> None:
        self._store = S3Store(
            bucket,
            endpoint=endpoint,
            region=region,
            access_key_id=key_id,
            secret_access_key=key.get_secret_value(),
            # Not every server knows how to delete many at once.
            disable_bulk_delete=True,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": CONNECT,
                "timeout": PATIENCE,
            },
            retry_config={"max_retries": 2, "retry_timeout": TRIES_AGAIN},
        )

    def require_access(self) -> None:
        """Write and delete: refused with a key the server does not take, one that may not, or without the bucket."""
        try:
            obstore.put(self._store, _PROBE, b"", use_multipart=False)
            obstore.delete(self._store, _PROBE)
        except _REFUSED:
            raise StorageRefused from None
        except (BaseError, OSError) as error:
            # What needs no file goes on without it.
            log.warning("storage away", error=type(error).__name__)

    def put(self, name: str, content: bytes) -> None:
        """Send it in one request, whose signature covers every byte."""
        with _away():
            obstore.put(self._store, name, content, use_multipart=False)

    def get(self, name: str) -> bytes:
        """Fetch it."""
        with _away():
            return obstore.get(self._store, name).bytes().to_bytes()

    def delete(self, names: Iterable[str]) -> None:
        """Delete them one by one."""
        with _away():
            obstore.delete(self._store, list(names))

    def kept(self) -> Iterator[Kept]:
        """Everything under a name as we give them; what somebody else put there is not ours to sweep."""
        with _away():
            for some in obstore.list(self._store):
                for each in some:
                    if each["path"].count("/") == _PARTS - 1:
                        yield Kept(each["path"], each["last_modified"])


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        log.warning("storage away", error=type(error).__name__)
        raise StorageAway from None
