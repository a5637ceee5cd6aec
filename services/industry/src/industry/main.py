"""The API of the service: ``uvicorn --factory industry.main:app``."""

from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from industry.cases.project import api as project
from industry.service import Service
from industry.settings import Settings

ROUTERS = project.routers


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    return service.app(ROUTERS)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(Service(settings=Settings()))
