"""The published language of safety-net: every event others may rely on."""

from chronicle.messages import EventTypes

PUBLISHED = EventTypes()
