"""When a tally reaches a step: by which event, and what has to be looked at (MODEL 3.5, D-17, D-59)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy.counting import Present, Recorded, tally_value
from policy.facts import Zones
from policy.resolved import ResolvedPolicy
from policy.tallies import Step, Tally
from policy.terms import Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The present event takes the tally of this name to a step."""

    name: str
    tally: Tally
    step: Step
    value: int

    @property
    def words(self) -> str:
        """The same for the team."""
        counted = ", ".join(sorted(self.tally.counts))
        row = " in a row" if self.tally.in_a_row else ""
        rule = f" ({self.tally.rule})" if self.tally.rule else ""
        return f"{self.name}: {counted}, {self.value} times{row}{rule}"


def watched(policy: ResolvedPolicy, reason: str | None) -> bool:
    """Whether something may follow for the team from an event of this reason."""
    return any(_asks_team(tally) and reason in tally.counts for tally in policy.tallies.values())


def reached(
    policy: ResolvedPolicy, zones: Zones, record: Sequence[Recorded], event: Recorded, present: Present
) -> Iterator[Reached]:
    """The steps for the team that this event takes a tally to, from below the number to it or beyond; `every` at each multiple.

    `record` is without the event itself.
    """
    for name, tally in policy.tallies.items():
        if not _asks_team(tally) or event.reason not in tally.counts:
            continue
        before = tally_value(tally, policy, zones, record, present)
        after = tally_value(tally, policy, zones, [*record, event], present)
        for step in tally.steps:
            if Sanction.TASK in step.then and _is_reached(step, before, after):
                yield Reached(name=name, tally=tally, step=step, value=after)


def _asks_team(tally: Tally) -> bool:
    return any(Sanction.TASK in step.then for step in tally.steps)


def _is_reached(step: Step, before: int, after: int) -> bool:
    if step.at is not None:
        return before < step.at <= after
    return step.every is not None and after // step.every > before // step.every
