"""The published language of safety-net: every event others may rely on."""

from safety_net.cases.allowance import events

PUBLISHED = events.TYPES
