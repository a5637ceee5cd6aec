"""Throw-away Kafka clusters for tests, measurements and `./run kafka`: nothing to set up, nothing left."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from struct import unpack_from
from uuid import uuid4

from chronicle.feed.topics import configured
from kafka import KafkaAdminClient  # type: ignore[import-untyped]
from private_servers import (
    PATIENCE,
    CannotRun,
    NotInstalled,
    free_ports,
    last_line,
    launch,
    locked,
    output,
    own_folder,
    remove_abandoned,
    stop_launched,
    wait_until,
)

CHECKOUT = Path(__file__).parents[2]
RECIPE = CHECKOUT / "deploy/kafka-local/pom.xml"
PREFIX = "yihu-kafka-"
# A broker that is started again and again starts in two thirds of the time, and is never at its fastest.
SOON_UP = ("-XX:TieredStopAtLevel=1",)
QUIET = ("-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
ENDING = 2.0


@dataclass(slots=True)
class Broker:
    """One broker, which is a controller, too; its folder and port stay the same however often it is killed."""

    number: int
    folder: Path
    port: int
    java: tuple[str, ...]
    server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether there is such a process, be it frozen."""
        return self.server is not None and self.server.poll() is None

    def launch(self) -> None:
        """Start it and do not wait."""
        command: tuple[str | Path, ...] = (*self.java, "kafka.Kafka", self.folder / "server.properties")
        self.server = launch(command, self.folder / "process", self.folder / "server.log")

    def answers(self) -> bool:
        """Whether it has its place in the cluster; CannotRun when it has ended."""
        if not self.runs:
            raise CannotRun(last_line((self.folder / "server.log").read_text()))
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        with KafkaAdminClient(bootstrap_servers=self.address) as admin:
            return self.number in {broker["broker_id"] for broker in admin.describe_cluster()["brokers"]}

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it while it runs."""
        if self.server:
            self.server.send_signal(number)

    def freeze(self) -> None:
        """Stop it with its connections open; on a busy machine some of its threads would else go on for a moment."""
        if self.server:
            self.server.send_signal(signal.SIGSTOP)
            os.waitpid(self.server.pid, os.WUNTRACED)

    def end(self, patience: float = 0.0) -> None:
        """Kill it unless it ends by itself."""
        if self.server:
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(patience)
            self.server.kill()
            self.server.wait(PATIENCE)
            self.server = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Running brokers, counted from 1; `address` is what clients begin with."""

    brokers: tuple[Broker, ...]
    numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    @property
    def address(self) -> str:
        """All brokers, as clients want them written."""
        return ",".join(broker.address for broker in self.brokers)

    @contextmanager
    def topic(self, partitions: int = 16) -> Iterator[str]:
        """A topic of one's own that keeps everything, deleted afterwards by a cluster that is whole again; its name."""
        name = f"case-history-{next(self.numbers)}"
        copies = len(self.brokers)
        wanted = {"num_partitions": partitions, "replication_factor": copies, "configs": configured(copies)}
        with KafkaAdminClient(bootstrap_servers=self.address) as admin:
            admin.create_topics({name: wanted}, wait_for_metadata=True)
        try:
            yield name
        finally:
            self.mend()
            with KafkaAdminClient(bootstrap_servers=self.address) as admin:
                admin.delete_topics([name], raise_errors=False)

    def make_anew(self, topic: str) -> None:
        """Lose a topic with all that it held, and make one of its name."""
        with KafkaAdminClient(bootstrap_servers=self.address) as admin:
            admin.delete_topics([topic])
            while topic in admin.list_topics():
                pass
            admin.create_topics({topic: {"num_partitions": 16, "replication_factor": 1}}, wait_for_metadata=True)

    def kill(self, number: int = 1) -> None:
        """Kill a broker as a power cut would."""
        self.brokers[number - 1].end()

    def cut(self, topic: str, partition: int, records: int, number: int = 1) -> None:
        """Lose what a partition holds after so many records, as a power cut may when one broker alone had it."""
        self.kill(number)
        folder = self.brokers[number - 1].folder / "log" / f"{topic}-{partition}"
        (log,) = folder.glob("*.log")
        log.write_bytes(_batches(log.read_bytes(), records))
        for index in folder.glob("*index"):
            index.unlink()
        self.start(number)

    def spoil(self, topic: str, partition: int, number: int = 1) -> None:
        """Change the last byte that a partition holds, as a failing disk may."""
        (log,) = (self.brokers[number - 1].folder / "log" / f"{topic}-{partition}").glob("*.log")
        written = log.read_bytes().rstrip(b"\0")
        with log.open("r+b") as file:
            file.seek(len(written) - 1)
            file.write(bytes([written[-1] ^ 1]))

    def start(self, number: int = 1) -> None:
        """Start a broker again on what it had written, and wait for it."""
        self.brokers[number - 1].launch()
        wait_until(self.brokers[number - 1].answers)

    def freeze(self, number: int = 1) -> None:
        """Let a broker hang with its connections open."""
        self.brokers[number - 1].freeze()

    def thaw(self, number: int = 1) -> None:
        """Let a frozen broker go on."""
        self.brokers[number - 1].signal(signal.SIGCONT)

    def mend(self) -> None:
        """Thaw and start whatever is not running."""
        for broker in self.brokers:
            broker.signal(signal.SIGCONT)
        missing = [broker for broker in self.brokers if not broker.runs]
        for broker in missing:
            broker.launch()
        for broker in missing:
            wait_until(broker.answers)

    def stop(self) -> None:
        """Stop all brokers."""
        for broker in self.brokers:
            broker.signal(signal.SIGTERM)
        for broker in self.brokers:
            broker.end(ENDING)


@contextmanager
def running(
    brokers: int = 1, settings: Mapping[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[Cluster]:
    """Start a cluster of one's own and stop it at the end; CannotRun says why it does not start."""
    stop_abandoned()
    java = (_program("java"), *QUIET, *options, "-cp", f"{fetched()}/*")
    with own_folder(PREFIX) as folder:
        cluster = Cluster(tuple(_laid_out(folder, java, brokers, settings or {})))
        _format(cluster, java)
        try:
            cluster.mend()
            yield cluster
        finally:
            cluster.stop()


def fetched() -> Path:
    """The folder with the jars of the recipe, fetched by Maven when they are not there yet; CannotRun without it."""
    store = CHECKOUT / ".kafka"
    jars = store / sha256(RECIPE.read_bytes()).hexdigest()[:12]
    if jars.exists():
        return jars
    store.mkdir(exist_ok=True)
    with locked(store, wait=True):
        if not jars.exists():
            fetching = store / "fetching"
            shutil.rmtree(fetching, ignore_errors=True)
            _fetch(fetching)
            fetching.rename(jars)
    return jars


def _fetch(folder: Path) -> None:
    command = (_program("mvn"), "-q", "-B", "-f", RECIPE, "dependency:copy-dependencies", f"-DoutputDirectory={folder}")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise NotInstalled(next(iter(done.stdout.splitlines()), "Maven says nothing"))


def _batches(log: bytes, records: int) -> bytes:
    kept = 0
    while kept < len(log):
        offset, length, last = unpack_from(">qi11xi", log, kept)
        if offset + last >= records:
            break
        kept += 12 + length
    return log[:kept]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(f"{name} is not installed")
    return found


def _laid_out(folder: Path, java: tuple[str, ...], brokers: int, settings: Mapping[str, str]) -> Iterator[Broker]:
    ports = free_ports(2 * brokers)
    places = list(enumerate(zip(ports[:brokers], ports[brokers:], strict=True), 1))
    voters = ",".join(f"{number}@127.0.0.1:{control}" for number, (_, control) in places)
    for number, (port, control) in places:
        own = folder / str(number)
        own.mkdir()
        properties = {
            "process.roles": "broker,controller",
            "node.id": str(number),
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{control}",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.voters": voters,
            "log.dirs": str(own / "log"),
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
        }
        lines = (f"{name}={value}\n" for name, value in {**properties, **_replicated(brokers), **settings}.items())
        (own / "server.properties").write_text("".join(lines))
        yield Broker(number, own, port, (*java, "-Xmx512m" if brokers == 1 else "-Xmx320m"))


def _replicated(brokers: int) -> dict[str, str]:
    copies, needed = str(brokers), str(brokers // 2 + 1)
    inner = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
    return (
        {"default.replication.factor": copies, "min.insync.replicas": needed}
        | {f"{topic}.replication.factor": copies for topic in inner}
        | {f"{topic}.min.isr": needed for topic in inner if topic != "offsets.topic"}
    )


def _format(cluster: Cluster, java: tuple[str, ...]) -> None:
    name = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    tool = (*java, *SOON_UP, "kafka.tools.StorageTool", "format", f"--cluster-id={name}")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda broker: output([*tool, "--config", broker.folder / "server.properties"]), cluster.brokers))


def stop_abandoned() -> None:
    """Stop and remove what runs that were killed have left behind."""
    remove_abandoned(PREFIX, stop_launched)


def main() -> None:
    """Run one cluster until interrupted."""
    parser = argparse.ArgumentParser(prog="./run kafka", description="Run a Kafka of your own.")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    brokers = parser.parse_args().brokers
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt), running(brokers) as cluster, cluster.topic() as topic:
            print(f"Kafka runs at {cluster.address} until you press Ctrl-C. An empty topic, as a service's feed URL:")
            print(f"\n    kafka://{cluster.address}/{topic}\n", flush=True)
            signal.pause()
    except CannotRun as reason:
        sys.exit(f"Kafka cannot run here: {reason}")


if __name__ == "__main__":
    main()
