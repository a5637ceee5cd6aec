"""What every service's API has: problems, idempotency, versions, positions, paging, health, metrics, pages."""

from chronicle.web.app import ServiceApp, service_app
from chronicle.web.bodies import Body, Day
from chronicle.web.cases import Fact, history_for, require_covered, state_for
from chronicle.web.docs import Answered
from chronicle.web.edge import Edge, given
from chronicle.web.files import SentFile, Upload
from chronicle.web.kinds import AreaCode, Handling, Id, InArea, Reading, Today
from chronicle.web.lists import Listing
from chronicle.web.paging import Page, Paged
from chronicle.web.requests import Caller, Spoken, Writing, acting, answer, etag, resource

__all__ = [
    "Answered",
    "AreaCode",
    "Body",
    "Caller",
    "Day",
    "Edge",
    "Fact",
    "Handling",
    "Id",
    "InArea",
    "Listing",
    "Page",
    "Paged",
    "Reading",
    "SentFile",
    "ServiceApp",
    "Spoken",
    "Today",
    "Upload",
    "Writing",
    "acting",
    "answer",
    "etag",
    "given",
    "history_for",
    "require_covered",
    "resource",
    "service_app",
    "state_for",
]
