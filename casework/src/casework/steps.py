"""Step chains as data: which steps an application takes, where, and who may enter them."""

from itertools import pairwise
from typing import Annotated, Self

from chronicle.refusals import Invalid
from pydantic import BaseModel, ConfigDict, Field, model_validator

from casework.areas import Level
from casework.labels import Labelled
from casework.roles import Role

Ordinal = Annotated[int, Field(ge=0, le=99)]


class NoSuchStep(Invalid, code="no-such-step", zh="程序中没有第{step}步。"):
    """The procedure has no step {step}."""


class StepKind(Labelled):
    """What a step is."""

    APPLICATION = "application", "申请", "application"
    DELIBERATION = "deliberation", "评议", "deliberation"
    NOTICE = "notice", "公示", "notice"
    VERIFICATION = "verification", "审核", "verification"
    REVIEW = "review", "复核", "review"


class Step(BaseModel):
    """One step: its ordinal is its identity, since a chain may post at the village twice.

    ``due_days`` is within how many days of the step before it is to be done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordinal: Ordinal
    name: str
    kind: StepKind
    level: Level
    duties: Annotated[tuple[Role, ...], Field(min_length=1)]
    zh: str
    en: str
    due_days: Annotated[int, Field(ge=1, le=365)] | None = None

    @property
    def decides(self) -> bool:
        """Whether somebody judges the application here."""
        return self.kind in {StepKind.DELIBERATION, StepKind.VERIFICATION, StepKind.REVIEW}


class Chain(BaseModel):
    """The steps of one jurisdiction, with the document they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_a_chain(self) -> Self:
        kinds = [step.kind for step in self.steps]
        if [step.ordinal for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError("steps are numbered from 1, in order")
        if len({step.name for step in self.steps}) != len(self.steps):
            raise ValueError("each step has its own name")
        if kinds[0] is not StepKind.APPLICATION or StepKind.APPLICATION in kinds[1:]:
            raise ValueError("the first step, and no other, is the application")
        if kinds[-1] is not StepKind.NOTICE:
            raise ValueError("the last step is a notice")
        if any(after.kind is StepKind.NOTICE and not before.decides for before, after in pairwise(self.steps)):
            raise ValueError("a notice shows what the step before it decided")
        return self

    def step(self, ordinal: int) -> Step:
        """Give a step by its ordinal; refused as NoSuchStep."""
        if not 1 <= ordinal <= len(self.steps):
            raise NoSuchStep(step=ordinal)
        return self.steps[ordinal - 1]

    def title(self, ordinal: int) -> str:
        """Name a step as its notice does: those of one name are numbered, and the last is the final list (终榜)."""
        same = [step.ordinal for step in self.steps if step.zh == self.step(ordinal).zh]
        told = "（终榜）" if self.is_last(ordinal) else f"（第{same.index(ordinal) + 1}次）" if len(same) > 1 else ""
        return self.step(ordinal).zh + told

    def is_last(self, ordinal: int) -> bool:
        """Tell whether closing this step ends the chain."""
        return self.step(ordinal) is self.steps[-1]

    def may_return_to(self, current: int, earlier: int) -> bool:
        """Tell whether an application at one step may be sent back to an earlier one: only to one that decides."""
        return 1 <= earlier < current <= len(self.steps) and self.step(earlier).decides
