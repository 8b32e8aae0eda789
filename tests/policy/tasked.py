"""The work that a platform's rules ask of people: whose it is, until when, and how it may end (MODEL 13)."""

import re
from collections.abc import Callable, Mapping

from policy.resolved import ResolvedPolicy
from policy.tasks import TEMPLATES, TaskTemplate
from policy.terms import Role
from tests.policy.scenes import Rules


def tasked(letter: str, templates: Mapping[str, TaskTemplate] = TEMPLATES) -> Callable[[Rules], str]:
    """Asks for the templates that cite a rule of this platform."""

    def ask(rules: Rules) -> str:
        policy = rules.of(None)
        own = [one for one in templates.values() if re.search(rf"\b{letter}\d", one.rule)]
        return "; ".join(_said(one, letter, policy) for one in own) or "no work"

    return ask


def _said(one: TaskTemplate, letter: str, policy: ResolvedPolicy) -> str:
    rules = " ".join(re.findall(rf"\b{letter}\d+\b", one.rule))
    whose = "senior staff" if one.audience == (Role.SENIOR_STAFF,) else "the team"
    stated = None if one.sla is None else policy.optional_integer(one.sla)
    days = one.days if stated is None else stated
    until = "at no fixed time" if days is None else f"within {days} business days"
    ends = ", ".join(f"{end} by {one.calls[end]}" if end in one.calls else end for end in one.conclusions)
    urgent = " urgently" if one.urgent else ""
    return f"{one.code} ({rules}) of {whose}{urgent} {until}: {ends}"
