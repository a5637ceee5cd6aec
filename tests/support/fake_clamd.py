"""A clamd for tests: reads what INSTREAM sends and says what it is told to say, or nothing."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

SIGNATURE = b"Eicar-Test-Signature"
# Put together here only: scanners look into source files, too.
VIRUS = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"


class FakeClamd(socketserver.ThreadingTCPServer):
    """What it was sent, and what it says instead of looking."""

    daemon_threads = allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.seen: list[bytes] = []
        self.says: bytes | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        asked = self.rfile.read(len(b"zINSTREAM\0"))
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        self.server.seen.append(content)
        found = b"stream: " + (SIGNATURE + b" FOUND" if VIRUS in content else b"OK")
        answer: Any = found if self.server.says is None else self.server.says
        if asked == b"zINSTREAM\0" and answer:
            self.wfile.write(answer + b"\0")


@contextmanager
def clamd() -> Iterator[FakeClamd]:
    """Run one for a while."""
    with FakeClamd() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
