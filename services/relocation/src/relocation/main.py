"""The API of the service: ``uvicorn --factory relocation.main:app``."""

from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from relocation.cases.relocation import api as relocation
from relocation.service import Service
from relocation.settings import Settings

ROUTERS = relocation.routers


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    return service.app(ROUTERS)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(Service(settings=Settings()))
