"""The cases of relocation."""
