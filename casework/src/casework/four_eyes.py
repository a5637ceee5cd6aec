"""Nobody judges their own work: decided on persons, whatever account they used."""

from collections.abc import Collection, Iterable

from chronicle.refusals import Refusal


class OwnHousehold(Refusal, code="own-household", zh="您是该户成员，本户的事须由别人办理。"):
    """You belong to this household; somebody else must do this for it."""


def overlap(persons: Iterable[str], earlier: Iterable[str]) -> frozenset[str]:
    """Give the persons who also took part earlier."""
    return frozenset(persons) & frozenset(earlier)


def nobody_new(persons: Iterable[str], earlier: Iterable[str]) -> bool:
    """Tell whether every one of the persons took part earlier."""
    return frozenset(persons) <= frozenset(earlier)


def require_outsider(person: str, members: Collection[str]) -> None:
    """Refuse somebody who would act as an officer on the household they belong to."""
    if person in members:
        raise OwnHousehold
