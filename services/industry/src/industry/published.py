"""The published language of industry: every event others may rely on."""

from chronicle.messages import EventTypes

PUBLISHED = EventTypes()
