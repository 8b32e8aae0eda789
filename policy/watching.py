"""When a tally reaches a step: by which event, what has to be looked at, and until when what follows lasts (MODEL 3.5, D-17, D-59)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from policy.calendar_terms import end_of_term
from policy.counting import Present, Recorded, asked_tallies, tally_value
from policy.facts import Zones
from policy.outreach import calendar_after
from policy.periods import period_of
from policy.resolved import ResolvedPolicy
from policy.tallies import Step, Tally
from policy.terms import Side, TallyOf, Until


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The present event takes the tally of this name to a step; `place`: which one of the tally's."""

    name: str
    tally: Tally
    step: Step
    value: int
    place: int = 0

    @property
    def words(self) -> str:
        """The same for the team."""
        counted = ", ".join(sorted(self.tally.counts))
        row = " in a row" if self.tally.in_a_row else ""
        often = "once" if self.value == 1 else f"{self.value} times{row}"
        rule = f" ({self.tally.rule})" if self.tally.rule else ""
        return f"{self.name}: {counted}, {often}{rule}"


def sides_counted(policy: ResolvedPolicy) -> frozenset[Side]:
    """Whose record has to be looked at: for the condition of a row, or because something may follow. That of a pair is the member's."""
    asked = asked_tallies(policy)
    return frozenset(side_of(tally) for name, tally in policy.tallies.items() if tally.steps or name in asked)


def has_steps(policy: ResolvedPolicy) -> bool:
    """Whether something may follow from an event."""
    return any(tally.steps for tally in policy.tallies.values())


def is_counted(policy: ResolvedPolicy) -> bool:
    """Whether anything is asked of what has happened before: by a row, or by a step."""
    return bool(sides_counted(policy))


def watched(policy: ResolvedPolicy, reason: str | None) -> bool:
    """Whether something may follow from an event of this reason."""
    return any(tally.steps and reason in tally.counts for tally in policy.tallies.values())


def reached(
    policy: ResolvedPolicy, zones: Zones, record: Sequence[Recorded], event: Recorded, present: Present
) -> Iterator[Reached]:
    """The steps that this event takes a tally to, from below the number to it or beyond; `every` at each multiple.

    `record` is without the event itself.
    """
    for name, tally in policy.tallies.items():
        if not tally.steps or event.reason not in tally.counts:
            continue
        before = tally_value(tally, policy, zones, record, present)
        after = tally_value(tally, policy, zones, [*record, event], present)
        for place, step in enumerate(tally.steps):
            if _is_reached(step, before, after):
                yield Reached(name=name, tally=tally, step=step, value=after, place=place)


def reached_from(policy: ResolvedPolicy, numbers: Mapping[str, int], reason: str) -> Iterator[Reached]:
    """The same where only numbers are known: what each tally has come to by then."""
    for name, tally in policy.tallies.items():
        before = numbers.get(name, 0)
        after = before + tally.counts.get(reason, 0)
        for place, step in enumerate(tally.steps):
            if _is_reached(step, before, after):
                yield Reached(name=name, tally=tally, step=step, value=after, place=place)


def side_of(tally: Tally) -> Side:
    """Whom what follows concerns: the coach whose events are counted, else the member."""
    return Side.COACH if tally.of is TallyOf.COACH else Side.MEMBER


def end_of_step(step: Step, policy: ResolvedPolicy, zones: Zones, *, begins_at: datetime) -> datetime | None:
    """Until when a sanction of the step lasts; None where no instant says so: it then waits for a payment, a term or the team."""
    match step.lasts:
        case timedelta():
            return begins_at + step.lasts
        case Until():
            return _end_of_span(step.lasts, policy, zones, begins_at)
        case str():
            return calendar_after(begins_at, step.lasts, zones.accounting)
        case None:
            return None


def _end_of_span(lasts: Until, policy: ResolvedPolicy, zones: Zones, begins_at: datetime) -> datetime | None:
    """The end of the period or the term in which it begins, as far as there is one."""
    if lasts is Until.TERM:
        return end_of_term(zones, begins_at)
    period = period_of(policy, zones, begins_at) if lasts is Until.PERIOD else None
    return None if period is None else period.end


def _is_reached(step: Step, before: int, after: int) -> bool:
    if step.at is not None:
        return before < step.at <= after
    return step.every is not None and after // step.every > before // step.every
