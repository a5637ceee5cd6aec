"""The published language of industry: every event others may rely on."""

from industry.cases.project import events

PUBLISHED = events.TYPES
