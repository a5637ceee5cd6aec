"""The re-check (回头看): of a household, for a data match after its review, or a complaint; it takes nothing back."""
