"""What a policy document would decide, before it is published (D-63)."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output, register
from api.errors import CodedError, ErrorCode
from api.scalars import TimeZone
from api.types.amounts import Money, MoneyInput, money
from api.types.decision import Decision, decision
from api.types.policy_replay import PolicyReplay, policy_replay
from api.types.step_taken import StepTaken, steps_taken
from commands.trial.found import Changed
from commands.trial.run import run_trial
from models.queries.trial import number_of_sessions
from policy.decisions import summary_for
from policy.document import Policy
from policy.effects import Notify, NotifyStaff
from policy.scenarios import ScenarioAct, Tried
from policy.terms import ActorKind, Disposition, LedgerKind, NoticeCode, RefusalCode, Side

register(
    ScenarioAct,
    "What is done in a scenario of a policy's trial.",
    {
        "MISS": "Who is named does not come: the coach states the member's absence, the team the coach's.",
        "HELD": "It is stated that the session was held.",
        "ENDED": "It is stated that it did not take place, for the scenario's reason.",
    },
)


Days = Annotated[int, strawberry.argument(description="How many days it goes back: 1 to 90.")]
LONGEST_DAYS = 90
MOST_SESSIONS = 10_000
"""As many are replayed while somebody waits for the answer."""


@given
class ScenarioMoveInput:
    """An earlier move of the session."""

    by: Side = strawberry.field(description="Whose move it was.")
    at: datetime = strawberry.field(description="When it was moved.")
    from_: datetime = strawberry.field(name="from", description="The start that it had before.")


@given
class ScenarioTallyInput:
    """A count as it stands in the scenario, the present event not included."""

    tally: str = strawberry.field(description="The name of the tally: `tallies` of the document.")
    number: int = strawberry.field(description="How much has been counted, 0 to 10,000.")


@given
class PolicyScenarioInput:
    """Somebody does something about a session of this kind; both are alone in their calendars, and a credit is there wherever one is needed."""

    name: str = strawberry.field(description="What you call the scenario; the answer repeats it.")
    kind: str = strawberry.field(description="The code of the kind of session: `kinds` of the document.")
    act: ScenarioAct = strawberry.field(description="What is done about the session.")
    by: ActorKind = strawberry.field(description="Who acts; of an absence (MISS), who does not come.")
    starts_at: datetime = strawberry.field(description="The present start of the session.")
    at: datetime | None = strawberry.field(
        default=None,
        description="When it is done. Left out: at the last instant before the start, or, of what is stated afterwards, as soon as it can be.",
    )
    booked_at: datetime | None = strawberry.field(default=None, description="Left out: thirty days before the start.")
    to: datetime | None = strawberry.field(default=None, description="Of MOVE: the new start; left out, any.")
    reason: str | None = strawberry.field(
        default=None, description="The reason that is stated; of a change by STAFF, the one whose terms apply."
    )
    claim: str | None = strawberry.field(default=None, description="Such as `EMERGENCY`.")
    on_behalf_of_member: bool = strawberry.field(
        default=False, description="A coach or staff state it for the member, whose rows then decide."
    )
    moves: list[ScenarioMoveInput] = strawberry.field(
        default_factory=list, description="At most 20, the first one first."
    )
    tallies: list[ScenarioTallyInput] = strawberry.field(
        default_factory=list, description="At most 20; one that is not named stands at 0."
    )
    time_zone: TimeZone | None = strawberry.field(default=None, description="Of everybody; left out, UTC.")
    fee: MoneyInput | None = strawberry.field(
        default=None, description="What the coach gets for a session; left out, 100.00."
    )
    paid: MoneyInput | None = strawberry.field(
        default=None, description="What was paid for the booking; left out, the price of a kind that is purchased."
    )


@output
class TrialCredit:
    """An entry of the credit ledger that the decision would write."""

    kind: LedgerKind
    units: int


@output
class TrialNotice:
    """A message that the decision would send."""

    code: NoticeCode
    to: ActorKind = strawberry.field(description="Who is told.")


@output
class TriedScenario:
    """What the document decides in one scenario, and what that leads to."""

    name: str = strawberry.field(description="As the scenario is called.")
    allowed: bool = strawberry.field(description="Whether it may be done, at whatever cost.")
    code: RefusalCode | None = strawberry.field(description="The refusal, where it may not.")
    row: str | None = strawberry.field(description="The row that decides; null where the table is not asked.")
    reason: str | None = strawberry.field(description="The reason whose terms apply; null where nothing is done.")
    disposition: Disposition | None = strawberry.field(description="What becomes of the credit; null where it stays.")
    credits: list[TrialCredit] = strawberry.field(description="The entries of the credit ledger, in order.")
    charge: Money | None = strawberry.field(description="A fee that is due from the member.")
    refund: Money | None = strawberry.field(description="What is due back to the member.")
    earning: Money | None = strawberry.field(description="What is due to the coach.")
    penalty: Money | None = strawberry.field(description="What is due from the coach.")
    waits_for: ActorKind | None = strawberry.field(description="Who has to agree before anything changes.")
    steps: list[StepTaken] = strawberry.field(description="What tallies lead to by it, of both sides.")
    messages: list[TrialNotice] = strawberry.field(description="Who is told of it, in order.")
    summary: str = strawberry.field(description="The consequence in plain English sentences.")
    decision: Decision = strawberry.field(description="How the answer came about.")


@output
class PolicyTrial:
    """What a document would decide; nothing is published, and nothing is written."""

    scenarios: list[TriedScenario] = strawberry.field(description="One for each scenario, in the same order.")
    tried: strawberry.Private[Policy]

    @strawberry.field
    def replay(self, info: Info, days: Days = LONGEST_DAYS) -> PolicyReplay:
        """The organisation's own last days under the document. It reads everything that was decided about these sessions, and costs as much as 20,000 objects."""
        if not 1 <= days <= LONGEST_DAYS:
            raise CodedError(ErrorCode.INVALID_INPUT, f"A trial goes back 1 to {LONGEST_DAYS} days.", argument="days")
        since = info.context.now - timedelta(days=days)
        if number_of_sessions(info.context.unit, since=since, until=info.context.now) > MOST_SESSIONS:
            message = f"More than {MOST_SESSIONS:,} sessions: ask for fewer days, or try the policy on the console."
            raise CodedError(ErrorCode.LIMIT_EXCEEDED, message, limit="sessions", most=MOST_SESSIONS)
        listed: list[Changed] = []
        found = run_trial(info.context.unit, self.tried, since=since, now=info.context.now, each=listed.append)
        return policy_replay(found, listed)


def scenario_result(tried: Tried) -> TriedScenario:
    """A tried scenario as the contract shows it."""
    decided, consequence = tried.decision, tried.consequence
    return TriedScenario(
        name=tried.scenario.name,
        allowed=decided.allowed,
        code=decided.code,
        row=decided.row,
        reason=decided.reason if decided.allowed else None,
        disposition=consequence.disposition,
        credits=[TrialCredit(kind=one.kind, units=one.units) for one in consequence.credits],
        charge=money(consequence.charge),
        refund=money(consequence.refund),
        earning=money(consequence.earning),
        penalty=money(consequence.penalty),
        waits_for=consequence.waits_for,
        steps=steps_taken(consequence, ActorKind.STAFF),
        messages=_messages(tried),
        summary=summary_for(consequence, ActorKind.STAFF),
        decision=decision(decided),
    )


def _messages(tried: Tried) -> list[TrialNotice]:
    return [
        TrialNotice(code=one.code, to=ActorKind(one.to) if isinstance(one, Notify) else ActorKind.STAFF)
        for one in tried.decision.all_effects
        if isinstance(one, (Notify, NotifyStaff))
    ]
