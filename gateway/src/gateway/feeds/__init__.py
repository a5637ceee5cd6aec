"""Feeds: what happened, for the systems of departments, as far as each may know."""
