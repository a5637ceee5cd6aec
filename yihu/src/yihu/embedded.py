"""Everything in one process on SQLite files: the newcomer's edition, with the code of all others."""

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn
from casework.roles import Role
from chronicle.clock import Clock, SystemClock
from chronicle.decider import Asked
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.following import Loops
from chronicle.installation import Installation
from chronicle.messages import new_id
from chronicle.principal import Duty, Issuer, Principal
from chronicle.sealing import MasterKey
from chronicle.store.values import Head
from gateway import main as gateway_main
from gateway import service as gateway_service
from gateway import settings as gateway_settings
from gateway import worker as gateway_worker
from identification import main as identification_main
from identification import service as identification_service
from identification import settings as identification_settings
from industry import main as industry_main
from industry import service as industry_service
from industry import settings as industry_settings
from pydantic import SecretStr
from relocation import main as relocation_main
from relocation import service as relocation_service
from relocation import settings as relocation_settings
from safety_net import main as safety_net_main
from safety_net import service as safety_net_service
from safety_net import settings as safety_net_settings
from starlette.types import ASGIApp, Receive, Scope, Send

ISSUER, AUDIENCE = "yihu-embedded", "yihu"
MASTER_KEY = "master.key"
CHECKOUT = Path(__file__).parents[3]
PORT = 8015
NOBODY = "00000000-0000-0000-0000-000000000000"
PATIENCE, LOOK_AGAIN = 60.0, 0.1
# Whatever is recorded here wakes the loops; only what another process records waits so long.
IDLE = 0.5
PROVINCES = tuple(str(prefix) for prefix in range(11, 66))


class PortTaken(Exception):
    """Something else answers at this port already."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken; choose another with --port")


class MasterKeyLost(Exception):
    """The master key is gone, and names were sealed under it: another one would open none of them."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is gone, and the names in identification.db were sealed under it: put the kept copy back; where"
            " there is none, `yihu restore --without-key` brings the cases of a backup back, without names, into"
            " another folder"
        )


class StillBehind(Exception):
    """Somebody does not get to the end of what is recorded."""

    def __init__(self, seconds: float, followers: Iterable[str]) -> None:
        super().__init__(
            f"nobody got on for {seconds:.0f} s, and these still have events to take: {', '.join(followers)}"
        )


def require_free(port: int) -> None:
    """Refuse a port that something answers at already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port) from None


@dataclass(frozen=True)
class Embedded:
    """One installation in one folder: its keys, its databases, its services."""

    folder: Path
    port: int
    clock: Clock = field(default_factory=SystemClock)
    invented_people: bool = False
    policy: Path = CHECKOUT / "policy"
    loops: Loops = field(default_factory=partial(Loops, IDLE, IDLE))

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def issuer(self) -> Issuer:
        """Who signs the tokens of this installation; a key set that is there already may be a provider's, and stays."""
        kept = self._made_once("issuer.pem", Issuer.draw).read_text("ascii")
        issuer = Issuer(ISSUER, AUDIENCE, self.clock, kept)
        self._made_once("jwks.json", lambda: json.dumps(issuer.jwks()))
        return issuer

    @cached_property
    def identification(self) -> identification_service.Service:
        """The service that says who is poor."""
        settings = identification_settings.Settings(
            **self._shared("identification"),
            master_key_file=self._master_key(),
            invented_people=self.invented_people,
            site=self.address,
            evidence_url=f"file://{(self.folder / 'evidence').absolute()}",
        )
        return identification_service.Service(settings=settings, clock=self.clock)

    @cached_property
    def relocation(self) -> relocation_service.Service:
        """The track of those who move."""
        settings = relocation_settings.Settings(**self._shared("relocation"))
        return relocation_service.Service(settings=settings, clock=self.clock)

    @cached_property
    def industry(self) -> industry_service.Service:
        """The track of those who earn."""
        settings = industry_settings.Settings(**self._shared("industry"))
        return industry_service.Service(settings=settings, clock=self.clock)

    @cached_property
    def safety_net(self) -> safety_net_service.Service:
        """The track of those who cannot."""
        settings = safety_net_settings.Settings(**self._shared("safety-net"))
        return safety_net_service.Service(settings=settings, clock=self.clock)

    @cached_property
    def gateway(self) -> gateway_service.Service:
        """The service that keeps the whole history."""
        shared = self._shared("gateway")
        del shared["feed_url"]
        settings = gateway_settings.Settings(**shared, identification_url=self.address)
        return gateway_service.Service(settings=settings, clock=self.clock, public_token=self._public_token)

    @property
    def recording(self) -> Mapping[str, Installation]:
        """The services that record, by their source."""
        every = (self.identification, self.relocation, self.industry, self.safety_net)
        return {service.source: service for service in every}

    @property
    def services(self) -> Mapping[str, gateway_service.Service | Installation]:
        """All services by name, the keeper of the history first."""
        return {"gateway": self.gateway, **self.recording}

    def prepare(self) -> None:
        """Make the keys where there are none and bring every database up to date."""
        _ = self.issuer
        for service in self.services.values():
            service.migrate()
            service.following.open()

    def app(self) -> ASGIApp:
        """All APIs behind one port."""
        services = {
            "identification": identification_main.create_app(self.identification),
            "relocation": relocation_main.create_app(self.relocation),
            "industry": industry_main.create_app(self.industry),
            "safety-net": safety_net_main.create_app(self.safety_net),
        }
        gateway = gateway_main.create_app(self.gateway)

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            named = "".join(scope["path"].split("/")[2:3] if scope["type"] == "http" else [])
            await services.get(named, gateway)(scope, receive, send)

        return dispatch

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve in this process until the block ends."""
        self.prepare()
        gateway_worker.add_loops(self.gateway, self.loops)
        services = self.recording.values()
        after_sending = {*self.loops.health()}.union(*(service.after_sending for service in services))
        for service in services:
            service.add_loops(self.loops, after_sending)
        server = uvicorn.Server(
            uvicorn.Config(self.app(), port=self.port, lifespan="off", access_log=False, log_level="critical")
        )
        thread = Thread(target=server.run, name="http", daemon=True)
        self.loops.start()
        thread.start()
        while not server.started and thread.is_alive():
            sleep(0.01)
        if not server.started:
            raise PortTaken(self.port)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(10)
            self.loops.stop()

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until everybody has heard what is recorded; StillBehind when nobody gets on for so many seconds."""
        before: dict[str, int] = {}
        while behind := self._behind():
            if behind != before:
                before, until = behind, monotonic() + seconds
            elif monotonic() > until:
                raise StillBehind(seconds, behind)
            sleep(LOOK_AGAIN)

    def _behind(self) -> dict[str, int]:
        recorded = sum(_reach(service.store.heads()) for service in self.recording.values())
        behind = {"relays": recorded - _reach(EmbeddedFeed(self.gateway.database).heads())}
        for follower in self.gateway.following.followers.values():
            behind[f"gateway/{follower.name}"] = sum(follower.behind().values())
        for service in self.recording.values():
            behind.update(service.behind())
        return {name: number for name, number in behind.items() if number}

    def operator(self) -> Asked:
        """Whoever runs this installation asks for something now."""
        return operator(self.clock)

    def _public_token(self) -> str:
        duties = tuple(Duty(Role.PUBLIC, province) for province in PROVINCES)
        return self.issuer.token(Principal(NOBODY, "gateway", "gateway", duties))

    def _shared(self, service: str) -> dict[str, Any]:
        return {
            "database_url": self._sqlite(service),
            "feed_url": self._sqlite("gateway"),
            "policy_folder": self.policy / service,
            "issuer": ISSUER,
            "jwks_file": self.folder / "jwks.json",
            "service_credential": self._credential(),
        }

    def _sqlite(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def _credential(self) -> SecretStr:
        file = self._made_once("service.credential", lambda: secrets.token_urlsafe(32))
        return SecretStr(file.read_text("ascii"))

    def _master_key(self) -> Path:
        # In this order: who starts at the same moment may draw the key in between, and make the database after it.
        was_sealed = (self.folder / "identification.db").exists()
        if was_sealed and not (self.folder / MASTER_KEY).exists():
            raise MasterKeyLost(self.folder / MASTER_KEY)
        return self._made_once(MASTER_KEY, lambda: MasterKey.generate().text())

    def _made_once(self, name: str, make: Callable[[], str]) -> Path:
        file = self.folder / name
        if not file.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile("w", encoding="ascii", dir=self.folder, prefix=".unfinished-") as made:
                made.write(make())
                made.flush()
                os.fsync(made.fileno())
                # A link takes the place of nothing: of two who start at once, both have what one made.
                with suppress(FileExistsError):
                    file.hardlink_to(made.name)
        return file


def _reach(heads: Mapping[int, Head]) -> int:
    return sum(head.sequence for head in heads.values())


def officer(role: Role, area: str, person: str | None = None, organisation: str = "local") -> Principal:
    """Somebody with one duty in the area with a code prefix; a new person unless one is named."""
    who = person or new_id()
    return Principal(who, organisation, f"account-{who[-12:]}", (Duty(role, area),))


def operator(clock: Clock) -> Asked:
    """Whoever runs an installation asks for something now."""
    principal = officer(Role.OPERATOR, PROVINCES[0])
    return Asked(principal, principal.actor(Role.OPERATOR), clock.now(), clock.today(), new_id(), new_id())
