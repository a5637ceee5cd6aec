"""All that belongs to one household, and how far it came."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from casework.codes import Sex
from casework.id_number import invented
from chronicle.messages import new_id

NOBODYS = invented(4_999_998, date(1970, 1, 1), Sex.FEMALE)
NO_RECEIPT, NO_DIGEST = "00000-00000", "0" * 32


class Stage(StrEnum):
    """How far a household came."""

    FILED = "filed"
    WITHDRAWN = "withdrawn"
    MET = "deliberated"
    POSTED = "posted"
    OBJECTED = "posted, with an objection"
    RULED = "posted, with an objection decided"
    OVER = "posted long enough"
    TORN = "posted on a sheet that is torn"
    REJECTED = "rejected by its group"
    ASKED = "rejected by its group, and asked to be looked at again"
    HANGING = "posted today"
    PASSED = "past its first notice"
    REVIEWABLE = "before the township"
    DRAWN = "in a review round"
    REGISTERED = "registered"
    OFFERED = "offered a move, in a project, and assessed for an allowance"
    GRANTED = "offered a move, and granted an allowance"


@dataclass(frozen=True)
class Dossier:
    """All ids that belong to one household: acts and typed texts by the resource they are found under, tracks' cases.

    A project is the household's if it was opened for it.
    """

    stage: Stage
    group: str
    application_id: str
    household_id: str
    person_ids: tuple[str, ...]
    id_number: str
    name: str
    objection_id: str
    receipt: str
    refused_event: str
    hold_id: str
    substitution_id: str
    helper_id: str
    handover_id: str
    run_id: str
    decision_id: str
    digest: str
    filed_event: str
    evidence_id: str
    acts: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that say something about this household and no other."""
        own = (self.application_id, self.household_id, *self.person_ids, self.objection_id, self.refused_event)
        own = (*own, self.hold_id, self.substitution_id, self.helper_id, self.handover_id, self.run_id)
        return (*own, self.decision_id, self.evidence_id, *self.cases.values())

    def absent(self) -> "Dossier":
        """The same with ids that nothing has, in a place that is not there, in the same county."""
        return replace(
            self,
            group=f"{self.group[:6]}99900101",
            application_id=new_id(),
            household_id=new_id(),
            person_ids=tuple(new_id() for _ in self.person_ids),
            id_number=NOBODYS,
            objection_id=new_id(),
            receipt=NO_RECEIPT,
            refused_event=new_id(),
            hold_id=new_id(),
            substitution_id=new_id(),
            helper_id=new_id(),
            handover_id=new_id(),
            run_id=new_id(),
            decision_id=new_id(),
            digest=NO_DIGEST,
            filed_event=new_id(),
            evidence_id=new_id(),
            acts={kind: new_id() for kind in self.acts},
            texts={kind: new_id() for kind in self.texts},
            cases={kind: new_id() for kind in self.cases},
            proposals={kind: new_id() for kind in self.proposals},
        )

    def renamed(self, text: str, other: "Dossier") -> str:
        """A text in which this household's ids and codes stand for the other's."""
        ours, theirs = ([*each.ids, *each.acts.values(), *each.texts.values()] for each in (self, other))
        for its, mine in zip(theirs, ours, strict=True):
            text = text.replace(its, mine)
        for end in (14, 12, 9):
            text = text.replace(other.group[:end], self.group[:end])
        return text
