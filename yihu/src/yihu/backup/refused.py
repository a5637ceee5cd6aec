"""Why there is no backup, or why nothing was restored."""


class BackupRefused(Exception):
    """A backup was not made, or not restored; the text says why, to whoever typed the command."""
