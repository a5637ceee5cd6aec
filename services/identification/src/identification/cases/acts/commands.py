"""What every command for an organised act says."""

from casework.dates import Dated


class ActCommand(Dated):
    """Something asked of an act; ``area_code`` is the area it is held in, of 12 digits or 14 for a villager group."""

    act_id: str
    area_code: str
