"""The published language of safety-net: every event others may rely on."""

from safety_net.cases.allowance.events import TYPES

PUBLISHED = TYPES
