"""Full disks: PostgreSQL, or Kafka, on a small one that somebody else fills."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from private_servers import CannotRun, output, wait_until
from tests.trust import store
from tests.trust.history import Known
from tests.trust.installation import Trusted
from tests.trust.promises import Outcome, Promise, Trial, Untriable

ROOM = 400_000_000  # bytes beside what is moved there, most of which is filled
ALL_FULL = 60  # seconds more
REFUSED, CLEAR = 10, (503, 507)  # answers, and how they say it


class Disk:
    """A small disk, mounted at a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """Take all room there is; whoever writes meanwhile may take some of it first."""
        with self._ballast.open("wb") as file:
            while free := self._free():
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, free)

    def clear(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def _free(self) -> int:
        room = os.statvfs(self.folder)
        return room.f_bavail * room.f_frsize

    def take(self, folder: Path) -> None:
        """Move a folder here, whose path then leads here."""
        there = self.folder / folder.name
        output(["cp", "-a", folder, there])
        shutil.rmtree(folder)
        folder.symlink_to(there)

    def give_back(self, folder: Path) -> None:
        """Move it to where it was."""
        folder.unlink()
        output(["cp", "-a", self.folder / folder.name, folder])


def store_full(it: Trusted, trial: Trial) -> Outcome:
    """Let PostgreSQL's disk be full under load: 503, nothing acknowledged is lost, and it goes on with more room."""
    postgres, began = it.running.postgres, monotonic()
    data = postgres.folder / "data"
    with _disk(data) as disk:
        store.end(postgres)
        disk.take(data)
        it.started.append(store.start(postgres))
        with it.under_load():
            it.accepts()
            disk.fill()
            full = monotonic()
            wait_until(lambda: sum(each.known is not Known.OK for each in it.history.since(full)) >= REFUSED)
            trial.longer(ALL_FULL)
            disk.clear()
            cleared = monotonic()
            if not store.runs(postgres):
                it.started.append(store.start(postgres))
            it.accepts()
        store.end(postgres)
        disk.give_back(data)
        it.started.append(store.start(postgres))
        answers = it.history.since(full, cleared)
        clear = sum(each.status in CLEAR for each in answers)
        unclear = [each for each in answers if each.known is not Known.OK and each.status not in CLEAR]
        found = [f"{len(unclear)} answers {unclear[0].status}: {unclear[0].said}"] if unclear else []
        found += it.findings()
    figure = f"{clear} answers 503 while full, {it.history.accepted(began)} commands accepted in all"
    return Outcome(figure, "503 or 507; nothing acknowledged lost; goes on", found)


def feed_full(it: Trusted, trial: Trial) -> Outcome:
    """Let Kafka's disk be full under load: commands are accepted, and it has them all when there is room."""
    [broker] = it.kafka.brokers
    log = broker.folder / "log"
    with _disk(log) as disk:
        it.kafka.kill()
        disk.take(log)
        it.kafka.start()
        with it.under_load():
            it.accepts()
            disk.fill()
            full = monotonic()
            wait_until(lambda: not broker.runs or it.relays_fail())
            it.accepts()
            trial.longer(ALL_FULL)
            accepted, ran = it.history.accepted(full), broker.runs
            disk.clear()
            it.kafka.kill()
            it.kafka.start()
            it.accepts()
        it.kafka.kill()
        disk.give_back(log)
        it.kafka.start()
        found = it.findings()
    figure = f"{accepted} accepted while full; the broker {'refused' if ran else 'ended'}"
    return Outcome(figure, "accepted > 0; nothing missing afterwards", found)


@contextmanager
def _disk(taken: Path) -> Iterator[Disk]:
    """One of one's own, with room for a folder; Untriable where nobody may mount any."""
    size = ROOM + sum(_taken_by(file) for file in taken.rglob("*"))
    with TemporaryDirectory(prefix="yihu-disk-") as folder:
        Path(folder).chmod(0o755)
        try:
            output(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "yihu", folder])
        except CannotRun as reason:
            raise Untriable(f"no small disk can be mounted: {reason}") from None
        try:
            yield Disk(Path(folder))
        finally:
            output(["umount", "--lazy", folder])


def _taken_by(file: Path) -> int:
    with suppress(FileNotFoundError):
        return file.lstat().st_blocks * 512
    return 0  # gone meanwhile


PROMISES = (
    Promise("store-full", "With PostgreSQL's disk full commands are refused, and nothing is lost", store_full),
    Promise("feed-full", "With Kafka's disk full commands are accepted, and it has them later", feed_full),
)
