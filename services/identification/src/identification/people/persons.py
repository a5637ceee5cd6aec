"""What is known of a person, and for which purposes it may be read."""

from typing import Annotated

from casework.labels import Labelled
from casework.roles import SENT_TO_THE_VILLAGE, Role, held_by
from chronicle.principal import AreaScope, Principal
from chronicle.refusals import Forbidden
from pydantic import BaseModel, ConfigDict, Field

HOUSEHOLD_MEMBER = "household-member"
REGISTERED_HOUSEHOLD = "registered-household"
# Held by the application that is open or led to a registration; by the household itself once it was dissolved.
HOUSEHOLD_CASE = "household-case"
# Under the household's id, and that of an application of it that ended, or was registered and is no longer.
HOUSEHOLD_CASE_ENDED = "household-case-ended"
# Under somebody's id, and that of a household they lived in: what is kept of it may have to go with them.
HOUSEHOLD_LEFT = "household-left"
# Under somebody's id, and that of a data match that was attached to them: what is kept of it goes with them.
DATA_MATCH_OF = "data-match-of"
# The same, of what an officer entered from a list: held by the application it was entered against.
DATA_MATCH_BY_HAND = "data-match-by-hand"
# Under its id, and that of the application or re-check in which it was: it is not raised against the person again.
DATA_MATCH_CLEARED = "data-match-cleared"


class PersonField(Labelled):
    """One of the texts sealed for a person."""

    NAME = "name", "姓名", "name"
    ID_NUMBER = "id_number", "公民身份号码", "ID number"
    PHONE = "phone", "联系电话", "telephone"
    ADDRESS = "address", "住址", "address"
    BANK_ACCOUNT = "bank_account", "银行账号", "bank account"


class Purpose(Labelled):
    """Why somebody reads about people; a closed list, written into the access log."""

    CASE_WORK = "case_work", "办理业务", "working on a case"
    # Of the households registered as poor alone, which are those that departments help.
    ASSISTANCE = "assistance", "落实帮扶", "bringing assistance to a registered household"
    PUBLIC_NOTICE = "public_notice", "张榜公示", "showing a public notice"
    IDENTITY_CHECK = "identity_check", "核对身份", "checking somebody's identity"
    CONTACT = "contact", "联系农户", "contacting a household"
    PAYMENT = "payment", "发放资金", "paying a household"
    OWN_REQUEST = "own_request", "本人查询", "the person's own request"
    OBJECTION = "objection", "核实异议", "asking whoever objected"

    @property
    def fields(self) -> frozenset[PersonField]:
        """What may be read for this purpose, and nothing else."""
        return _FIELDS[self]

    @property
    def texts(self) -> frozenset[str]:
        """Which of the texts typed in a case, and of its files, may be read for this purpose, and no other."""
        return _TEXTS.get(self, frozenset())

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may read for this purpose, each in the areas of their own duty."""
        return _ROLES[self]

    def scope_of(self, caller: Principal) -> AreaScope:
        """Where somebody may read for this purpose."""
        return held_by(caller, *self.roles)


_FIELDS = {
    Purpose.CASE_WORK: frozenset({PersonField.NAME}),
    Purpose.ASSISTANCE: frozenset({PersonField.NAME}),
    Purpose.PUBLIC_NOTICE: frozenset({PersonField.NAME}),
    Purpose.IDENTITY_CHECK: frozenset({PersonField.NAME, PersonField.ID_NUMBER}),
    Purpose.CONTACT: frozenset({PersonField.NAME, PersonField.PHONE, PersonField.ADDRESS}),
    Purpose.PAYMENT: frozenset({PersonField.NAME, PersonField.ID_NUMBER, PersonField.BANK_ACCOUNT}),
    Purpose.OWN_REQUEST: frozenset(PersonField),
    Purpose.OBJECTION: frozenset(),
}
# How a head was called on a sheet; sealed for them, so that it goes when they are erased.
POSTED_NAME = "posted_name"
# What is kept of a piece of evidence, and where its photo was taken.
FILE, THUMBNAIL, POSITION = "evidence_file", "evidence_thumbnail", "position"

_POSTED = frozenset({"sheet", "place", POSTED_NAME})
_TEXTS = {
    Purpose.CASE_WORK: _POSTED
    | {"minutes", "findings", "objection", "data_match", "reference", "remarks", "statement"}
    | {FILE, THUMBNAIL, POSITION},
    Purpose.PUBLIC_NOTICE: _POSTED,
    Purpose.OBJECTION: frozenset({"objector"}),
}
REVIEWING = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER)
_ROLES = {
    Purpose.CASE_WORK: (Role.GROUP_CONVENER, *REVIEWING, *SENT_TO_THE_VILLAGE),
    Purpose.ASSISTANCE: (Role.DEPARTMENT_OFFICER,),
    Purpose.PUBLIC_NOTICE: (Role.PUBLIC, Role.GROUP_CONVENER, *REVIEWING),
    Purpose.IDENTITY_CHECK: REVIEWING,
    Purpose.CONTACT: REVIEWING,
    Purpose.PAYMENT: (Role.PAYMENT_CLERK, Role.PAYMENT_APPROVER),
    Purpose.OWN_REQUEST: (Role.VILLAGE_OFFICER,),
    # Never a duty of the village: who objects there lives with those who are objected to.
    Purpose.OBJECTION: (Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER),
}


class NotForThisPurpose(Forbidden, code="not-for-this-purpose", zh="此项信息不能用于所选用途。"):
    """What was asked for may not be read for this purpose."""


Name = Annotated[str, Field(pattern=r"^[\p{L}\p{Han}][\p{L}\p{Han}\p{M}·• .'-]{0,39}$")]
Phone = Annotated[str, Field(pattern="^[0-9]{11}$")]
Address = Annotated[str, Field(min_length=1, max_length=100)]
BankAccount = Annotated[str, Field(pattern="^[0-9]{12,19}$")]


class Person(BaseModel):
    """A person as typed on a form. Nothing of it shows in a representation or an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    id_number: Annotated[str, Field(max_length=40)]
    name: Name
    phone: Phone | None = None
    address: Address | None = None
    bank_account: BankAccount | None = None

    def __repr__(self) -> str:
        return "Person()"

    __str__ = __repr__
