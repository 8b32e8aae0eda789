"""Every preset by what it does (SCENARIOS.md, RULES.md)."""

import pytest

from tests.policy.behaviours import BEHAVIOURS
from tests.policy.cast import preset
from tests.policy.conduct.probes import Probe
from tests.policy.scenes import Rules

PROBES = [(name, one) for name, probes in BEHAVIOURS.items() for one in probes()]


@pytest.mark.parametrize(("name", "one"), PROBES, ids=[f"{name}: {one.name}" for name, one in PROBES])
def test_a_preset_does_what_its_platform_publishes(name: str, one: Probe) -> None:
    assert one.ask(Rules(preset(name))) == one.expected
