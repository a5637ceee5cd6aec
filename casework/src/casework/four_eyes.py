"""Nobody judges their own work: decided on persons, whatever account they used."""

from collections.abc import Iterable


def overlap(persons: Iterable[str], earlier: Iterable[str]) -> frozenset[str]:
    """Give the persons who also took part earlier."""
    return frozenset(persons) & frozenset(earlier)


def nobody_new(persons: Iterable[str], earlier: Iterable[str]) -> bool:
    """Tell whether every one of the persons took part earlier."""
    return frozenset(persons) <= frozenset(earlier)
