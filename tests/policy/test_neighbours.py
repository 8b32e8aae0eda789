"""No preset can be changed by one edit without some behaviour telling: data needs pinning too."""

import pytest

from policy.document import PolicyError
from tests.policy.behaviours import BEHAVIOURS
from tests.policy.conduct.probes import Probe
from tests.policy.neighbours import Neighbour, neighbours
from tests.policy.scenes import Rules


def answer(one: Probe, rules: Rules) -> str:
    """What the neighbour says; a table with a hole says nothing."""
    try:
        return one.ask(rules)
    except LookupError as hole:
        return str(hole)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_every_neighbour_of_a_preset_behaves_differently(name: str) -> None:
    probes = list(BEHAVIOURS[name]())
    unnoticed = [f"{one.where}: {one.label}" for one in neighbours(name) if not noticed(one, probes)]
    assert unnoticed == []


def noticed(neighbour: Neighbour, probes: list[Probe]) -> bool:
    """Whether the edit is refused as no policy, or some probe tells it from the preset."""
    try:
        rules = Rules(neighbour.load())
    except PolicyError:
        return True
    for place, one in enumerate(probes):
        if answer(one, rules) != one.expected:
            # The next neighbour is likely to be told by the same probe.
            probes.insert(0, probes.pop(place))
            return True
    return False


def test_the_neighbours_are_many() -> None:
    assert sum(1 for _ in neighbours("mastered")) > 300
