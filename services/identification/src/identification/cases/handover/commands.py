"""What can be asked of a handover."""

from chronicle.messages import Command

from identification.cases.pairing.findings import HandoverReason


class HandOverWork(Command):
    """Hand over, from today on, what somebody is responsible for in an area, and their substitutions named here."""

    handover_id: str
    leaver: str
    successor: str
    area_code: str
    reason: HandoverReason
    substitution_ids: tuple[str, ...]
