"""What later decisions need to know of an application."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from casework.eligibility import Eligibility
from casework.labels import Labelled
from casework.notices import Objection
from casework.roles import Role
from casework.steps import Chain, Step, StepKind

from identification.cases.application.events import ApplicationFiled
from identification.cases.application.events.amending import STATED, Restated

Participation = frozenset[tuple[int, str]]


class Ending(Labelled):
    """How an application ended."""

    REGISTERED = "registered", "已建档立卡", "registered"
    REGISTRATION_ENDED = "registration_ended", "已终止建档立卡", "registration ended"
    REJECTED = "rejected", "未通过", "rejected"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


@dataclass(frozen=True, slots=True)
class Posting:
    """The notice the household is on, and the objections to it."""

    notice_id: str
    step: int
    first_day: date
    days: int
    objections: Mapping[str, Objection] = field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        """Tell whether an objection is undecided."""
        return any(objection.decided_on is None for objection in self.objections.values())

    def objected(self, objection_id: str, on: date) -> Self:
        """Note an objection raised on a day or, when it is known, decided."""
        known = self.objections.get(objection_id)
        objection = replace(known, decided_on=on) if known else Objection(on)
        return replace(self, objections={**self.objections, objection_id: objection})


@dataclass(frozen=True, slots=True)
class Draw:
    """The review round the household is in, whether it was drawn to be visited, and when."""

    round_id: str
    sampled: bool
    on: date


@dataclass(frozen=True, slots=True)
class Rejection:
    """What rejected the application: at which step, by which event, when, and whose duty it is to reconsider that."""

    step: int
    event_id: str
    on: date
    duty: Role


@dataclass(frozen=True, slots=True)
class DataMatch:
    """A data match that is still to be decided: since when, and who entered it."""

    person_id: str
    raised_on: date
    raised_by: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How the household was held against the rule of who is eligible: at which step, and when."""

    step: int
    on: date
    eligibility: Eligibility


@dataclass(frozen=True, slots=True)
class Application:
    """What was filed and when, the step to be done next, what stands, and who ever took part in what or was recused.

    ``filed`` is as it was set right since: ``stated_in`` is the event that states what stands, ``stated_by`` who did.
    ``came_off`` is the notice it hung on before, until it is posted anew, whose undecided objections go on.
    ``matters`` are those of its objections, ``dismissed`` tells which objection settled a matter, and
    ``reconsideration_on`` is when the household asked, once, to be looked at again.
    """

    filed: ApplicationFiled
    filed_on: date
    stated_in: str
    stated_by: str
    step: Step
    previous_on: date
    ending: Ending | None = None
    posting: Posting | None = None
    came_off: Posting | None = None
    draw: Draw | None = None
    reviewed: Reviewed | None = None
    passed: frozenset[str] = frozenset()
    performed: Participation = frozenset()
    entered: Participation = frozenset()
    arbitrated: Participation = frozenset()
    recused: frozenset[str] = frozenset()
    standing: tuple[tuple[int, str], ...] = ()
    matters: Mapping[str, str] = field(default_factory=dict)
    dismissed: Mapping[str, str] = field(default_factory=dict)
    rejection: Rejection | None = None
    reconsideration_on: date | None = None
    is_reconsidered: bool = False
    data_matches: Mapping[str, DataMatch] = field(default_factory=dict)
    upheld: frozenset[str] = frozenset()
    rechecked: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    settled_on: date | None = None

    @property
    def chain(self) -> Chain:
        """The steps that hold for this application."""
        return self.filed.chain

    @property
    def is_judged(self) -> bool:
        """Whether anything was done on it beyond its first step."""
        return any(step > 1 for step, _ in self.performed | self.entered)

    def at(self, step: int, *, restated: bool = False) -> Self:
        """Go on at a step; what was posted or drawn belongs to the one that is left.

        An undecided objection goes on: nothing that is set right, and nobody who is heard first, silences another.
        """
        reviewed = self.reviewed if self.reviewed and self.reviewed.step < step else None
        # Sent back, or looked at anew, it is judged on what is stated then; a correction by itself answers nothing.
        upheld = self.upheld if restated or step > self.step.ordinal else frozenset[str]()
        left, here = self.off_notice(), self.chain.step(step)
        return replace(left, ending=None, reviewed=reviewed, upheld=upheld, step=here)

    def off_notice(self) -> Self:
        """Take it off its notice and out of its round, but for the objections that are undecided."""
        came_off = self.objected if self.objected and self.objected.is_held else None
        return replace(self, posting=None, came_off=came_off, draw=None)

    def restated(self, event: Restated, event_id: str, by: str) -> Self:
        """Let what an event states stand; whoever had a stake before has one still."""
        filed = self.filed.model_copy(update={name: getattr(event, name) for name in STATED})
        took_part = {"performed": [filed.applicant.person_id], "entered": [by]}
        parts = {name: getattr(self, name) | participation(1, persons) for name, persons in took_part.items()}
        return replace(self, filed=filed, stated_in=event_id, stated_by=by, recused=self.stakeholders, **parts)

    @property
    def objected(self) -> Posting | None:
        """The notice whose objections hold the household: the one it is on, or came off."""
        return self.posting or self.came_off

    def objected_to(self, objection_id: str, on: date) -> Self:
        """Note an objection to that notice, raised on a day or, when it is known, decided."""
        posting, came_off = (each and each.objected(objection_id, on) for each in (self.posting, self.came_off))
        return replace(self, posting=posting, came_off=came_off)

    def is_undecided(self, objection_id: str) -> bool:
        """Tell whether an objection to it was not decided, be it open or not."""
        objections = self.objected.objections if self.objected else {}
        return objection_id in objections and objections[objection_id].decided_on is None

    def is_held_by(self, objection_id: str) -> bool:
        """Tell whether it is open, and this objection to it undecided."""
        return self.ending is None and self.is_undecided(objection_id)

    def performers(self, kind: StepKind) -> frozenset[str]:
        """Who ever performed a step of this kind, in results since voided too."""
        return frozenset(person for step, person in self.performed if self.chain.step(step).kind is kind)

    @property
    def stakeholders(self) -> frozenset[str]:
        """Who belongs to the household or is kin of it: as filed, or as ever recused when it was deliberated on."""
        filed = self.filed
        return self.recused.union(filed.member_ids, filed.kin_of_cadres, [filed.applicant.person_id])

    @property
    def participants(self) -> frozenset[str]:
        """Who ever performed or entered a step or decided an objection, in results since voided too."""
        return frozenset(person for _, person in self.performed | self.entered | self.arbitrated)

    def took_part_before(self, step: Step) -> frozenset[str]:
        """Who ever had a part in an earlier step or an objection to it, in results since voided too."""
        parts = self.performed | self.entered | self.arbitrated
        return frozenset(person for earlier, person in parts if earlier < step.ordinal)

    def took_part_until(self, step: Step) -> frozenset[str]:
        """Who had a part before, or performed or entered this step itself."""
        here = {person for at, person in self.performed | self.entered if at == step.ordinal}
        return self.took_part_before(step) | here

    def undone_by(self, return_to: int | None) -> tuple[str, ...]:
        """Tell the events of results and notices that a return undoes; none when nothing is sent back."""
        return tuple(event_id for step, event_id in self.standing if return_to and step >= return_to)


def participation(step: int, persons: Iterable[str]) -> Participation:
    """Note that these persons took part in a step."""
    return frozenset((step, person) for person in persons)
