"""A bank: the smallest case with rules, money, claims and lists, for tests of deciding and handling."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from chronicle.clock import business_date
from chronicle.decider import About, Asked, Claim, Decider, Known, Reading
from chronicle.messages import OPEN, Actor, Command, Event, EventTypes, Recorded, new_id
from chronicle.principal import Principal
from chronicle.recording import Part
from chronicle.refusals import NotFound, Refusal
from chronicle.store.tables import claim as claims_held
from sqlalchemy import func, select

AREA = "360424106000"
NOW = datetime(2015, 6, 1, 4, tzinfo=UTC)
TELLER, CHIEF = Actor("teller", "bank", "teller"), Actor("chief", "bank", "chief")


class AccountOpened(Event, type="bank.account-opened.v1"):
    """An account was opened."""

    owner: Annotated[str, OPEN]
    number: Annotated[int, OPEN]


class MoneyPaidIn(Event, type="bank.money-paid-in.v1"):
    """Money was paid in."""

    amount: Annotated[int, OPEN]


class MoneyPaidOut(Event, type="bank.money-paid-out.v1"):
    """Money was paid out."""

    amount: Annotated[int, OPEN]


class AccountClosed(Event, type="bank.account-closed.v1"):
    """An account was closed."""


class WagesPaid(Event, type="bank.wages-paid.v1"):
    """Wages were paid to a list of accounts."""

    total: Annotated[int, OPEN]


class OpenAccount(Command):
    """Open an account."""

    owner: str


class PayIn(Command):
    """Pay money in."""

    amount: int


class PayOut(Command):
    """Pay money out."""

    amount: int


class CloseAccount(Command):
    """Close an account; its owner may then open another."""


class PayWages(Command):
    """Pay the wages of a month."""

    total: int


class NoSuchAccount(NotFound, code="no-such-account", zh="没有这个账户。"):
    """There is no such account."""


class Overdrawn(Refusal, code="overdrawn", zh="余额只有{balance}。"):
    """There are only {balance} left."""


class OwnPayout(Refusal, code="own-payout", zh="不能为自己办理取款。"):
    """Whoever paid in last cannot pay out."""


class OwnerHasAccount(Refusal, code="owner-has-account", zh="此人已有账户。"):
    """This owner has an account already."""


@dataclass(frozen=True, slots=True)
class Account:
    """What deciding about an account needs."""

    owner: str = ""
    balance: int = 0
    paid_in_by: str = ""


class KnownOfAccount(Known):
    """The next free account number."""

    number: int = 1


def decide(command: Command, account: Account, known: KnownOfAccount) -> list[Event]:
    match command:
        case OpenAccount():
            return [] if account.owner else [AccountOpened(owner=command.owner, number=known.number)]
        case CloseAccount() if not account.owner:
            return []
        case _ if not account.owner:
            raise NoSuchAccount
        case PayIn():
            return [MoneyPaidIn(amount=command.amount)]
        case PayOut() if account.balance < command.amount:
            raise Overdrawn(balance=account.balance)
        case PayOut() if account.paid_in_by == known.actor.person:
            raise OwnPayout
        case PayOut():
            return [MoneyPaidOut(amount=command.amount)]
        case _:
            rest = [MoneyPaidOut(amount=account.balance)] if account.balance else []
            return [*rest, AccountClosed()]


def evolve(account: Account, recorded: Recorded[Any]) -> Account:
    match recorded.event:
        case AccountOpened():
            return Account(recorded.event.owner)
        case MoneyPaidIn():
            return Account(account.owner, account.balance + recorded.event.amount, recorded.actor.person)
        case MoneyPaidOut():
            return replace(account, balance=account.balance - recorded.event.amount)
        case _:
            return Account()


def claims(event: Event, account: Account) -> tuple[Claim, ...]:
    match event:
        case AccountOpened():
            return Claim("owner", event.owner, OwnerHasAccount), Claim("number", f"{event.number}")
        case AccountClosed():
            return (Claim("owner", account.owner, held=False),)
        case _:
            return ()


def about(_command: Command, account: Account, known: Known) -> About:
    return About(f"customer/{account.owner}", AREA, known.today)


def gather(parts: Sequence[tuple[Command, Account]], reading: Reading) -> list[KnownOfAccount]:
    numbers = select(func.count()).where(claims_held.c.kind == "number")
    number = reading.connection.execute(numbers).scalar_one() + 1
    asked = reading.asked
    return [
        KnownOfAccount(actor=asked.actor, today=asked.today, number=number + place) for place, _ in enumerate(parts)
    ]


account = Decider(
    "account",
    EventTypes(AccountOpened, MoneyPaidIn, MoneyPaidOut, AccountClosed),
    Account(),
    decide,
    evolve,
    about,
    gather,
    claims,
)
wages: Decider[PayWages, bool, Known] = Decider(
    "wages",
    EventTypes(WagesPaid),
    initial=False,
    decide=lambda command, paid, _: [] if paid else [WagesPaid(total=command.total)],
    evolve=lambda _, __: True,
    about=lambda *_: About(f"area/{AREA}", AREA, date(2015, 6, 1)),
    gather=lambda parts, reading: [Known(actor=reading.asked.actor, today=reading.asked.today) for _ in parts],
)


def part(account_id: str, command: Command) -> Part:
    """One account's command."""
    return Part(account, account_id, command)


def payroll(act_id: str, *account_ids: str, amount: int = 10) -> list[Part]:
    """Wages for a list of accounts: the act, and a row for each account."""
    rows = [Part(account, account_id, PayIn(amount=amount), row=account_id) for account_id in account_ids]
    return [Part(wages, act_id, PayWages(total=amount * len(rows))), *rows]


def asking(actor: Actor = TELLER, now: datetime = NOW) -> Asked:
    """Somebody asks."""
    return Asked(
        principal=Principal(actor.person, actor.organisation, actor.person),
        actor=actor,
        now=now,
        today=business_date(now),
        command_id=new_id(),
        correlation_id=new_id(),
    )
