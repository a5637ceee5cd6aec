"""The embedded edition in a process of its own: started, asked over HTTP, killed at any moment, started again."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep
from typing import Any

from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import Duty, Principal
from chronicle.store import Database
from chronicle.web.logs import log_as_json
from httpx2 import Client, Limits, Response
from person_ids import person_id
from typer.testing import CliRunner
from yihu.cli import app
from yihu.embedded import CHECKOUT, Embedded

PATIENCE = 30.0


@dataclass(frozen=True)
class Placed(Embedded):
    """An installation for invented people, its databases where they are said to be, else files in its folder."""

    urls: Mapping[str, str] = field(default_factory=dict)

    def _sqlite(self, name: str) -> str:
        return self.urls.get(name) or super()._sqlite(name)


class Served:
    """One installation: a folder that stays, and a process that comes and goes."""

    def __init__(self, folder: Path, urls: Mapping[str, str] | None = None) -> None:
        self.folder, self.log = folder / "installation", folder / "log"
        policy = typing_the_past(folder / "policy")
        self.embedded = Placed(self.folder, free_port(), invented_people=True, policy=policy, urls=urls or {})
        # Less than the server's five seconds: what it closes just then would be lost.
        limits = Limits(keepalive_expiry=2.0)
        self.http = Client(base_url=self.embedded.address, timeout=PATIENCE, trust_env=False, limits=limits)
        self.asked = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, __file__, str(self.folder), str(self.embedded.port), json.dumps(self.embedded.urls)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self._process = process
        assert process.stdout
        assert process.stdout.readline() == b"ready\n", self.log.read_text("utf-8")

    def kill(self) -> None:
        """End it as a power cut would (kill -9)."""
        assert self._process
        self._process.kill()
        self._ended()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._ended()

    def close(self) -> None:
        """End everything."""
        self.stop()
        self.http.close()
        for service in self.embedded.recording.values():
            service.close()
        self.embedded.gateway.database.close()

    def ask(self, who: Principal | None, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send one request; a command gets a key of its own unless there is one. A body of bytes is a photo."""
        self.asked += 1
        sent = {"Accept-Language": "en"} | self.token(who)
        if method == "POST":
            sent["Idempotency-Key"] = new_id()
        if isinstance(body, bytes):
            photo = {"Content-Type": "image/jpeg"}
            return self.http.request(method, path, content=body, headers=sent | photo | headers)
        return self.http.request(method, path, json=body, headers=sent | headers)

    def token(self, who: Principal | None) -> dict[str, str]:
        """How somebody says who they are."""
        return {"Authorization": f"Bearer {self.embedded.issuer.token(who)}"} if who else {}

    def settle(self) -> None:
        """Wait until everything recorded is in every projection and reacted to, the gateway's too."""
        self.embedded.settle(PATIENCE)

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Wait for what comes by itself."""
        until = monotonic() + PATIENCE
        while not true():
            assert monotonic() < until
            sleep(0.05)

    @property
    def credential(self) -> str:
        """What services know each other by."""
        return self.embedded.gateway.settings.service_credential.get_secret_value()

    @property
    def databases(self) -> dict[str, Database]:
        """The databases behind it, opened from here as well."""
        return {name: service.database for name, service in self.embedded.services.items()}

    def _ended(self) -> None:
        assert self._process
        self._process.wait(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process = None


@contextmanager
def serving(folder: Path, urls: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run one for a while."""
    served = Served(folder, urls)
    served.embedded.prepare()
    try:
        served.start()
        yield served
    finally:
        served.close()


def yihu(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line to its end."""
    program = Path(sys.executable).with_name("yihu")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def typed(*words: str | Path) -> tuple[int, str]:
    """The same in this process: what it ends with and says. What it raises is not for whoever typed it."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.replace("│", " ").split())


def principal(person: str, *duties: tuple[Role, str], department: str | None = None) -> Principal:
    """Somebody with duties in areas given by prefix, of a department if it is named."""
    held = tuple(Duty(role.value, area) for role, area in duties)
    return Principal(person_id(person), "an-organisation", f"account-of-{person}", held, department=department)


def typing_the_past(folder: Path) -> Path:
    """The policy as it is, except that households of 2015 may be entered today outside of a backfill run."""
    if not folder.exists():
        copytree(CHECKOUT / "policy", folder)
        file = folder / "identification" / "national.yaml"
        national = file.read_text("utf-8")
        limit = "name: late_entry_days_maximum\n  value: "
        assert f"{limit}183" in national
        file.write_text(national.replace(f"{limit}183", f"{limit}36500"), "utf-8")
    return folder


def free_port() -> int:
    """A port nothing answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: str, port: str, urls: str) -> None:
    log_as_json()
    policy = Path(folder).parent / "policy"
    with Placed(Path(folder), int(port), invented_people=True, policy=policy, urls=json.loads(urls)).running():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        # Until whoever started it closes the pipe, or is no more.
        sys.stdin.read()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
