"""The course of one village's list, from applying to the register, as its officers enter it: every rule is asked.

Each act is entered on its own day. Where one village follows another, the store keeps its time of recording from
going back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from casework.areas import Level
from casework.deliberation import Votes
from casework.roles import Role
from casework.steps import Chain, Step, StepKind
from chronicle.decider import Asked, Decider
from chronicle.messages import new_id
from chronicle.recording import Part
from chronicle.store.values import Delivery, Sealed
from identification.cases.acts.api import Texts, parts_of
from identification.cases.application.commands import FileApplication
from identification.cases.application.findings import Applicant, ApplicantKind, Outcome, Verdict
from identification.cases.application.gather import application_decider
from identification.cases.group_meeting.commands import AgendaItem, HoldGroupMeeting
from identification.cases.group_meeting.events import Session
from identification.cases.group_meeting.gather import group_meeting_decider
from identification.cases.household.commands import RecordHousehold
from identification.cases.household.gather import household_decider
from identification.cases.public_notice.commands import CloseNotice, PostNotice
from identification.cases.public_notice.events import Photos
from identification.cases.public_notice.findings import SheetRow
from identification.cases.public_notice.gather import public_notice_decider
from identification.cases.public_notice.queries import rows_in, sheet_of, without_names
from identification.cases.review_round.commands import ConcludeReview, DrawReviewSample, Review, SampleRule
from identification.cases.review_round.gather import review_round_decider
from identification.cases.village_verification.commands import HoldVillageVerification, Visit
from identification.cases.village_verification.gather import village_verification_decider
from identification.service import Service

from yihu.embedded import officer
from yihu.generating.households import Form

FIRST_DAY = date(2015, 6, 1)
ENTITLED, PRESENT = 40, 32
PASS = Outcome(verdict=Verdict.PASS)

_PREFIX = {Level.TOWNSHIP: 9, Level.COUNTY: 6}


@dataclass(frozen=True, slots=True)
class Row:
    """One household on the list: its application and head, and where it waits: at a step, or halfway through it."""

    application_id: str
    head: str
    stays_at: int | None
    halfway: bool


@dataclass
class Course:
    """One list of a villager group, as far as it came."""

    service: Service
    group: str
    on: date = FIRST_DAY
    rows: list[Row] = field(default_factory=list)
    acting: dict[int, str] = field(default_factory=dict)

    @property
    def village(self) -> str:
        """The village of the group."""
        return self.group[:12]

    def run(self, forms: Sequence[Form], stays: Sequence[tuple[int, bool] | None]) -> int:
        """Take households through all steps, but for those that stay at one; gives how many are registered."""
        chain = Chain.model_validate(self.service.handler.value("identification_chain", self.group, self.on))
        self._file(chain.steps[0], forms, stays)
        steps: dict[StepKind, Callable[[Step, list[Row]], None]] = {
            StepKind.DELIBERATION: self._deliberate,
            StepKind.NOTICE: self._notice,
            StepKind.VERIFICATION: self._verify,
            StepKind.REVIEW: self._review,
        }
        for step in chain.steps[1:]:
            self.on += timedelta(days=1)
            here = [row for row in self.rows if row.stays_at is None or step.ordinal <= row.stays_at]
            came = [row for row in here if row.stays_at != step.ordinal or row.halfway]
            if came:
                steps[step.kind](step, came)
        return sum(row.stays_at is None for row in self.rows)

    def _file(self, step: Step, forms: Sequence[Form], stays: Sequence[tuple[int, bool] | None]) -> None:
        typed = [member for form in forms for member in form.members]
        enrolment = self.service.vault.enrol(typed, self.group, self.on)
        enrolled, parts, keys = iter(enrolment.people), [], Sealed()
        for form, stay in zip(forms, stays, strict=True):
            members = tuple(member.enrolled(next(enrolled)) for member in form.members)
            command = FileApplication(
                on=self.on,
                application_id=new_id(),
                household_id=new_id(),
                group_code=self.group,
                members=members,
                applicant=Applicant(person_id=members[0].person_id, kind=ApplicantKind.ADULT_MEMBER),
                kin_of_cadres=(),
                income=form.income,
                living=form.living,
                causes=form.causes,
                consent_to_cross_checks=True,
            )
            household = RecordHousehold(**{name: getattr(command, name) for name in RecordHousehold.model_fields})
            parts.append(Part(application_decider, command.application_id, command))
            parts.append(Part(household_decider, command.household_id, household))
            keys += self.service.vault.keyed(command.household_id)
            self.rows.append(Row(command.application_id, form.members[0].name, *(stay or (None, False))))
        self._enter(step, parts, Delivery(sealed=enrolment.sealed + keys, claims=enrolment.claims))

    def _deliberate(self, step: Step, rows: list[Row]) -> None:
        meeting, recorder = new_id(), new_id()
        texts = self._texts(group_meeting_decider, meeting, {"minutes": "逐户宣读申请，逐户评议，举手表决。"})
        votes = Votes(in_favour=PRESENT - 2, against=1, abstained=1)
        command = HoldGroupMeeting(
            act_id=meeting,
            area_code=self.group,
            on=self.on,
            convener=self._who(step),
            recorder=recorder,
            sessions=(Session(number=1, held_on=self.on, entitled=ENTITLED, present=PRESENT),),
            agenda=tuple(
                AgendaItem(application_id=row.application_id, session=1, votes=votes) for row in _done(rows, step)
            ),
            minutes=texts.kept["minutes"],
        )
        if command.agenda:
            self._act(step, group_meeting_decider, command, texts.sealed)

    def _notice(self, step: Step, rows: list[Row]) -> None:
        handler, vault = self.service.handler, self.service.vault
        area = self.group if step.level is Level.GROUP else self.village
        notice, ids = new_id(), tuple(row.application_id for row in rows)
        shown = rows_in(handler, area, self.on, ids)
        lines = (
            SheetRow(group="一组", head=r.head, household_size=s.household_size)
            for r, s in zip(rows, shown, strict=True)
        )
        chain = Chain.model_validate(handler.value("identification_chain", self.group, FIRST_DAY))
        sheet = sheet_of(handler, notice, area, chain.title(step.ordinal), self.on, tuple(lines))
        unnamed, names = without_names(sheet, [row.head_id for row in shown], vault)
        texts = self._texts(public_notice_decider, notice, {"place": "村务公开栏", "sheet": unnamed.text()})
        posting = PostNotice(
            act_id=notice,
            area_code=area,
            on=self.on,
            step=step.ordinal,
            title=sheet.step,
            how_to_object=sheet.how_to_object,
            rows=ids,
            shown=shown,
            place=texts.kept["place"],
            sheet=texts.kept["sheet"],
            performed_by=(self._who(step),),
        )
        self._act(step, public_notice_decider, posting, names + texts.sealed)
        self.on += timedelta(days=handler.value("notice_days", area, self.on))
        days = {day: sha256(f"{notice} {day}".encode()).hexdigest() for day in ("first_day", "last_day")}
        closing = CloseNotice(
            act_id=notice,
            area_code=area,
            on=self.on,
            rows=tuple(row.application_id for row in _done(rows, step)),
            photos=Photos(**days),
            performed_by=(self._who(step),),
        )
        if closing.rows:
            self._act(step, public_notice_decider, closing)

    def _verify(self, step: Step, rows: list[Row]) -> None:
        done = [row.application_id for row in _done(rows, step)]
        texts = Texts.findings(
            self.service.vault, self.service.handler, dict.fromkeys(done, "入户核实，与申请表对照。")
        )
        visits = tuple(
            Visit(
                application_id=one,
                visited_on=self.on,
                outcome=PASS,
                findings=texts.kept[one],
                evidence=(sha256(one.encode()).hexdigest(),),
            )
            for one in done
        )
        command = HoldVillageVerification(
            act_id=new_id(), area_code=self.village, on=self.on, verifiers=(self._who(step),), visits=visits
        )
        if visits:
            self._act(step, village_verification_decider, command, texts.sealed)

    def _review(self, step: Step, rows: list[Row]) -> None:
        handler, round_id, end = self.service.handler, new_id(), _PREFIX[step.level]
        area = self.village[:end].ljust(12, "0")
        rule = SampleRule(
            share=handler.value("review_sample_share", area, self.on),
            minimum=handler.value("review_sample_minimum", area, self.on),
        )
        ids = tuple(row.application_id for row in rows)
        drawing = DrawReviewSample(act_id=round_id, area_code=area, on=self.on, rows=ids, seed=round_id, rule=rule)
        self._act(step, review_round_decider, drawing)
        sampled, done = drawing.sample(), [row.application_id for row in _done(rows, step)]
        texts = Texts.findings(self.service.vault, handler, dict.fromkeys(done, "抽查入户，核算收入。"))
        reviews = tuple(
            Review(
                application_id=one,
                visited_on=self.on if one in sampled else None,
                outcome=PASS,
                findings=texts.kept[one],
            )
            for one in done
        )
        conclusion = ConcludeReview(
            act_id=round_id, area_code=area, on=self.on, reviewers=(self._who(step),), reviews=reviews
        )
        if reviews:
            self._act(step, review_round_decider, conclusion, texts.sealed)

    def _who(self, step: Step) -> str:
        return self.acting.setdefault(step.ordinal, new_id())

    def _texts(self, decider: Decider[Any, Any, Any], act_id: str, typed: dict[str, str]) -> Texts:
        return Texts.of_act(self.service.vault, f"{decider.name}/{act_id}", typed)

    def _act(self, step: Step, decider: Decider[Any, Any, Any], command: Any, sealed: Sealed | None = None) -> None:
        parts = parts_of(decider, command, command.row_commands())
        self._enter(step, parts, Delivery(sealed=sealed or Sealed()))

    def _enter(self, step: Step, parts: Sequence[Part], delivery: Delivery) -> None:
        role = Role(step.duties[0])
        principal = officer(role, self.village, self._who(step))
        now = datetime.combine(self.on, time(2), UTC)
        asked = Asked(principal, principal.actor(role), now, self.on, new_id(), new_id())
        self.service.handler.handle(asked, parts, delivery)


def _done(rows: Iterable[Row], step: Step) -> list[Row]:
    return [row for row in rows if row.stays_at != step.ordinal]
