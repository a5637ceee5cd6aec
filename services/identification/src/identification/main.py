"""The API of the service: ``uvicorn --factory identification.main:app``."""

from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from identification import refused_reactions
from identification.cases.application import api as application
from identification.cases.area import api as area
from identification.cases.decision import api as decision
from identification.cases.group_meeting import api as group_meeting
from identification.cases.household import api as household
from identification.cases.objection import api as objection
from identification.cases.person import api as person
from identification.cases.public_notice import api as public_notice
from identification.cases.registration import api as registration
from identification.cases.review_round import api as review_round
from identification.cases.substitution import api as substitution
from identification.cases.village_verification import api as village_verification
from identification.people import api as people
from identification.refused_reactions import Reactions
from identification.service import Service
from identification.settings import Settings

ROUTERS = (
    area.router,
    *application.routers,
    registration.router,
    household.router,
    group_meeting.router,
    public_notice.router,
    *objection.routers,
    village_verification.router,
    review_round.router,
    decision.router,
    people.router,
    people.internal,
    *person.routers,
    refused_reactions.router,
    *substitution.routers,
)


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    reactions = Reactions({each.reaction.name: each for each in service.reacting})
    return service.app(ROUTERS, service.settings, service.vault, service.reader, reactions)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    return create_app(Service(settings=Settings()))
