"""What a policy's tallies count of one record of sessions, and what follows, as one line of text (MODEL 3.5, D-17)."""

from collections.abc import Iterator
from datetime import timedelta

from policy.counting import Present, Recorded, tally_value
from policy.resolved import ResolvedPolicy
from policy.tallies import Step
from policy.terms import Fault, Sanction, SessionStatus
from policy.watching import reached
from tests.policy.cast import DAY, SECOND, START, ZONES
from tests.policy.scenes import Rules

MAYA, NORA, EVA, DAN = 1, 2, 11, 12
LATE, ABSENT, MOVED, HELD = "CLIENT_CANCELLED_LATE", "CLIENT_NO_SHOW", "MOVED_LATE", "HELD"
RECORD: tuple[tuple[timedelta, str, int, int], ...] = (
    (0 * DAY, LATE, MAYA, EVA),
    (SECOND, LATE, MAYA, EVA),
    (7 * DAY, LATE, MAYA, DAN),
    (8 * DAY, LATE, NORA, EVA),
    (14 * DAY, LATE, MAYA, EVA),
    (20 * DAY, HELD, MAYA, EVA),
    (21 * DAY, ABSENT, MAYA, EVA),
    (21 * DAY + SECOND, ABSENT, MAYA, EVA),
    (22 * DAY, LATE, MAYA, EVA),
    (23 * DAY, MOVED, MAYA, EVA),
    (24 * DAY, MOVED, MAYA, DAN),
    (25 * DAY, MOVED, NORA, EVA),
    (30 * DAY, HELD, MAYA, EVA),
    (50 * DAY, ABSENT, MAYA, DAN),
    (60 * DAY, ABSENT, NORA, EVA),
    (81 * DAY, ABSENT, MAYA, EVA),
    (90 * DAY, LATE, MAYA, EVA),
    (104 * DAY, LATE, MAYA, EVA),
    (110 * DAY, MOVED, MAYA, EVA),
)
"""Which call, so long after 18 March, ended or moved for what reason, and whose it was."""


def counted(rules: Rules) -> str:
    """For each tally, its value after each event that it counts; and what follows from it, an exclamation mark where it is that the team looks into it."""
    policy = rules.of(None)
    found: dict[str, list[str]] = {}
    for place, event in enumerate(events()):
        record = list(events())[:place]
        for name, said in _values(policy, record, event):
            found.setdefault(name, []).append(said)
    return "; ".join(f"{name} {' '.join(values)}" for name, values in sorted(found.items())) or "nothing is counted"


def events() -> Iterator[Recorded]:
    """The record, event by event."""
    for number, (after, reason, member, coach) in enumerate(RECORD):
        held, moved, missed = reason == HELD, reason == MOVED, reason == ABSENT
        status = SessionStatus.MISSED if missed else SessionStatus.CANCELLED
        yield Recorded(
            session_id=number,
            member_id=member,
            coach_id=coach,
            reason=reason,
            at=START + after,
            status=SessionStatus.COMPLETED if held else SessionStatus.SCHEDULED if moved else status,
            fault=Fault.NONE if held else Fault.MEMBER,
        )


def _values(policy: ResolvedPolicy, record: list[Recorded], event: Recorded) -> Iterator[tuple[str, str]]:
    present = Present(
        session_id=event.session_id, member_id=event.member_id, coach_id=event.coach_id, at=event.at, lots=event.lots
    )
    follows = {one.name: _following(one.step) for one in reached(policy, ZONES, record, event, present)}
    for name, tally in policy.tallies.items():
        if event.reason in tally.counts:
            value = tally_value(tally, policy, ZONES, [*record, event], present)
            yield name, f"{value}{follows.get(name, '')}"


def _following(step: Step) -> str:
    """What follows; an exclamation mark where it is only that the team looks into it."""
    if step.then == (Sanction.TASK,):
        return "!"
    return f" {'+'.join(step.then)}{'' if step.lasts is None else f' for {step.lasts}'}"
