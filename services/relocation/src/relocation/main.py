"""The API of the service: ``uvicorn --factory relocation.main:app``."""

from chronicle.installation import Installation
from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from relocation.cases.relocation import api as relocation
from relocation.service import service
from relocation.settings import Settings

ROUTERS = relocation.routers


def create_app(installed: Installation) -> ServiceApp:
    """Put the API of one installation together."""
    return installed.app(ROUTERS)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(service(Settings()))
