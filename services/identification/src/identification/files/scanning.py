"""The virus scanner: clamd, asked over its socket; while it is configured, no file passes that it did not clear."""

import socket
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import structlog
from chronicle.refusals import Invalid, Unavailable

PIECE = 64 * 1024
PATIENCE = 30.0
MOST_ANSWERED = 4096

log = structlog.get_logger()


class FileInfected(Invalid, code="file-infected", zh="文件含有病毒，没有接收；请检查所用的手机或电脑。"):
    """The file holds a virus and was not taken; have the telephone or computer it comes from checked."""


class ScannerAway(Unavailable, code="scanner-away", zh="病毒扫描暂时不可用，文件没有接收，请稍候再传。"):
    """The virus scanner cannot be asked at the moment, so the file was not taken; send it again shortly."""


class Scanner(Protocol):
    """Looks into files before anything else does."""

    def require_clean(self, content: bytes) -> None:
        """Refuse a file as FileInfected, or as ScannerAway when it cannot be known."""


class NoScanner:
    """There is none: what an installation was not told of is not asked."""

    def require_clean(self, content: bytes) -> None:
        """Let it pass."""


@dataclass(frozen=True)
class Clamd:
    """A clamd at a host and port, or at a socket in the file system (without a port)."""

    host: str
    port: int | None

    def require_clean(self, content: bytes) -> None:
        """Send it as INSTREAM takes it; whatever is not ``OK`` or ``FOUND`` is no answer."""
        try:
            said = self._answer(content)
        except OSError:
            raise ScannerAway from None
        if said == b"stream: OK":
            return
        if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
            log.warning("virus found", signature=said[8:-6].decode("ascii", "replace"))
            raise FileInfected
        raise ScannerAway

    def _answer(self, content: bytes) -> bytes:
        with closing(self._connected()) as connection:
            connection.sendall(b"zINSTREAM\0")
            for first in range(0, len(content), PIECE):
                piece = content[first : first + PIECE]
                connection.sendall(len(piece).to_bytes(4, "big") + piece)
            connection.sendall(bytes(4))
            said = b""
            while not said.endswith(b"\0") and len(said) < MOST_ANSWERED:
                if not (more := connection.recv(MOST_ANSWERED)):
                    break
                said += more
            return said.removesuffix(b"\0")

    def _connected(self) -> socket.socket:
        if self.port is not None:
            return socket.create_connection((self.host, self.port), PATIENCE)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(self.host)
        except OSError:
            connection.close()
            raise
        return connection


def open_scanner(url: str | None) -> Scanner:
    """The scanner at an address: ``tcp://clamav:3310`` or ``unix:///run/clamd.sock``; ValueError for any other."""
    if url is None:
        return NoScanner()
    kind, _, where = url.partition("://")
    host, _, port = where.rpartition(":")
    if kind == "tcp" and host and port.isdecimal():
        return Clamd(host, int(port))
    if kind == "unix" and where.startswith("/"):
        return Clamd(where, None)
    raise ValueError("a scanner is at tcp://host:port or unix:///path")
