"""The API of the service: ``uvicorn --factory identification.main:app``."""

from chronicle.store.tables import partition_head
from chronicle.web import Edge, ServiceApp, service_app
from sqlalchemy import select

from identification.cases.application import api as application
from identification.cases.area import api as area
from identification.cases.group_meeting import api as group_meeting
from identification.cases.household import api as household
from identification.cases.public_notice import api as public_notice
from identification.cases.review_round import api as review_round
from identification.cases.village_verification import api as village_verification
from identification.people import api as people
from identification.service import SOURCE, Service
from identification.settings import Settings

ROUTERS = (
    area.router,
    *application.routers,
    household.router,
    group_meeting.router,
    public_notice.router,
    village_verification.router,
    review_round.router,
    people.router,
    people.internal,
)


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    edge = Edge(
        verifier=service.verifier,
        clock=service.clock,
        fingerprint=service.sealer.fingerprint,
        ready=lambda: _read_something(service),
        wait_for=lambda positions, seconds: service.following.wait_for(positions, seconds=seconds),
        handler=service.handler,
        given=(service.settings, service.database, service.handler, service.vault, service.reader),
    )
    return service_app(SOURCE, ROUTERS, edge, prefix=f"/api/{SOURCE}/v1")


def app() -> ServiceApp:
    """The API as the environment says."""
    return create_app(Service(Settings()))


def _read_something(service: Service) -> None:
    with service.database.reading() as connection:
        connection.execute(select(partition_head.c.sequence)).first()
