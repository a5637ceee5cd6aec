"""The areas as safety-net names them, followed from the shared history."""

from casework.heard_rows import area_columns, area_row
from chronicle.following import one_row_each

from safety_net.heard import OF_AREAS

areas = one_row_each("area", 1, area_columns, dict.fromkeys(OF_AREAS, area_row))
