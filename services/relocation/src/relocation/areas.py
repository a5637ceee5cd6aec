"""The areas as relocation names them, followed from the shared history."""

from casework.heard_rows import named_areas, replacement
from chronicle.following import area_replacements

from relocation.heard import OF_AREAS, AreaReplaced

areas = named_areas("area", 3, *OF_AREAS)
replacements = area_replacements(AreaReplaced, replacement)
