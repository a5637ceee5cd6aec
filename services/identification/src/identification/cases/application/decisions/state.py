"""What later decisions need to know of an application."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from casework.labels import Labelled
from casework.notices import Objection
from casework.steps import Chain, Step, StepKind

from identification.cases.application.events import ApplicationFiled

Participation = frozenset[tuple[int, str]]


class Ending(Labelled):
    """How an application ended."""

    REGISTERED = "registered", "已建档立卡", "registered"
    REJECTED = "rejected", "未通过", "rejected"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


@dataclass(frozen=True, slots=True)
class Posting:
    """The notice the household is on, and the objections to it."""

    notice_id: str
    first_day: date
    days: int
    objections: Mapping[str, Objection] = field(default_factory=dict)

    def objected(self, objection_id: str, on: date) -> Self:
        """Note an objection raised on a day or, when it is known, decided."""
        known = self.objections.get(objection_id)
        objection = replace(known, decided_on=on) if known else Objection(on)
        return replace(self, objections={**self.objections, objection_id: objection})


@dataclass(frozen=True, slots=True)
class Draw:
    """The review round the household is in, and whether it was drawn to be visited."""

    round_id: str
    sampled: bool


@dataclass(frozen=True, slots=True)
class Application:
    """What was filed, the step to be done next, and who ever took part in which step."""

    filed: ApplicationFiled
    step: Step
    previous_on: date
    ending: Ending | None = None
    posting: Posting | None = None
    draw: Draw | None = None
    passed: frozenset[str] = frozenset()
    performed: Participation = frozenset()
    entered: Participation = frozenset()

    @property
    def chain(self) -> Chain:
        """The steps that hold for this application."""
        return self.filed.chain

    def performers(self, kind: StepKind) -> frozenset[str]:
        """Who ever performed a step of this kind, in results since voided too."""
        return frozenset(person for step, person in self.performed if self.chain.step(step).kind is kind)

    def performed_until(self, step: Step) -> frozenset[str]:
        """Who ever performed this step or an earlier one, in results since voided too."""
        return frozenset(person for earlier, person in self.performed if earlier <= step.ordinal)

    def took_part_before(self, step: Step) -> frozenset[str]:
        """Who ever performed or entered an earlier step, in results since voided too."""
        return frozenset(person for earlier, person in self.performed | self.entered if earlier < step.ordinal)


def participation(step: int, persons: Iterable[str]) -> Participation:
    """Note that these persons took part in a step."""
    return frozenset((step, person) for person in persons)
