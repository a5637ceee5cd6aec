"""The areas as industry names them, followed from the shared history."""

from casework.heard_rows import replacement
from chronicle.following import area_names, area_replacements

from industry.heard import OF_AREAS, AreaReplaced

areas = area_names("area", 3, *OF_AREAS)
replacements = area_replacements(AreaReplaced, replacement)
