"""The API of the service: ``uvicorn --factory industry.main:app``."""

from chronicle.installation import Installation
from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from industry.cases.project import api as project
from industry.service import service
from industry.settings import Settings

ROUTERS = project.routers


def create_app(installed: Installation) -> ServiceApp:
    """Put the API of one installation together."""
    return installed.app(ROUTERS)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(service(Settings()))
