"""Why a file is not taken, as the process that cleans it says so."""


class Refused(Exception):
    """The file is not taken, for this reason."""
