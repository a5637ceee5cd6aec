"""Data matches over HTTP: entered from a department's list, cleared or upheld by those who review next."""

from dataclasses import replace
from typing import Annotated

from casework.roles import Role
from chronicle.messages import new_id
from chronicle.principal import PersonId
from chronicle.recording import Part
from chronicle.store.values import Delivery
from chronicle.web import Handling, Id, Writing, acting, resource
from starlette.responses import Response

from identification.cases.acts.api import Performers, Texts
from identification.cases.application.api import PATH, DatedBody, Sealing, Text, application_for
from identification.cases.application.commands import ApplicationCommand, DecideDataMatch, RaiseDataMatch
from identification.cases.application.decisions.data_matches import judge_of_data_match
from identification.cases.application.findings import DataMatchKind, DataMatchReason
from identification.cases.application.gather import application_decider

Entering = Annotated[Writing, acting(Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)]

router = resource(f"{PATH}/{{application_id}}/data-matches", "data matches")


class NewDataMatch(DatedBody):
    """What a department's list says of a member; ``on`` is the day of the list."""

    person_id: PersonId
    kind: DataMatchKind
    facts: Text


class Answer(DatedBody):
    """Why a data match is cleared or upheld, what was found, and by whom, if not by who enters it."""

    reason: DataMatchReason
    findings: Text
    performed_by: Performers = ()


@router.post("", status_code=201)
def raise_data_match(
    application_id: Id, match: NewDataMatch, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Enter that a department's register has a member of a household that is still to be reviewed."""
    application = application_for(handler, application_id, writing)
    texts = Texts.of_act(vault, application.filed.household_id, {"data_match": match.facts})
    command = RaiseDataMatch(data_match_id=new_id(), **{**dict(match), "facts": texts.kept["data_match"]})
    return _record(writing.at(application.filed.group_code), application_id, command, texts)


@router.post("/{data_match_id}/decision", status_code=201)
def decide_data_match(
    application_id: Id, data_match_id: Id, answer: Answer, writing: Entering, handler: Handling, vault: Sealing
) -> Response:
    """Clear or uphold a data match; whoever reviews the household next has this duty."""
    application = application_for(handler, application_id, writing)
    writing = replace(writing, roles=(judge_of_data_match(application),)).at(application.filed.group_code)
    texts = Texts.of_act(vault, application.filed.household_id, {"findings": answer.findings})
    performed_by = answer.performed_by or (writing.asked.principal.person,)
    stated = {**dict(answer), "findings": texts.kept["findings"], "performed_by": performed_by}
    return _record(writing, application_id, DecideDataMatch(data_match_id=data_match_id, **stated), texts)


def _record(writing: Writing, application_id: str, command: ApplicationCommand, texts: Texts) -> Response:
    delivery = Delivery(sealed=texts.sealed, location=f"{PATH}/{application_id}")
    return writing.record([Part(application_decider, application_id, command)], delivery)
