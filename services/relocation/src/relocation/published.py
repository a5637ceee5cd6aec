"""The published language of relocation: every event others may rely on."""

from relocation.cases.relocation import events

PUBLISHED = events.TYPES
