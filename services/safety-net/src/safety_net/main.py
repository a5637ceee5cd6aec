"""The API of the service: ``uvicorn --factory safety_net.main:app``."""

from chronicle.installation import Installation
from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from safety_net.cases.allowance import api as allowance
from safety_net.service import service
from safety_net.settings import Settings


def create_app(installed: Installation) -> ServiceApp:
    """Put the API of one installation together."""
    return installed.app(allowance.routers)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(service(Settings()))
