"""How much of a name the web shows."""

from typing import Literal

Shown = Literal["masked", "full"]


def shown(name: str, how: Shown) -> str:
    """Show a name in full, or its first character and a star for each of the others."""
    return name if how == "full" else name[:1] + "*" * max(len(name) - 1, 1)
