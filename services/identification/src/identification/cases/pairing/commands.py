"""What can be asked of the pairing of a household."""

from datetime import datetime

from casework.dates import Dated
from chronicle.messages import Command

from identification.cases.pairing.findings import HandoverReason, PairingEndReason


class PairHousehold(Dated):
    """Make somebody of the staff responsible for a registered household that has no helper."""

    household_id: str
    helper: str


class HandOverPairing(Command):
    """Make somebody else responsible for a household, from today on.

    As part of the handover of all work, only if ``leaver`` was responsible for it by then, ``before``.
    """

    successor: str
    reason: HandoverReason
    handover_id: str | None = None
    leaver: str | None = None
    before: datetime | None = None


class EndPairing(Dated):
    """Let nobody be responsible for a household any longer."""

    reason: PairingEndReason


PairingCommand = PairHousehold | HandOverPairing | EndPairing
