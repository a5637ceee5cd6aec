"""The values that an application's commands and events share."""

from typing import Annotated

from casework.codes import HouseGrade
from casework.eligibility import Digest
from casework.labels import Labelled
from casework.money import Hundredths
from casework.reasons import RejectionReason, ReturnReason
from casework.steps import Ordinal
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

Amount = Annotated[
    Hundredths,
    Field(ge=0, lt=10**6),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,6}([.][0-9]{1,2})?$", "examples": ["68.00"]}),
]


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ApplicantKind(Labelled):
    """In what capacity somebody applies for the household."""

    ADULT_MEMBER = "adult_member", "家庭成年成员", "adult member"
    AUTHORISED_RELATIVE = "authorised_relative", "受委托的亲属", "authorised relative"


class Applicant(Value):
    """Who applied for the household."""

    person_id: str
    kind: ApplicantKind


class Living(Value):
    """How the household lives: land in mu, housing in m², the safety of house and water."""

    arable_land_mu: Amount
    forest_land_mu: Amount
    housing_area_m2: Amount
    house_grade: HouseGrade
    water_safe: bool
    water_difficult: bool


class RecusalGround(Labelled):
    """Why somebody present does not vote on an item."""

    OWN_HOUSEHOLD = "own_household", "本户", "own household"
    KIN = "kin", "亲属", "kin"


class Recusal(Value):
    """A person who was present and did not vote on an item."""

    person_id: str
    ground: RecusalGround


class Verdict(Labelled):
    """What a body that judges an application may say."""

    PASS = "pass", "通过", "pass"
    RETURN = "return", "退回", "return"
    REJECT = "reject", "不予通过", "reject"


class Outcome(Value):
    """A verdict: passed, returned to an earlier step, or rejected, each with its reason."""

    verdict: Verdict
    return_to: Ordinal | None = None
    return_reason: ReturnReason | None = None
    rejection_reason: RejectionReason | None = None

    def is_complete(self) -> bool:
        """Tell whether the verdict comes with just what it needs."""
        returned = self.return_to is not None and self.return_reason is not None
        empty = self.return_to is None and self.return_reason is None
        rejected = self.rejection_reason is not None
        match self.verdict:
            case Verdict.PASS:
                return empty and not rejected
            case Verdict.RETURN:
                return returned and not rejected
            case Verdict.REJECT:
                return empty and rejected


class SealedRef(Value):
    """Where a text typed by a person is kept sealed, and its keyed digest."""

    text_id: str
    digest: Digest


class FormField(Labelled):
    """Something an application states, as an amendment or a correction names it."""

    HEAD = "head", "户主", "household head"
    HEAD_NAME = "head_name", "户主姓名", "name of the household head"
    HOUSEHOLD_SIZE = "household_size", "家庭人口", "household size"
    MEMBERS = "members", "家庭成员", "members"
    MEMBER_FACTS = "member_facts", "家庭成员情况", "relation, health, skill or schooling of members"
    PEOPLE = "people", "个人信息", "name, telephone, address or bank account of people"
    APPLICANT = "applicant", "申请人", "applicant"
    KIN_OF_CADRES = "kin_of_cadres", "干部亲属", "kin of cadres"
    INCOME = "income", "收入", "income"
    LIVING = "living", "生产生活条件", "how the household lives"
    CAUSES = "causes", "致贫原因", "causes of poverty"

    @property
    def is_published(self) -> bool:
        """Whether the sheet of a notice shows it; the villager group, which it shows too, is never changed."""
        return self in _PUBLISHED


_PUBLISHED = {FormField.HEAD, FormField.HEAD_NAME, FormField.HOUSEHOLD_SIZE}


class CorrectionReason(Labelled):
    """Why what an application states is corrected."""

    ENTERED_WRONGLY = "entered_wrongly", "录入有误", "entered wrongly"
    STATED_WRONGLY = "stated_wrongly", "申报有误", "stated wrongly"
    LEFT_OUT = "left_out", "漏报漏填", "left out"
    NEWLY_PROVEN = "newly_proven", "有新的证明材料", "newly proven"
    SOMEBODY_DIED = "somebody_died", "家庭成员或申请人死亡", "a member or the applicant died"


class WithdrawalReason(Labelled):
    """Why a household withdrew its application."""

    OWN_WISH = "own_wish", "本人自愿撤回", "own wish"
    CIRCUMSTANCES_IMPROVED = "circumstances_improved", "家庭情况好转", "circumstances improved"
    MOVED_AWAY = "moved_away", "已迁出", "moved away"
    APPLICANT_DIED = "applicant_died", "申请人死亡，无人继续申请", "the applicant died and nobody continues"


class RegistrationEndReason(Labelled):
    """Why a household is no longer registered, without having left poverty."""

    REGISTERED_IN_ERROR = "registered_in_error", "识别有误", "registered in error"
    MOVED_AWAY = "moved_away", "已迁出", "moved away"
    HOUSEHOLD_DISSOLVED = (
        "household_dissolved",
        "成员均已死亡或并入他户",
        "all members died or joined another household",
    )


class ReconsiderationDecision(Labelled):
    """What those who reconsidered a rejection decided."""

    CONFIRMED = "confirmed", "维持原结论", "the rejection is confirmed"
    REOPENED = "reopened", "撤销原结论，重新办理", "reopened at the step that rejected it"


class DataMatchKind(Labelled):
    """In which register of a department a member was found."""

    VEHICLE = "vehicle", "车辆登记", "vehicles"
    HOUSING = "housing", "房产登记", "housing"
    BUSINESS = "business", "工商登记", "business registration"
    PAYROLL = "payroll", "财政供养", "public payroll"
    PENSION = "pension", "养老金", "pensions"
    DEATH = "death", "死亡登记", "deaths"


class DataMatchDecision(Labelled):
    """Whether a data match counts against the household."""

    CLEARED = "cleared", "已排除", "cleared"
    UPHELD = "upheld", "属实", "upheld"


class DataMatchReason(Labelled):
    """Why a data match was cleared or upheld; each reason belongs to just one decision."""

    OTHER_PERSON = "other_person", "号码有误，不是本人", "another person, the number was wrong"
    REGISTER_OUTDATED = (
        "register_outdated",
        "已过户、注销或停发，登记未更新",
        "given up, the register is behind",
    )
    DOES_NOT_EXCLUDE = "does_not_exclude", "属实，但按规定不影响识别", "true, but no ground to exclude by the rules"
    UNDECLARED = "undeclared", "属实，申请时未申报", "true, and not declared"
    EXCLUDES = "excludes", "属实，按规定不应纳入", "true, and a ground to exclude by the rules"

    @property
    def decision(self) -> DataMatchDecision:
        """What is decided for this reason."""
        upheld = self in {DataMatchReason.UNDECLARED, DataMatchReason.EXCLUDES}
        return DataMatchDecision.UPHELD if upheld else DataMatchDecision.CLEARED


class ObjectionDecision(Labelled):
    """How an objection was decided."""

    DISMISSED = "dismissed", "异议不成立", "dismissed"
    UPHELD_RETURNED = "upheld_returned", "异议成立，退回重办", "upheld, returned"
    UPHELD_REJECTED = "upheld_rejected", "异议成立，取消资格", "upheld, rejected"


# Of a case above applications, which reviews have to wait for.
RECHECK_CONCLUDED = "identification.recheck-concluded.v1"


class RecheckCause(Labelled):
    """What opened a re-check."""

    DATA_MATCH = "data_match", "数据比对", "a data match"
    COMPLAINT = "complaint", "投诉", "a complaint"


class RecheckOutcome(Labelled):
    """Whether what opened a re-check counts against the household."""

    CLEARED = "cleared", "已排除", "cleared"
    UPHELD = "upheld", "属实", "upheld"


class RecheckReason(Labelled):
    """Why it was cleared or upheld; each reason belongs to just one outcome."""

    OTHER_PERSON = "other_person", "号码有误，不是本人", "another person, the number was wrong"
    REGISTER_OUTDATED = "register_outdated", "已过户、注销或停发，登记未更新", "given up, the register is behind"
    UNFOUNDED = "unfounded", "经查不属实", "looked into, and not so"
    DOES_NOT_EXCLUDE = "does_not_exclude", "属实，但按规定不影响识别", "true, but no ground to exclude by the rules"
    UNDECLARED = "undeclared", "属实，申请时未申报", "true, and not declared"
    EXCLUDES = "excludes", "属实，按规定不应纳入", "true, and a ground to exclude by the rules"

    @property
    def outcome(self) -> RecheckOutcome:
        """What comes of this reason."""
        upheld = self in {RecheckReason.UNDECLARED, RecheckReason.EXCLUDES}
        return RecheckOutcome.UPHELD if upheld else RecheckOutcome.CLEARED

    def fits(self, cause: RecheckCause) -> bool:
        """Tell whether it answers what opened the re-check."""
        of_registers = {RecheckReason.OTHER_PERSON, RecheckReason.REGISTER_OUTDATED}
        return self not in (of_registers if cause is RecheckCause.COMPLAINT else {RecheckReason.UNFOUNDED})


class RecheckDecision(Labelled):
    """What an upheld re-check means for an application that is still open."""

    RETURNED = "returned", "退回重办", "returned"
    REJECTED = "rejected", "取消资格", "rejected"
