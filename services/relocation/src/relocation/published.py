"""The published language of relocation: every event others may rely on."""

from chronicle.messages import EventTypes

PUBLISHED = EventTypes()
