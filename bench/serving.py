"""The API and the bare route of the comparison, served by one uvicorn process on this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from time import sleep
from typing import Annotated, Any

import structlog
import uvicorn
from chronicle.principal import Principal, Verifier
from fastapi import Depends, FastAPI, Header
from fastapi.responses import JSONResponse
from identification.cases.application.api import Filing, Withdrawal
from identification.main import create_app
from running_identification import RunningIdentification
from starlette.types import Receive, Scope, Send

BARE = "/bare"


def bare_app(verifier: Verifier) -> FastAPI:
    """Routes that verify the same token, validate the same body, and answer: what FastAPI alone costs."""
    app = FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})

    async def principal(authorization: Annotated[str, Header()]) -> Principal:
        return verifier.principal(authorization.removeprefix("Bearer "))

    @app.post(f"{BARE}/applications")
    async def file_application(filing: Filing, _: Annotated[Principal, Depends(principal)]) -> JSONResponse:
        return JSONResponse({"members": len(filing.members)}, 201)

    @app.post(f"{BARE}/withdrawal")
    async def withdraw_application(withdrawal: Withdrawal, _: Annotated[Principal, Depends(principal)]) -> JSONResponse:
        return JSONResponse({"reason": withdrawal.reason}, 201)

    return app


@contextmanager
def serving(service: RunningIdentification) -> Iterator[int]:
    """Serve both in a process of their own; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    service.service.database.close()
    process = get_context("fork").Process(target=_serve, args=(service, port), daemon=True)
    process.start()
    _wait(port)
    try:
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(service: RunningIdentification, port: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    ours, bare = create_app(service.service), bare_app(service.service.verifier)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        app: Any = bare if scope["type"] == "http" and scope["path"].startswith(BARE) else ours
        await app(scope, receive, send)

    uvicorn.run(dispatch, port=port, lifespan="off", log_config=None)


def _wait(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    raise TimeoutError("the server did not start")
