"""What is known of every decider, wherever it is."""

import sys

from chronicle.decider import Decider
from codebase import PACKAGES, unimportable
from yihu.topics import DECIDERS


def test_a_restored_store_takes_back_the_claims_of_every_decider() -> None:
    unimportable()
    modules = [module for name, module in [*sys.modules.items()] if name.partition(".")[0] in PACKAGES]
    deciders = {each.name for module in modules for each in vars(module).values() if isinstance(each, Decider)}

    assert sorted(deciders) == sorted(decider.name for decider in DECIDERS)
