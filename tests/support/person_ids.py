"""The ids of the people in tests, by what they are called there."""

from uuid import NAMESPACE_OID, uuid5


def person_id(name: str) -> str:
    """Somebody's id, the same whenever they are named."""
    return str(uuid5(NAMESPACE_OID, name))
