"""The cases of industry."""
