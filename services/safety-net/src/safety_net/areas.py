"""The areas as safety-net names them, followed from the shared history."""

from casework.heard_rows import replacement
from chronicle.following import area_names, area_replacements

from safety_net.heard import OF_AREAS, AreaReplaced

areas = area_names("area", 3, *OF_AREAS)
replacements = area_replacements(AreaReplaced, replacement)
