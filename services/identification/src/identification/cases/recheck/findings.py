"""How far a re-check can have come."""

from casework.labels import Labelled


class RecheckState(Labelled):
    """How far a re-check has come."""

    OPEN = "open", "核查中", "open"
    OVERDUE = "overdue", "逾期", "overdue"
    REPEATED = "repeated", "与先前的投诉或异议相同", "the same as a complaint or objection received before"
    CONCLUDED = "concluded", "已办结", "concluded"
