"""What a policy says of the time around and after a session, as one line of text (MODEL 3.2, 8)."""

from datetime import datetime, timedelta

from policy.aftermath import absence_from, completes_at, nudge_at, prompts_at, reminders_at
from policy.facts import ChangeFacts, Statement
from policy.outcomes import decide_outcome
from policy.resolved import ResolvedPolicy
from policy.settlement import contestable_until
from policy.stating import deadline_of
from policy.terms import ActorKind, SessionStatus, Side
from tests.policy.cast import DAY, START, ZONES, session
from tests.policy.scenes import Rules


def afterwards(rules: Rules) -> str:
    """When who is told, waited for and heard; spans from the start or the end, or from the statement."""
    policy = rules.of(None)
    end = START + policy.kind.duration
    agreed = START - 60 * DAY
    parts = {
        "reminded before": [START - at for at in reversed(reminders_at(policy, START, agreed_at=agreed))],
        "nudged": _after(START, nudge_at(policy, START)),
        "absent": [absence_from(policy, START, side) - START for side in (Side.MEMBER, Side.COACH)],
        "asked": [at - end for at in prompts_at(policy, end)],
        "completed": _after(end, completes_at(policy, end)),
        "contested": [contestable_until(policy, now=end) - end],
        "amended": _after(end, _amended_until(policy, end)),
    }
    said = [f"{name} {', '.join(_span(one) for one in spans) or 'never'}" for name, spans in parts.items()]
    return "; ".join([*said, f"the member {_confirming(policy, end)}"])


def _after(since: datetime, at: datetime | None) -> list[timedelta]:
    return [] if at is None else [at - since]


def _amended_until(policy: ResolvedPolicy, end: datetime) -> datetime | None:
    stated = session(policy.kind, status=SessionStatus.COMPLETED, recorded_at=end, reason="HELD")
    return deadline_of(policy, stated, Statement(actor=ActorKind.COACH, now=end, reason="OTHER"))


def _confirming(policy: ResolvedPolicy, end: datetime) -> str:
    over = session(policy.kind, status=SessionStatus.AWAITING_OUTCOME)
    statement = Statement(actor=ActorKind.MEMBER, now=end, held=True)
    decision = decide_outcome(policy, over, statement, ChangeFacts(zones=ZONES))
    return "may confirm" if decision.allowed else f"may not confirm: {decision.code}"


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(span // timedelta(seconds=1), 60)
    if seconds:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 1440} d" if minutes % 1440 == 0 and minutes else f"{minutes} min"
