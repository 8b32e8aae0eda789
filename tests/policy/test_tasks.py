"""Every rule that asks people to do something is a task template: any edit of one is told by the probe of its platform (MODEL 13)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from policy.tasks import TEMPLATES, TaskTemplate
from tests.policy.behaviours import BEHAVIOURS
from tests.policy.cast import preset
from tests.policy.conduct.around import WORK
from tests.policy.rulebook import PLATFORMS, published
from tests.policy.scenes import Rules
from tests.policy.tasked import tasked


def edits(one: TaskTemplate) -> Iterator[TaskTemplate]:
    """The template with another deadline, another audience, a conclusion less, or one that no verb brings about."""
    yield replace(one, days=7, sla=None)
    yield replace(one, restricted=not one.restricted)
    yield replace(one, urgent=not one.urgent)
    yield replace(one, conclusions=one.conclusions[1:])
    yield from (replace(one, calls={**one.calls, end: "anotherVerb"}) for end in one.calls)


@pytest.mark.parametrize(("letter", "name"), PLATFORMS.items())
def test_each_edit_of_a_template_is_told(letter: str, name: str) -> None:
    rules = Rules(preset(name))
    expected = next(one.expected for one in BEHAVIOURS[name]() if one.name == WORK)
    for code, one in TEMPLATES.items():
        if any(rule.startswith(letter) for rule in one.rule.split(", ")):
            for edit in edits(one):
                assert tasked(letter, {**TEMPLATES, code: edit})(rules) != expected, (code, edit)


def test_every_rule_for_people_has_its_work() -> None:
    asked = {rule for one in TEMPLATES.values() for rule in one.rule.split(", ")}
    assert {one.id for one in published() if one.type == "W"} <= asked
