"""The case history: what happened to a household, as it was known at any moment."""
