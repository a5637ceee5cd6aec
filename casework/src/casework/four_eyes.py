"""Nobody judges their own work: decided on persons, whatever account they used."""

from collections.abc import Iterable

from chronicle.refusals import Refusal


class OwnHousehold(Refusal, code="own-household", zh="有{count}人是该户成员，本户的事须由别人办理。"):
    """Members of the household are among those who act ({count}); somebody else must do this for it."""


def overlap(persons: Iterable[str], earlier: Iterable[str]) -> frozenset[str]:
    """Give the persons who also took part earlier."""
    return frozenset(persons) & frozenset(earlier)


def nobody_new(persons: Iterable[str], earlier: Iterable[str]) -> bool:
    """Tell whether every one of the persons took part earlier."""
    return frozenset(persons) <= frozenset(earlier)


def require_outsiders(persons: Iterable[str], members: Iterable[str]) -> None:
    """Refuse people who would act as officers on a household they belong to."""
    if own := overlap(persons, members):
        raise OwnHousehold(count=len(own))
