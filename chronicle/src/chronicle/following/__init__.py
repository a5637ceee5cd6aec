"""From stored events to tables that are asked: projections, their followers, rebuilding, and the loops they run in."""

from chronicle.following.area_codes import HeardAreaCodes, area_names, area_replacements
from chronicle.following.follower import Follower, Unfinished
from chronicle.following.followers import Following
from chronicle.following.loops import Health, Loops
from chronicle.following.passing import Passing
from chronicle.following.projection import Projection, upsert
from chronicle.following.reactions import Issue, Reacting, Reaction
from chronicle.following.rebuild import Rebuilt, prune, rebuild
from chronicle.following.subjects import heard, one_row_each, rows_of

__all__ = [
    "Follower",
    "Following",
    "Health",
    "HeardAreaCodes",
    "Issue",
    "Loops",
    "Passing",
    "Projection",
    "Reacting",
    "Reaction",
    "Rebuilt",
    "Unfinished",
    "area_names",
    "area_replacements",
    "heard",
    "one_row_each",
    "prune",
    "rebuild",
    "rows_of",
    "upsert",
]
