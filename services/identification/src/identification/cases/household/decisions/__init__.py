"""The rules of a household that stand by themselves."""
