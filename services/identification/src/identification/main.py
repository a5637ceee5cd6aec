"""The API of the service: ``uvicorn --factory identification.main:app``."""

from threading import Thread

from chronicle.web import ServiceApp
from chronicle.web.logs import log_as_json

from identification import refused_reactions
from identification.cases.amendment import api as amendment
from identification.cases.application import api as application
from identification.cases.area import api as area
from identification.cases.backfill_run import api as backfill_run
from identification.cases.data_match import api as data_match
from identification.cases.decision import api as decision
from identification.cases.document import api as document
from identification.cases.evidence import api as evidence
from identification.cases.group_meeting import api as group_meeting
from identification.cases.handover import api as handover
from identification.cases.household import api as household
from identification.cases.objection import api as objection
from identification.cases.objector import api as objector
from identification.cases.pairing import api as pairing
from identification.cases.person import api as person
from identification.cases.public_notice import api as public_notice
from identification.cases.recheck import api as recheck
from identification.cases.registration import api as registration
from identification.cases.review_round import api as review_round
from identification.cases.substitution import api as substitution
from identification.cases.village_verification import api as village_verification
from identification.people import api as people
from identification.refused_reactions import Reactions
from identification.service import Service
from identification.settings import Settings

ROUTERS = (
    *area.routers,
    *application.routers,
    amendment.router,
    *data_match.routers,
    registration.router,
    household.router,
    group_meeting.router,
    public_notice.router,
    *objection.routers,
    *evidence.routers,
    village_verification.router,
    review_round.router,
    *recheck.routers,
    *objector.routers,
    decision.router,
    document.router,
    people.router,
    people.internal,
    *person.routers,
    refused_reactions.router,
    *substitution.routers,
    *pairing.routers,
    *handover.routers,
    backfill_run.router,
)


def create_app(service: Service) -> ServiceApp:
    """Put the API of one service together."""
    reactions = Reactions({each.reaction.name: each for each in service.reacting})
    given = (service.settings, service.vault, service.reader, service.press, service.evidence_files, reactions)
    return service.app(ROUTERS, *given)


def app() -> ServiceApp:
    """The API as the environment says."""
    log_as_json()
    service = Service(settings=Settings())
    service.storage.require_access()
    # While the shared history is there: it may be away when somebody reads for the first time.
    Thread(target=service.erasures.look, name="erasures", daemon=True).start()
    return create_app(service)
