"""What a policy comes to under contracts that have what it does not have itself: months, days, no periods, questions, local limits."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from policy.document import load_overlay, resolve
from policy.effects import AskWhichToKeep
from policy.outreach import churn_due
from policy.periods import booking_deadline, horizon_end, period_of
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind
from tests.policy.cast import BERLIN, DAY, LONDON, NEW_YORK, START, ZONES
from tests.policy.disputed import disputed
from tests.policy.scenes import Rules, Scene

MONTHS = '[entitlement]\nbasis = "FIXED"\nperiod = "CALENDAR_MONTH"\n'
CONTRACTS: Mapping[str, str] = {
    "months": MONTHS,
    "until the 20th": MONTHS + "[booking]\ndeadline_day = 20\n",
    "days": '[entitlement]\nbasis = "FIXED"\nperiod = "DAYS"\n',
    "no periods": '[entitlement]\nbasis = "PACK"\nperiod = "NONE"\n',
    "questions": "[investigation]\nenabled = true\n",
    "which to keep": MONTHS + '[booking]\nduplicate_policy = "ASK"\n',
    "by the team": '[outreach]\nteam_period = "P2W"\n',
    "by the coach": '[outreach]\ncoach_period = "P1M"\n',
    "by both": '[outreach]\ncoach_period = "P1M"\nteam_period = "P2W"\n',
    "local limits": """
[reasons.COACH_CANCELLED]
bonus = 1
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "1d 20:00", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", notice = "PT24H", then = "DO", reason = "CLIENT_MOVED"},
  {id = "move-late", by = "MEMBER", action = "MOVE", then = "REFUSE", code = "NOTICE_TOO_SHORT"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
""",
}


BEFORE, LATER = "2027-03-18T10:00:00Z", "2027-03-25T10:00:00Z"
ON_LIMIT, TOO_LATE = "2027-03-16T10:00:00Z", "2027-03-16T10:00:00.000001Z"
BESIDE = Scene(now="2027-03-10T09:00:00Z", start=LATER, free={}, rivals=(BEFORE,))


def _ends(rules: Rules) -> str:
    return " or ".join(_ended(_under(rules, f"by {whom}")) for whom in ("the team", "the coach", "both"))


CONTRACTED: Mapping[str, Callable[[Rules], str]] = {
    "months": lambda rules: _far(_under(rules, "months")),
    "until the 20th": lambda rules: _deadline(_under(rules, "until the 20th")),
    "days": lambda rules: _days(_under(rules, "days")),
    "no periods": lambda rules: _far(_under(rules, "no periods")),
    "asked": lambda rules: disputed(_under(rules, "questions")).rpartition("asked ")[2],
    "in time": lambda rules: _limit(_under(rules, "local limits")),
    "moved": lambda rules: _moved(_under(rules, "local limits")),
    "bonus": lambda rules: _bonus(_under(rules, "local limits")),
    "ended": _ends,
    "second": lambda rules: _second(_under(rules, "months")),
    "chosen": lambda rules: _chosen(_under(rules, "which to keep")),
}
"""How far ahead and until when is booked, in which periods; until when questions are answered; where a local limit lies."""


def _under(rules: Rules, contract: str) -> Rules:
    """The rules of the first kind under a contract."""
    kind = rules.of(None).kind.code
    overlay = load_overlay(CONTRACTS[contract], rules.policy)
    return Rules(rules.policy, {kind: resolve(rules.policy, kind, contract=overlay)})


def _far(rules: Rules) -> str:
    return f"to {horizon_end(rules.of(None), ZONES, now=START):%Y-%m-%dT%H:%M:%SZ}, {_deadline(rules)}"


def _deadline(rules: Rules) -> str:
    by = booking_deadline(rules.of(None), ZONES, START)
    return "without deadline" if by is None else f"by {by:%Y-%m-%dT%H:%M:%SZ}"


def _days(rules: Rules) -> str:
    policy: ResolvedPolicy = rules.of(None)
    period = period_of(policy, ZONES, START)
    return "none" if period is None else f"{period.end - period.start}"


def _limit(rules: Rules) -> str:
    """Until when the member cancels in time, who lives elsewhere than the coach."""
    scene = Scene(now="2027-03-01T10:00:00Z", zones=replace(ZONES, member=NEW_YORK, coach=BERLIN))
    decision = scene.cancelling(rules)
    return "never" if decision.deadline_at is None else decision.deadline_at.isoformat()


def _moved(rules: Rules) -> str:
    """Which row decides a move exactly on a limit, of a session that first stood a week earlier."""
    scene = Scene(now="2027-03-17T10:00:00Z", to=LATER, first_start="2027-03-11T10:00:00Z")
    return str(scene.moving(rules).row)


def _bonus(rules: Rules) -> str:
    """The lot that a cancellation of the coach opens besides."""
    scene = Scene(now="2027-03-17T10:00:00Z", actor=ActorKind.COACH)
    return next(part for part in scene.cancel(rules).split("; ") if part.startswith("GRANT"))


def _ended(rules: Rules) -> str:
    """When a membership ends because its member answers neither the coach nor, from ten days later on, the team."""
    due = churn_due(rules.of(None), LONDON, coach_first_at=START, team_first_at=START + 10 * DAY)
    return "never" if due is None else f"{due:%m-%dT%HZ}"


def _second(rules: Rules) -> str:
    """What becomes of a second booking in a month with one credit."""
    decision = BESIDE.booking(rules)
    return f"{decision.code or decision.parameter}"


def _chosen(rules: Rules) -> str:
    """Until when it is asked which of two is kept, in time, exactly 48 hours before the earlier one and after; the later one, then the earlier."""
    said = [_asked(replace(BESIDE, now=now), rules) for now in ("2027-03-10T09:00:00Z", ON_LIMIT, TOO_LATE)]
    return ", ".join([*said, _asked(replace(BESIDE, start=BEFORE, rivals=(LATER,), now=TOO_LATE), rules)])


def _asked(scene: Scene, rules: Rules) -> str:
    decision = scene.booking(rules)
    due = (one.due_at for one in decision.effects if isinstance(one, AskWhichToKeep))
    return next((f"asked until {at:%dT%H:%M:%S}" for at in due), str(decision.code or "booked"))
