"""The list of village verification rounds."""

from chronicle.messages import EventTypes

from identification.cases.acts.projections import Begun, act_list
from identification.cases.village_verification.events import VillageVerificationHeld


def _told(held: VillageVerificationHeld) -> Begun:
    return Begun(held.round_id, held.village_code, len(held.rows))


village_verifications = act_list("village_verification", EventTypes(VillageVerificationHeld), _told)
