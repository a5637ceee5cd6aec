"""The published language, written down in ``contracts/``: what services say, how it is wrapped, who reads it."""
