"""The published language of industry: every event others may rely on."""

from industry.cases.project.events import TYPES as PUBLISHED

__all__ = ["PUBLISHED"]
