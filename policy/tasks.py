"""Work for the team: what kinds there are, until when it is due, and how it may be concluded (MODEL 13, D-31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.facts import Zones
from policy.limits import wall_instant
from policy.matters import TeamMatter
from policy.resolved import ResolvedPolicy
from policy.terms import CaseResult, Role

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTemplate:
    """A kind of work: `sla` names the parameter that says within how many business days it is done, `days` so many where that says
    nothing; `conclusions`: how it may end.

    `calls`: the ordinary command by which one of the conclusions comes about, and which then concludes the task itself. `urgent`: it
    goes before other work; `restricted`: only senior staff see it.
    """

    code: str
    title: str
    sla: str | None
    checklist: tuple[str, ...]
    conclusions: tuple[str, ...]
    rule: str
    days: int | None = None
    calls: Mapping[str, str] = field(default_factory=dict[str, str])
    urgent: bool = False
    restricted: bool = False

    @property
    def audience(self) -> tuple[Role, ...]:
        """Whose work it is."""
        return (Role.SENIOR_STAFF,) if self.restricted else (Role.STAFF, Role.SENIOR_STAFF)


SUPPORT = TaskTemplate(
    code="SUPPORT",
    title="Somebody asks for help with a session",
    sla="support.sla_business_days",
    checklist=(
        "Read what was written, and the session's history.",
        "Change the session, its outcome or its credit by the ordinary verbs, where that is the answer.",
        "Answer who asked.",
    ),
    conclusions=("ANSWERED", "SETTLED", "NOTHING_TO_DO"),
    rule="A19, T11, V24",
)
EXTRA = TaskTemplate(
    code="EXTRA_SESSION",
    title="An extra session is asked for",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Concierge and coach support both read this: the coach has given a heads-up, or the member has asked.",
        "Private members: explain the process and send the price. Sponsored members: look at the contract, and confirm or refuse.",
        "The credit comes with the payment, or with the confirmation where nothing is charged.",
    ),
    conclusions=("QUOTED", "APPROVED", "REFUSED", "WITHDRAWN"),
    calls={
        "QUOTED": "answerRequest",
        "APPROVED": "answerRequest",
        "REFUSED": "answerRequest",
        "WITHDRAWN": "withdrawRequest",
    },
    rule="O34, O35, O36",
)
ONE_OFF = TaskTemplate(
    code="ONE_OFF_SESSION",
    title="A session with another coach is asked for",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Speak with the member, and with the other coach about the time.",
        "Does it take the place of a session with the regular coach? Then it is not charged.",
        "Approve it: the member confirms, and the two are connected.",
    ),
    conclusions=("APPROVED", "REFUSED", "WITHDRAWN"),
    calls={"APPROVED": "answerRequest", "REFUSED": "answerRequest", "WITHDRAWN": "withdrawRequest"},
    rule="O31",
)
CADENCE = TaskTemplate(
    code="CADENCE_CHANGE",
    title="Another rhythm is asked for",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Look at the contract: what it allows differs.",
        "Confirm or refuse; a change holds from the next renewal.",
    ),
    conclusions=("APPROVED", "REFUSED", "WITHDRAWN"),
    calls={"APPROVED": "answerRequest", "REFUSED": "answerRequest", "WITHDRAWN": "withdrawRequest"},
    rule="O39",
)
NO_COMMON_TIME = TaskTemplate(
    code="NO_COMMON_TIME",
    title="Coach and member find no common time",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Look at both calendars, and ask both for more times.",
        "Where there is none, another coach may suit the member better.",
    ),
    conclusions=("TIME_FOUND", "SWITCHED", "NOTHING_TO_DO"),
    calls={"TIME_FOUND": "bookSession", "SWITCHED": "switchCoach"},
    rule="O4",
)
NO_FIT = TaskTemplate(
    code="NO_FIT",
    title="A coach feels no professional fit with a member",
    sla="support.sla_business_days",
    days=2,
    checklist=("Speak with the coach.", "Speak with the member before anything is changed."),
    conclusions=("SWITCHED", "STAYS", "NOTHING_TO_DO"),
    calls={"SWITCHED": "switchCoach"},
    rule="O43",
)
CONDUCT = TaskTemplate(
    code="CONDUCT",
    title="Rude or inappropriate behaviour is reported",
    sla=None,
    days=1,
    checklist=(
        "Support who reported it, at once.",
        "Talk to nobody who does not need to know.",
        "Decide whether the two go on.",
    ),
    conclusions=("SWITCHED", "WARNED", "UNFOUNDED"),
    calls={"SWITCHED": "switchCoach"},
    urgent=True,
    restricted=True,
    rule="O45",
)
WANTS_TO_LEAVE = TaskTemplate(
    code="WANTS_TO_LEAVE",
    title="A member is said to want to leave",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "A coach's word cancels nothing: only the member's own request to the concierge counts.",
        "Speak with the member; a request of their own is recorded with its source.",
    ),
    conclusions=("CANCELLED", "STAYS", "NO_ANSWER"),
    calls={"CANCELLED": "cancelMembership"},
    rule="O26",
)
WANTS_ANOTHER_COACH = TaskTemplate(
    code="WANTS_ANOTHER_COACH",
    title="A member wants another coach",
    sla="support.sla_business_days",
    days=2,
    checklist=("Understand the wish; it costs nothing and has no minimum term.", "Make the switch in one step."),
    conclusions=("SWITCHED", "STAYS"),
    calls={"SWITCHED": "switchCoach"},
    rule="O29",
)
UNREACHABLE = TaskTemplate(
    code="UNREACHABLE",
    title="A member cannot be reached",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Try to reach the member too, and log each attempt; the coach goes on trying.",
        "Any sign of life ends it.",
    ),
    conclusions=("LOGGED", "REACHED"),
    calls={"LOGGED": "logContactAttempt"},
    rule="O22, O23",
)
CHURN = TaskTemplate(
    code="CHURN_WARNING",
    title="A member who cannot be reached is about to leave the platform",
    sla=None,
    checklist=("Try once more: in a week the membership ends by itself.",),
    conclusions=("REACHED", "NOTHING_TO_DO"),
    rule="O24, D-23",
)
CASE = TaskTemplate(
    code="CASE",
    title="A report or a contest is to be decided",
    sla="support.sla_business_days",
    checklist=(
        "Read what both have said, and who was there: the presence signals, and what the member shows.",
        "Decide what became of the session; that closes the case and settles credits and money.",
    ),
    conclusions=tuple(CaseResult),
    calls={"UPHELD": "decideCase", "REJECTED": "decideCase"},
    rule="M18, D-16, D-22, D-33, D-47",
)
CHANGE_ASKED = TaskTemplate(
    code="CHANGE_ASKED",
    title="A change of a session is to be answered",
    sla="support.sla_business_days",
    checklist=("Answer before it expires; without an answer nothing changes.",),
    conclusions=("ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN", "SUPERSEDED"),
    calls={"ACCEPTED": "acceptProposal", "DECLINED": "declineProposal"},
    rule="D-58",
)
REASON_ASKED = TaskTemplate(
    code="REASON_ASKED",
    title="The reason of a cancellation is to be stated",
    sla="support.sla_business_days",
    checklist=("State the reason; silence gives the one that the policy names.",),
    conclusions=("STATED", "SILENCE"),
    calls={"STATED": "stateReason"},
    rule="D-58",
)
WATCH = TaskTemplate(
    code="WATCH",
    title="Something has happened that the team watches for",
    sla="support.sla_business_days",
    days=2,
    checklist=(
        "Read the history of the two: what was cancelled or missed, and how early it was said.",
        "Speak with the coach; where late cancellations are frequent, offer a conversation with the coaching lead.",
    ),
    conclusions=("SPOKEN_WITH_COACH", "SPOKEN_WITH_MEMBER", "NOTHING_TO_DO"),
    rule="O15, O16, O20, D-17",
)
TEMPLATES: Mapping[str, TaskTemplate] = {
    one.code: one
    for one in (
        SUPPORT,
        EXTRA,
        ONE_OFF,
        CADENCE,
        NO_COMMON_TIME,
        NO_FIT,
        CONDUCT,
        WANTS_TO_LEAVE,
        WANTS_ANOTHER_COACH,
        UNREACHABLE,
        CHURN,
        CASE,
        CHANGE_ASKED,
        REASON_ASKED,
        WATCH,
    )
}
BY_MATTER: Mapping[TeamMatter, TaskTemplate] = {
    TeamMatter.NO_COMMON_TIME: NO_COMMON_TIME,
    TeamMatter.NO_FIT: NO_FIT,
    TeamMatter.CONDUCT: CONDUCT,
    TeamMatter.WANTS_TO_LEAVE: WANTS_TO_LEAVE,
    TeamMatter.WANTS_ANOTHER_COACH: WANTS_ANOTHER_COACH,
    TeamMatter.UNREACHABLE: UNREACHABLE,
}
FROM_MEMBERS = frozenset({TeamMatter.NO_COMMON_TIME, TeamMatter.WANTS_ANOTHER_COACH, TeamMatter.CONDUCT})
"""What a member may tell the team too; the rest is a coach's to tell."""


def due_at(policy: ResolvedPolicy, template: TaskTemplate, zones: Zones, *, received: datetime) -> datetime | None:
    """Until when the work is done; None where the policy sets no time."""
    days = None if template.sla is None else policy.optional_integer(template.sla)
    if days is None:
        days = template.days
    if days is None:
        return None
    return end_of_business_day(received, days, zones.organisation, zones.holidays)


def end_of_business_day(received: datetime, days: int, zone: ZoneInfo, holidays: frozenset[date]) -> datetime:
    """23:59:59 of the last of so many business days after the day of receipt: Monday to Friday without holidays (D-31)."""
    day = received.astimezone(zone).date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in holidays
    return wall_instant(datetime.combine(day, LAST_SECOND), zone)
