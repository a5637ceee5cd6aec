"""The API of the service: ``uvicorn --factory safety_net.main:app``."""

from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from safety_net.cases.allowance import api as allowance
from safety_net.service import Service
from safety_net.settings import Settings

ROUTERS = allowance.routers


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    return service.app(ROUTERS)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(Service(settings=Settings()))
