"""Files as they are sent: the bytes themselves are the body, of one of the types and of the size an operation takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from chronicle.refusals import Unavailable
from chronicle.web.exchange import exchange_of
from chronicle.web.problems import NotJson, TooLarge


class NotThisType(NotJson, code="not-this-type", zh="请直接提交文件内容，Content-Type 为其中之一：{allowed}。"):
    """Send the file itself as one of these types: {allowed}."""


class FileTooLarge(TooLarge, code="file-too-large", zh="文件过大，最多 {most} MB。"):
    """The file is too large; {most} MB is the most."""


@dataclass(frozen=True)
class SentFile:
    """A file and the type it is said to be of."""

    media_type: str
    content: bytes


class FilesBusy(Unavailable, code="files-busy", zh="正在接收其他文件，请稍候再传。"):
    """Other files are being received; send it again shortly."""


@dataclass(eq=False)
class Upload:
    """Takes a file as a request's body. Nothing else is said there: not even what the file is called.

    ``at_once`` is how many of them a process has in memory, and in its threads, at most.
    """

    media_types: tuple[str, ...]
    megabytes: int
    at_once: int = 8
    inside: int = field(default=0, init=False)

    @contextmanager
    def admitted(self, request: Request) -> Iterator[None]:
        """Let a request in: refuse another type, and too much as soon as it is said or has come."""
        if _type_of(request) not in self.media_types:
            raise NotThisType(allowed=", ".join(self.media_types))
        exchange = exchange_of(request)
        exchange.most, exchange.too_large = self.megabytes * 1_000_000, FileTooLarge(most=self.megabytes)
        said = request.headers.get("content-length", "0")
        if said.isdecimal() and int(said) > exchange.most:
            raise exchange.too_large
        if self.inside >= self.at_once:
            raise FilesBusy
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def __call__(self, request: Request) -> SentFile:
        """The file, once it has come."""
        return SentFile(_type_of(request), await request.body())


def _type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
