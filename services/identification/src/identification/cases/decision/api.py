"""Decisions over HTTP: one in an officer's words, and one executed again. Neither records anything."""

from casework.roles import seen_in_groups_by
from chronicle.web import Caller, Handling, Id, Spoken, resource

from identification.cases.application.api import BASE
from identification.cases.decision.queries import answers, reading

router = resource(f"{BASE}/decisions", "decisions")


@router.get("/{decision_id}", responses={409: {}})
def show_decision(decision_id: Id, caller: Caller, handler: Handling, language: Spoken) -> answers.DecisionShown:
    """What was decided on a household's eligibility, by whom and which rule, clause by clause.

    The id is that of the event in the application's history.
    """
    stored = reading.decision_for(handler, decision_id, seen_in_groups_by(caller))
    return reading.shown(handler, stored, language)


@router.post("/{decision_id}/verify")
def verify_decision(decision_id: Id, caller: Caller, handler: Handling, language: Spoken) -> answers.DecisionVerified:
    """Execute a decision again by the rule its receipt names, over the inputs recorded, and compare."""
    stored = reading.decision_for(handler, decision_id, seen_in_groups_by(caller))
    return reading.verified(handler, stored, language)
