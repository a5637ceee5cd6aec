"""Applications for tests: each step's act as people do it, and given / when / then over a history of such acts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from casework.areas import Level
from casework.codes import (
    HealthStatus,
    HouseGrade,
    LabourSkill,
    PovertyCause,
    RelationToHead,
    SchoolStatus,
    Sex,
)
from casework.deliberation import Votes
from casework.eligibility import ClauseKind, ClauseStatement, Stated
from casework.income import Income
from casework.reasons import ObjectionGround, RejectionReason, ReturnReason
from casework.steps import Chain
from chronicle.messages import Actor, Command, Event
from chronicle.policy import Policy
from chronicle.refusals import Refusal
from chronicle.testing import Case, Told
from chronicle.testing import Outcome as CaseOutcome
from identification.cases.application.commands import (
    AmendApplication,
    ApplicationCommand,
    CorrectApplication,
    DecideDataMatch,
    DecideObjection,
    DecideReconsideration,
    DeliberateApplication,
    DrawForReview,
    EndRegistration,
    FileApplication,
    PassNotice,
    PostApplication,
    RaiseDataMatch,
    RaiseObjection,
    RecheckApplication,
    RequestReconsideration,
    ReviewApplication,
    VerifyApplication,
    WithdrawApplication,
)
from identification.cases.application.decisions.amending import KnownOfAmending
from identification.cases.application.decisions.deliberation import KnownOfDeliberation
from identification.cases.application.decisions.filing import KnownOfFiling
from identification.cases.application.decisions.notices import KnownOfPassing, KnownOfPosting
from identification.cases.application.decisions.objections import KnownOfObjecting
from identification.cases.application.decisions.reconsideration import KnownOfDeciding, KnownOfReconsideration
from identification.cases.application.decisions.review import KnownOfReviewing
from identification.cases.application.decisions.rows import KnownOfApplication, KnownOfLiving
from identification.cases.application.decisions.state import Application, Ending
from identification.cases.application.findings import (
    Applicant,
    ApplicantKind,
    DataMatchKind,
    DataMatchReason,
    Living,
    ObjectionDecision,
    Outcome,
    RecheckDecision,
    RecheckReason,
    Recusal,
    RecusalGround,
    RegistrationEndReason,
    SealedRef,
    Verdict,
    WithdrawalReason,
)
from identification.cases.application.gather import application_decider
from identification.cases.household.events import Member

GROUP, VILLAGE, TOWNSHIP, COUNTY = "36042410621601", "360424106216", "360424106000", "360424000000"
HEAD, SPOUSE, SON, GRANDMOTHER = "head", "spouse", "son", "grandmother"
CONVENER, RECORDER, VERIFIER, REVIEWER, CHECKER = "convener", "recorder", "verifier", "reviewer", "checker"
ARBITER = "arbiter"
VILLAGE_OFFICER, TOWNSHIP_OFFICER, COUNTY_OFFICER = "village-officer", "township-officer", "county-officer"
# Whoever is called another-<role> acts in that role, and had no part in anything.
ROLES = {TOWNSHIP_OFFICER: "township_reviewer", COUNTY_OFFICER: "county_officer"}
FILED_ON = date(2015, 6, 1)
HOUSEHOLD_NO = f"{VILLAGE}00001"
IN_2017 = date(2017, 3, 1)
FINDINGS = SealedRef(text_id="findings", digest="f" * 64)
POLICY = Policy.load(Path(__file__).parents[2] / "policy" / "identification")
SEVEN_STEPS = Chain.model_validate(POLICY.value("identification_chain", VILLAGE, FILED_ON).value)
NINE_STEPS = Chain.model_validate(POLICY.value("identification_chain", "330000000000", FILED_ON).value)


C = TypeVar("C", bound=Command)


def _made(kind: type[C], changed: dict[str, Any], **usual: Any) -> C:
    return kind.model_validate(usual | changed)


def member(person_id: str = HEAD, relation: RelationToHead = RelationToHead.HEAD, born: str = "1968-05-21") -> Member:
    """A member, the head unless told otherwise."""
    return Member(
        person_id=person_id,
        relation_to_head=relation,
        sex=Sex.MALE,
        birth_date=date.fromisoformat(born),
        health_status=HealthStatus.HEALTHY,
        labour_skill=LabourSkill.ORDINARY,
        school_status=SchoolStatus.NOT_AT_SCHOOL,
    )


MEMBERS = (
    member(),
    member(SPOUSE, RelationToHead.SPOUSE, "1970-09-02"),
    member(SON, RelationToHead.SON, "1997-06-02"),
    member(GRANDMOTHER, RelationToHead.MOTHER, "1944-01-21"),
)


def income(net: str) -> Income:
    """An income account that comes to this net income."""
    return Income(
        wage_income=Decimal(0),
        business_income=Decimal(net) + 900,
        business_expenditure=Decimal(900),
        property_income=Decimal(0),
        transfer_income=Decimal(0),
    )


def filing(**changed: Any) -> FileApplication:
    """Step 1: four people with 2,700 yuan a head apply on 1 June 2015."""
    return _made(
        FileApplication,
        changed,
        application_id="application",
        household_id="household",
        group_code=GROUP,
        members=MEMBERS,
        applicant=Applicant(person_id=HEAD, kind=ApplicantKind.ADULT_MEMBER),
        kin_of_cadres=(),
        income=income("10800.00"),
        living=Living(
            arable_land_mu=Decimal("2.40"),
            forest_land_mu=Decimal(0),
            housing_area_m2=Decimal(68),
            house_grade=HouseGrade.GRADE_C,
            water_safe=True,
            water_difficult=False,
        ),
        causes=(PovertyCause.ILLNESS, PovertyCause.SCHOOLING),
        consent_to_cross_checks=True,
        on=FILED_ON,
    )


def deliberation(**changed: Any) -> DeliberateApplication:
    """Step 2: 22 people are there on 3 June and 18 vote in favour."""
    return _made(
        DeliberateApplication,
        changed,
        meeting_id="meeting",
        session=1,
        area=GROUP,
        convener=CONVENER,
        recorder=RECORDER,
        substitute=None,
        present=22,
        recused=(),
        votes=Votes(in_favour=18, against=3, abstained=1),
        on=date(2015, 6, 3),
    )


def recusing(*persons: str, **changed: Any) -> DeliberateApplication:
    """Step 2 with these people recused, and one vote less in favour for each."""
    recused = tuple(Recusal(person_id=person, ground=RecusalGround.KIN) for person in persons)
    votes = Votes(in_favour=18 - len(persons), against=3, abstained=1)
    return deliberation(**{"recused": recused, "votes": votes, **changed})


def posting(step: int, **changed: Any) -> PostApplication:
    """Steps 3, 5, 7 and 9: the notice goes up, for the first time on 4 June."""
    first_days = {3: date(2015, 6, 4), 5: date(2015, 6, 13), 7: date(2015, 6, 25), 9: date(2015, 7, 6)}
    return _made(
        PostApplication,
        changed,
        notice_id=f"notice-{step}",
        area=GROUP if step == 3 else VILLAGE,
        step=step,
        performed_by=(CONVENER,) if step == 3 else (VILLAGE_OFFICER,),
        on=first_days[step],
    )


def passing(step: int, **changed: Any) -> PassNotice:
    """The same steps: the notice is closed on the first day on which it may be."""
    posted = posting(step)
    return _made(
        PassNotice,
        changed,
        notice_id=posted.notice_id,
        area=posted.area,
        performed_by=posted.performed_by,
        on=posted.on + timedelta(days=7),
    )


def verification(**changed: Any) -> VerifyApplication:
    """Step 4: the household was visited on 11 June and passes on 12 June."""
    return _made(
        VerifyApplication,
        changed,
        round_id="verification",
        area=VILLAGE,
        visited_on=date(2015, 6, 11),
        verifiers=(VERIFIER, CONVENER),
        outcome=PASSED,
        findings=FINDINGS,
        evidence=(),
        on=date(2015, 6, 12),
    )


def draw(level: Level = Level.TOWNSHIP, **changed: Any) -> DrawForReview:
    """Steps 6 and 8: a review round begins, and the household is not among those to visit."""
    return _made(
        DrawForReview,
        changed,
        round_id=f"review-{level}",
        area=TOWNSHIP if level is Level.TOWNSHIP else COUNTY,
        level=level,
        sampled=False,
        on=date(2015, 6, 22) if level is Level.TOWNSHIP else date(2015, 7, 3),
    )


def review(level: Level = Level.TOWNSHIP, **changed: Any) -> ReviewApplication:
    """Steps 6 and 8: the round ends and the household passes."""
    drawn = draw(level)
    return _made(
        ReviewApplication,
        changed,
        round_id=drawn.round_id,
        area=drawn.area,
        level=level,
        visited_on=None,
        reviewers=(REVIEWER,) if level is Level.TOWNSHIP else (CHECKER,),
        outcome=PASSED,
        findings=FINDINGS,
        on=drawn.on + timedelta(days=2),
    )


def withdrawal(**changed: Any) -> WithdrawApplication:
    """The household withdraws, on 2 June unless told otherwise."""
    return _made(WithdrawApplication, changed, reason=WithdrawalReason.OWN_WISH, on=date(2015, 6, 2))


def registration_end(**changed: Any) -> EndRegistration:
    """The county ends the registration, on 20 July unless told otherwise."""
    reason = RegistrationEndReason.REGISTERED_IN_ERROR
    return _made(EndRegistration, changed, reason=reason, on=date(2015, 7, 20))


def objection(on: date, objection_id: str = "objection", **changed: Any) -> RaiseObjection:
    """Somebody objects."""
    fields = {
        "objection_id": objection_id,
        "ground": ObjectionGround.NOT_POOR,
        "matter": sha256(objection_id.encode()).hexdigest(),
    }
    return _made(RaiseObjection, changed, on=on, **fields)


def ruling(on: date, decision: ObjectionDecision = ObjectionDecision.DISMISSED, **changed: Any) -> DecideObjection:
    """An objection is decided by an officer of the next level up."""
    return _made(
        DecideObjection,
        changed,
        objection_id="objection",
        decision=decision,
        return_to=None,
        findings=FINDINGS,
        performed_by=(ARBITER,),
        on=on,
    )


def rechecking(decision: RecheckDecision = RecheckDecision.RETURNED, **changed: Any) -> RecheckApplication:
    """A re-check was upheld on 24 June, one level above the review."""
    found = {"reason": RecheckReason.UNDECLARED, "findings": FINDINGS, "performed_by": (ARBITER,)}
    return_to = 4 if decision is RecheckDecision.RETURNED else None
    usual = {"recheck_id": "recheck", "return_to": return_to, "on": date(2015, 6, 24)}
    return _made(RecheckApplication, changed, decision=decision, **found, **usual)


def stating(stated: Stated = Stated.DOES_NOT_HOLD, *codes: str, **proof: Any) -> tuple[ClauseStatement, ...]:
    """What is stated on the seven strike-offs and four strict examinations: this of the codes, and no of the others."""
    rule = POLICY.value("eligibility_rule", VILLAGE, IN_2017).rule
    asked = [clause.code for clause in rule.clauses if clause.kind != ClauseKind.LINE]
    no = {code: ClauseStatement(clause=code, stated=Stated.DOES_NOT_HOLD) for code in asked}
    return tuple((no | {code: ClauseStatement(clause=code, stated=stated, **proof) for code in codes}).values())


def data_match(data_match_id: str = "match", **changed: Any) -> RaiseDataMatch:
    """The county enters that the vehicle register has the spouse, on 15 June unless told otherwise."""
    usual = {"data_match_id": data_match_id, "person_id": SPOUSE, "kind": DataMatchKind.VEHICLE, "facts": FINDINGS}
    return RaiseDataMatch.model_validate({**usual, "on": date(2015, 6, 15), **changed})


def answer(data_match_id: str = "match", **changed: Any) -> DecideDataMatch:
    """The township clears a data match: the vehicle was sold."""
    return _made(
        DecideDataMatch,
        changed,
        data_match_id=data_match_id,
        reason=DataMatchReason.REGISTER_OUTDATED,
        findings=FINDINGS,
        performed_by=(REVIEWER,),
        on=date(2015, 6, 23),
    )


PASSED = Outcome(verdict=Verdict.PASS)
REJECTED = Outcome(verdict=Verdict.REJECT, rejection_reason=RejectionReason.VEHICLE_OR_MACHINE)


def returned(to: int) -> Outcome:
    """A return to an earlier step."""
    return Outcome(verdict=Verdict.RETURN, return_to=to, return_reason=ReturnReason.PROCEDURE_FAULT)


@dataclass(frozen=True, slots=True)
class Entered:
    """An act and the person who enters it, on the day itself unless told otherwise."""

    command: ApplicationCommand
    by: str
    today: date


Act = ApplicationCommand | Entered
ACTS: dict[int, tuple[ApplicationCommand, ...]] = {
    1: (filing(),),
    2: (deliberation(),),
    3: (posting(3), passing(3)),
    4: (verification(),),
    5: (posting(5), passing(5)),
    6: (draw(), review()),
    7: (posting(7), passing(7)),
    8: (draw(Level.COUNTY), review(Level.COUNTY)),
    9: (posting(9), passing(9)),
}


def steps(first: int, last: int) -> tuple[ApplicationCommand, ...]:
    """The usual acts from one step to another."""
    return tuple(act for step in range(first, last + 1) for act in ACTS[step])


def entered(command: ApplicationCommand, by: str | None = None, today: date | None = None) -> Entered:
    """Say who enters an act, and when."""
    officers = {Level.TOWNSHIP: TOWNSHIP_OFFICER, Level.COUNTY: COUNTY_OFFICER}
    usual = officers.get(getattr(command, "level", Level.VILLAGE), VILLAGE_OFFICER)
    if isinstance(command, DecideDataMatch):
        usual = TOWNSHIP_OFFICER
    if isinstance(command, DecideObjection):
        usual = ARBITER
    if isinstance(command, EndRegistration | RaiseDataMatch):
        usual = COUNTY_OFFICER
    return Entered(command, by or usual, today or command.on)


def given(*acts: Act, chain: Chain = SEVEN_STEPS, **found: Any) -> "Given":
    """Begin with a history; ``found`` replaces what policy and this service's tables usually say."""
    history = Given(Case(application_decider), {"chain": chain, **found})
    for act in acts:
        told = act if isinstance(act, Entered) else entered(act)
        history = history.when(told.command, told.by, told.today).accepted()
    return history


@dataclass(frozen=True, slots=True)
class Given:
    """One application with its history, and what is found beside it."""

    case: Case
    found: dict[str, Any]

    @property
    def history(self) -> tuple[Told, ...]:
        """What happened, by whom and when."""
        return self.case.history

    @property
    def state(self) -> Application | None:
        """How the application stands."""
        state: Application | None = self.case.state
        return state

    def when(self, command: ApplicationCommand, by: str | None = None, today: date | None = None) -> "Then":
        """Ask for one more thing."""
        return Then(self, self.case.when(command, _known(entered(command, by, today), self.found)))

    def claims(self) -> dict[tuple[str, str], bool]:
        """Every claim ever made, and whether it is still held."""
        made: dict[tuple[str, str], bool] = {}
        for place, told in enumerate(self.history):
            before = replace(self.case, history=self.history[:place]).state
            made |= {(claim.kind, claim.key): claim.held for claim in application_decider.claims(told.event, before)}
        return made


@dataclass(frozen=True, slots=True)
class Then:
    """What was recorded, or refused."""

    before: Given
    outcome: CaseOutcome

    @property
    def after(self) -> Given:
        """The application afterwards, as it was when it was refused."""
        return self.before if self.outcome.refusal else self.accepted()

    def accepted(self) -> Given:
        """Expect no refusal; gives the application as it is afterwards."""
        return replace(self.before, case=self.outcome.then(*self.outcome.decided))

    def then(self, kind: type[Event], **facts: Any) -> "Then":
        """Expect one event with these facts."""
        assert [type(event) for event in self.outcome.decided] == [kind], str(self.outcome)
        assert {name: getattr(self.outcome.decided[0], name) for name in facts} == facts
        return self

    def then_nothing(self) -> None:
        """Expect that it was already true."""
        self.outcome.then_nothing()

    def then_refused(self, kind: type[Refusal], **facts: Any) -> None:
        """Expect a refusal with just these facts."""
        self.outcome.then_refused(kind, **facts)
        assert self.outcome.refusal
        assert self.outcome.refusal.facts == facts

    def step_is(self, step: int) -> None:
        """Expect this to be the step to be done next."""
        state = self.accepted().state
        assert state
        assert (state.step.ordinal, state.ending) == (step, None)

    def ended(self, ending: Ending) -> None:
        """Expect the application to have ended, with its members free to apply anew."""
        after = self.accepted()
        assert after.state
        assert after.state.ending is ending
        assert not any(held for (kind, _), held in after.claims().items() if kind == "open-application")
        assert after.claims()["household-case", "household"] is (ending is Ending.REGISTERED)


def _known(act: Entered, found: dict[str, Any]) -> KnownOfApplication:  # noqa: C901 - one line for each command
    role = ROLES.get(act.by, act.by.partition("another-")[2] or "village_officer")
    usual: dict[str, Any] = {"actor": Actor(act.by, "office", role), "today": act.today, "late_entry_days": 10}
    match act.command:
        case FileApplication():
            kind: type[KnownOfApplication] = KnownOfFiling
            usual |= {"area_is_valid": True, "is_registered": False, "adult_age": 18, "standard": "national"}
            usual |= {"reference_year": 2014, "poverty_line": Decimal("2800.00")}
        case AmendApplication() | CorrectApplication():
            kind, usual["adult_age"] = KnownOfAmending, 18
            usual["rule"] = POLICY.value("eligibility_rule", VILLAGE, FILED_ON).rule
        case DeliberateApplication():
            kind, usual["majority_share"] = KnownOfDeliberation, "1/2"
        case PostApplication():
            kind, usual["notice_days"] = KnownOfPosting, 7
        case PassNotice():
            kind, usual["household_no"] = KnownOfPassing, HOUSEHOLD_NO
        case RequestReconsideration():
            kind, usual["reconsideration_request_days"] = KnownOfReconsideration, 10
        case RaiseObjection() | DecideObjection():
            kind, usual["is_cleared"] = KnownOfObjecting, False
        case DecideReconsideration():
            kind = KnownOfDeciding
            usual |= {"is_upheld": False, "left": 0}
        case EndRegistration() | RecheckApplication():
            kind, usual["living"] = KnownOfLiving, ()
        case VerifyApplication(stated=stated) | ReviewApplication(stated=stated):
            # Whatever is named is attached, and whatever is looked into in a re-check is open.
            usual |= {"stated_in": "event-1", "concluded": {}}
            usual["attached"] = tuple(digest for each in stated for digest in each.evidence)
            kind, usual["rule"] = KnownOfReviewing, POLICY.value("eligibility_rule", VILLAGE, act.command.on).rule
        case _:
            kind = KnownOfApplication
    return kind.model_validate(usual | {name: value for name, value in found.items() if name in kind.model_fields})
