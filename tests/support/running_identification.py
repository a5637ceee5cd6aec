"""The identification service as tests run it, with invented people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chronicle.sealing import MasterKey
from running_service import RunningService

if TYPE_CHECKING:
    from identification.service import Service


class RunningIdentification(RunningService):
    """One with a master key of its own."""

    service: "Service"

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        key = folder / "master.key"
        key.write_text(MasterKey.generate().text())
        invented = {"master_key_file": key, "invented_people": True, "evidence_url": f"file://{folder}/evidence"}
        super().__init__("identification", url, folder, **invented | settings)


@contextmanager
def running(url: str, folder: Path, **settings: Any) -> Iterator[RunningIdentification]:
    """Run one for a while."""
    service = RunningIdentification(url, folder, **settings)
    try:
        yield service
    finally:
        service.close()
