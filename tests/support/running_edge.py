"""The edge as its file says, on ports of this machine, with an echo in place of each API."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from compose_file import CHECKOUT
from httpx2 import Client, HTTPError, Response
from private_servers import free_ports, launch, wait_until

CADDY = Path(sys.executable).parent / "caddy"
FILE = CHECKOUT / "deploy/Caddyfile"


class Echo(ThreadingHTTPServer):
    """Answers what it was asked; whoever asks for ``/api/…/waiting`` waits until its end."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Echoing)
        self.name, self.asked, self.ended = name, Event(), Event()


class _Echoing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Echo

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path.endswith("/waiting"):
            self.server.asked.set()
            self.server.ended.wait()
        asked = {"api": self.server.name, "path": self.path, "body": len(body), "headers": dict(self.headers)}
        answer = json.dumps(asked).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815 - so its base class calls it

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Edge:
    """A running edge; one of the APIs is away."""

    http: Client
    echoes: dict[str, Echo] = field(repr=False)
    process: subprocess.Popen[bytes]

    def ask(self, path: str, method: str = "GET", **how: object) -> Response:
        """Ask it something; the path goes out as it is spelt."""
        return self.http.request(method, self.http.base_url.copy_with(raw_path=path.encode()), **how)  # type: ignore[arg-type]

    def end(self, patience: float) -> bool:
        """Tell it to end; whether it did in time."""
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        return self.process.poll() is not None


@contextmanager
def running(folder: Path, apis: set[str], away: str) -> Iterator[Edge]:
    """Start it with its own authority of certificates, in a folder."""
    port, health, nowhere = free_ports(3)
    with ExitStack() as stack:
        echoes = {name: stack.enter_context(_echoing(name)) for name in apis - {away}}
        file = folder / "Caddyfile"
        file.write_text(_placed(FILE.read_text("utf-8"), {name: e.server_port for name, e in echoes.items()}, nowhere))
        file.write_text(file.read_text("utf-8").replace(":2080", f":{health}"), "utf-8")
        own = {"HOME": str(folder), "PATH": os.defpath, "YIHU_ADDRESS": f"https://localhost:{port}"}
        process = launch([CADDY, "run", "--config", file, "--adapter", "caddyfile"], folder / "p", folder / "log", own)
        stack.callback(process.wait)
        stack.callback(process.kill)
        with Client(base_url=own["YIHU_ADDRESS"], verify=False, trust_env=False, timeout=30) as http:
            wait_until(lambda: process.poll() is None and _answers(http))
            yield Edge(http, echoes, process)


def _placed(text: str, ports: dict[str, int], nowhere: int) -> str:
    text = text.replace("{args[0]}:8000", "127.0.0.1:{args[0]}")
    return re.sub(r"import service (\S+)", lambda found: f"import service {ports.get(found[1], nowhere)}", text)


def _answers(http: Client) -> bool:
    with suppress(HTTPError):
        return http.get("/").is_success
    return False


@contextmanager
def _echoing(name: str) -> Iterator[Echo]:
    with Echo(name) as echo:
        Thread(target=echo.serve_forever, daemon=True).start()
        yield echo
        echo.ended.set()
        echo.shutdown()
