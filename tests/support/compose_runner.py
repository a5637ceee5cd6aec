"""What docker-compose.yml describes, started without Docker: the same commands in the same environment, as processes.

Only what must differ does: hosts and ports of containers become ports of this machine, and their paths those of the
checkout. The edge is left out: each API answers at a port of its own.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import private_kafka
import private_postgres
from compose_file import CHECKOUT, COMPOSE, read, server_settings, variables_of
from private_servers import (
    PATIENCE,
    CannotRun,
    free_ports,
    last_line,
    launch,
    output,
    own_folder,
    remove_abandoned,
    stop_launched,
    wait_until,
)

PROGRAMS = Path(sys.executable).parent
PREFIX = "yihu-composed-"
NOT_OURS = {"edge", "postgres", "kafka"}
MAJOR = 18
ENDING = 10.0
AT_ONCE = 4  # starting: all together would on a slow machine each take longer than anybody waits
# What runs in the place of some containers, and the names of all.
_DOCKER = """#!/bin/bash -e
case "$*" in
  "compose exec --no-TTY postgres "*) shift 4; exec "$@" ;;
  "compose run --rm migrate "*) shift 4; exec "${@//$INSIDE/$BACKUPS}" ;;
  "compose run --rm --env "*" migrate "*) shift 6; exec "${@//$INSIDE/$BACKUPS}" ;;
  "compose config --services") echo "$SERVICES" ;;
  *) echo "not known here: docker $*" >&2; exit 1 ;;
esac
"""


@dataclass(slots=True)
class Process:
    """One service of the file as a process here; it keeps its port however often it is started."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    health: str | None
    needs: Collection[str]
    folder: Path
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def launch(self) -> None:
        """Start it and do not wait."""
        environment = {"PATH": f"{PROGRAMS}{os.pathsep}{os.defpath}", **self.environment}
        self.running = launch(self.command, self.folder / "process", self.folder / "log", environment)

    @property
    def runs(self) -> bool:
        """Whether there is such a process."""
        return self.running is not None and self.running.poll() is None

    @property
    def log(self) -> str:
        """What it has written."""
        return (self.folder / "log").read_text()

    def is_up(self) -> bool:
        """Whether its health check finds it well or, without one, it has done its work; CannotRun when it failed."""
        ended = self.running.poll() if self.running else None
        if ended or (ended == 0 and self.health):
            raise CannotRun(f"{self.name}: {last_line(self.log)}")
        if self.health is None:
            return ended == 0
        with suppress(httpx2.HTTPError):
            return httpx2.get(self.health, timeout=4, trust_env=False).is_success
        return False

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it while it runs."""
        if self.running:
            self.running.send_signal(number)

    def end(self, patience: float) -> bool:
        """Wait until it has ended, and whether it did so in time: otherwise it is killed."""
        if self.running is None:
            return True
        try:
            self.running.wait(patience)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait(PATIENCE)
            return False
        finally:
            self.running = None
        return True


@dataclass(frozen=True, slots=True)
class Postgres:
    """The server of an installation, as its superuser reaches it."""

    programs: Path
    folder: Path
    port: int

    def run(self, program: str, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> str:
        """Run a program that comes with it, such as ``pg_dump``; what it printed."""
        where = (f"--host={self.folder}", f"--port={self.port}", "--username=postgres")
        return output([self.programs / program, *where, *arguments], env=environment)


@dataclass(frozen=True, slots=True)
class Composed:
    """Everything the file describes, running. Names are those of the file, such as ``relocation-worker``."""

    keys: Path
    postgres: Postgres
    processes: Mapping[str, Process]

    def url(self, service: str) -> str:
        """Where the API of a service answers, such as ``safety-net``; also of a worker, by its whole name."""
        process = self.processes.get(f"{service}-api") or self.processes[service]
        return (process.health or "").removesuffix("/health/ready")

    def token(self, role: str, area: str, person: str | None = None, **said: str) -> str:
        """A token of this installation's own issuer, with the scope or department said."""
        options = ["--folder", str(self.keys), *(["--person", person] if person else [])]
        more = [word for name, value in said.items() for word in (f"--{name}", value)]
        return self.yihu("token", role, area, *options, *more).strip()

    def yihu(self, *arguments: str, **said: str) -> str:
        """Run the command line where an operator would, the environment saying more; what it printed."""
        environment = {"PATH": os.defpath, **self.processes["migrate"].environment, **said}
        return output([PROGRAMS / "yihu", *arguments], env=environment, cwd=CHECKOUT)

    def kill(self, name: str) -> None:
        """Kill a process as a power cut would."""
        self.processes[name].signal(signal.SIGKILL)
        self.processes[name].end(PATIENCE)

    def start(self, name: str) -> None:
        """Start a process again and wait for it."""
        self.processes[name].launch()
        wait_until(self.processes[name].is_up)

    def up(self) -> None:
        """Start all that does not run, each after what it needs, a few at once, and wait for it."""
        starting = [process for process in self.processes.values() if not process.runs]
        for number, process in enumerate(starting):
            for needed in process.needs:
                wait_until(self.processes[needed].is_up)
            if number >= AT_ONCE:
                wait_until(starting[number - AT_ONCE].is_up)
            process.launch()
        for process in starting:
            wait_until(process.is_up)

    def follow(self, script: str, folder: Path) -> str:
        """Do in a folder what a page tells an operator, where `docker compose` means this installation; its output."""
        printed = ""
        for lines in re.split(r"^(docker compose (?:stop|up) .*\n)", script, flags=re.MULTILINE):
            if lines.startswith("docker compose up"):
                # The servers run anyway.
                if not NOT_OURS & {*lines.split()}:
                    self.up()
            elif lines.startswith("docker compose stop"):
                for name in self._shell(f"echo {lines.removeprefix('docker compose stop')}", folder).split():
                    self.processes[name].signal(signal.SIGTERM)
                    assert self.processes[name].end(ENDING), name
            else:
                printed += self._shell(lines, folder)
        return printed

    def _shell(self, script: str, folder: Path) -> str:
        docker = self.keys.parent / "bin/docker"
        docker.parent.mkdir(exist_ok=True)
        docker.write_text(_DOCKER)
        docker.chmod(0o755)
        path = (docker.parent, PROGRAMS, self.postgres.programs, os.defpath)
        environment = {
            **self.processes["migrate"].environment,
            "PATH": os.pathsep.join(map(str, path)),
            "PGHOST": str(self.postgres.folder),
            "PGPORT": str(self.postgres.port),
            "PGUSER": "postgres",
            "INSIDE": "/var/lib/yihu/backup",
            "BACKUPS": str(folder / "backup"),
            "SERVICES": "\n".join({*self.processes, *NOT_OURS}),
        }
        return output(["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=folder)

    def logs(self, name: str) -> str:
        """What a process has written."""
        return self.processes[name].log

    def stop(self) -> list[str]:
        """Tell every process to end; those that had not within ten seconds and were killed."""
        until = time.monotonic() + ENDING
        for process in self.processes.values():
            process.signal(signal.SIGTERM)
        return [name for name, each in self.processes.items() if not each.end(max(0.0, until - time.monotonic()))]


@contextmanager
def composed(
    kafka: private_kafka.Cluster, major: int = MAJOR, environment: Mapping[str, str] | None = None
) -> Iterator[Composed]:
    """Start the installation on a running Kafka and a PostgreSQL of its own; CannotRun says why it does not start.

    ``environment`` is what every process gets beside what the file gives it.
    """
    remove_abandoned(PREFIX, stop_launched)
    with own_folder(PREFIX) as folder, ExitStack() as stack:
        output([PROGRAMS / "yihu", "init", "--folder", folder])
        variables = variables_of(folder / ".env") | {
            "YIHU_KEYS": str(folder / "keys"),
            "KAFKA_BROKERS": kafka.address,
            "CASE_HISTORY": f"case-history-{uuid4()}",
            "CASE_HISTORY_OPEN": f"case-history-open-{uuid4()}",
        }
        file = read(COMPOSE.read_text("utf-8"), variables)
        postgres = stack.enter_context(_postgres(file["services"]["postgres"], major))
        running = Composed(folder / "keys", postgres, dict(_processes(file, postgres.port, folder)))
        for process in running.processes.values():
            process.environment |= environment or {}
        stack.callback(running.stop)
        running.up()
        yield running


@contextmanager
def _postgres(service: Mapping[str, Any], major: int) -> Iterator[Postgres]:
    (port,) = free_ports(1)
    settings = server_settings(service) | {"listen_addresses": "127.0.0.1", "port": str(port)}
    with private_postgres.running(major, settings) as server:
        (server.folder / "data/pg_hba.conf").write_text(
            "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        postgres = Postgres(private_postgres.installations()[major] / "bin", server.folder, port)
        script = CHECKOUT / "deploy/postgres/databases.sql"
        postgres.run("psql", "--no-psqlrc", "--quiet", f"--file={script}", environment=service["environment"])
        postgres.run("psql", "--no-psqlrc", "--quiet", "--command=SELECT pg_reload_conf()")
        yield postgres


def _processes(file: Mapping[str, Any], database_port: int, folder: Path) -> Iterator[tuple[str, Process]]:
    ours = {name: service for name, service in file["services"].items() if name not in NOT_OURS}
    ports = dict(zip(ours, free_ports(len(ours)), strict=True))
    hosts = {f"{name}:8000": f"127.0.0.1:{port}" for name, port in ports.items()}
    hosts |= {"@postgres/": f"@127.0.0.1:{database_port}/", "/app/": f"{CHECKOUT}/"}
    hosts |= {"0.0.0.0": "127.0.0.1"}  # noqa: S104 - what a container listens on, we do not
    for name, service in ours.items():
        own = hosts | {"127.0.0.1:8000": f"127.0.0.1:{ports[name]}", **_mounted(file, service, folder)}
        here = _replacing(own)
        environment = {
            key: str(ports[name]) if value == "8000" else here(value) for key, value in service["environment"].items()
        }
        (folder / name).mkdir()
        needs = service["depends_on"].keys() - NOT_OURS
        yield name, Process(name, service["command"], environment, _health(service, here), needs, folder / name)


def _mounted(file: Mapping[str, Any], service: Mapping[str, Any], folder: Path) -> dict[str, str]:
    configs = {each["target"]: file["configs"][each["source"]]["file"] for each in service["configs"]}
    volumes = [volume.split(":") for volume in service.get("volumes", ())]
    ours = {source: folder / "volumes" / source for source, *_ in volumes if source in file["volumes"]}
    for place in ours.values():
        place.mkdir(parents=True, exist_ok=True)
    return configs | {target: str(ours.get(source, source)) for source, target, *_ in volumes}


def _health(service: Mapping[str, Any], here: Callable[[str], str]) -> str | None:
    (found,) = re.findall(r"http://[^']+", " ".join(service["healthcheck"].get("test", ()))) or [None]
    return here(found) if found else None


def _replacing(values: Mapping[str, str]) -> Callable[[str], str]:
    pattern = re.compile("|".join(re.escape(value) for value in values))
    return lambda text: pattern.sub(lambda found: values[found[0]], text)
