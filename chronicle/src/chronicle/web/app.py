"""Composes a service's API: its routers, and around them what every service has."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chronicle.refusals import Unavailable
from chronicle.web.docs import described, pages
from chronicle.web.edge import Edge, edge_of
from chronicle.web.malformed import declared_names
from chronicle.web.middleware import Exchanges
from chronicle.web.problems import handlers

operations = APIRouter(include_in_schema=False)
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


class ServiceApp(FastAPI):
    """A service's API with its whole description."""

    def openapi(self) -> dict[str, Any]:
        """The API's description."""
        return self._described

    @cached_property
    def declared_names(self) -> frozenset[str]:
        """Every name of a field or parameter that a problem may show."""
        return frozenset(declared_names(self.openapi()))

    @cached_property
    def _described(self) -> dict[str, Any]:
        return described(super().openapi(), self.routes)


def service_app(
    title: str, routers: Sequence[APIRouter], edge: Edge, *, prefix: str = "", lifespan: Lifespan | None = None
) -> ServiceApp:
    """Compose an app from the routers of its resources; its pages lie at the prefix, health and metrics at the root."""
    app = ServiceApp(
        title=title,
        version="1",
        # One flat list: FastAPI matches an included router twice, and measured it costs more than a whole dependency.
        routes=[route for router in (*routers, pages(prefix), operations) for route in router.routes],
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{prefix}/openapi.json",
        redirect_slashes=False,
        exception_handlers=handlers(),
        lifespan=lifespan,
        # Its spans and logs would carry URLs and the messages of exceptions.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.edge = edge
    app.add_middleware(Exchanges, metrics=edge.metrics)
    return app


@operations.get("/health/live")
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"status": "live"})


@operations.get("/health/ready")
def ready(request: Request) -> Response:
    """The service can do its work."""
    try:
        edge_of(request).ready()
    except Exception as error:
        raise Unavailable from error
    return JSONResponse({"status": "ready"})


@operations.get("/metrics")
async def metrics(request: Request) -> Response:
    """What was measured."""
    return Response(generate_latest(edge_of(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)
