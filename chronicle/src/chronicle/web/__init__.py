"""What every service's API has: problems, idempotency, versions, positions, paging, health, metrics, pages."""

from chronicle.web.app import ServiceApp, service_app
from chronicle.web.bodies import Body, Day
from chronicle.web.edge import Edge, given
from chronicle.web.paging import Page, Paged
from chronicle.web.requests import Caller, Writing, acting, answer, etag, resource

__all__ = [
    "Body",
    "Caller",
    "Day",
    "Edge",
    "Page",
    "Paged",
    "ServiceApp",
    "Writing",
    "acting",
    "answer",
    "etag",
    "given",
    "resource",
    "service_app",
]
