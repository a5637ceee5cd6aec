"""An app behind a port of its own, for what only shows over real connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve it for a while; the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", access_log=False, log_level="critical"))
    thread = Thread(target=server.run, name="http", daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
