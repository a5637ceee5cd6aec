"""Why a household is looked at again after its review, and what is found."""

from casework.labels import Labelled


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


class RecheckState(Labelled):
    """How far a re-check has come."""

    OPEN = "open", "核查中", "open"
    OVERDUE = "overdue", "逾期", "overdue"
    REPEATED = "repeated", "与先前的投诉相同", "the same as a complaint received before"
    CONCLUDED = "concluded", "已办结", "concluded"
