"""The areas as safety-net names them, followed from the shared history."""

from casework.heard_rows import area_columns, area_name, area_row, replacement
from chronicle.following import area_replacements, one_row_each

from safety_net.heard import OF_AREAS, AreaRenamed, AreaReplaced

areas = one_row_each("area", 2, area_columns, {**dict.fromkeys(OF_AREAS, area_row), AreaRenamed: area_name})
replacements = area_replacements(AreaReplaced, replacement)
