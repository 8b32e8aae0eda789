"""How a decision came about: the row that decided, the facts it saw, and what later instants would meet (MODEL 14)."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import cast

import strawberry

from api.describe import output
from api.ids import global_id
from api.types.amounts import Money
from policy.decisions import Decision as PolicyDecision
from policy.money import Money as Amount
from policy.reasons import Terms as PolicyTerms
from policy.terms import Answer, Fault, RefusalCode, Rest, Side, Use


@output
class LimitFact:
    """A limit of notice that a row names, as an instant for this session."""

    row: str = strawberry.field(description="The row that names it.")
    limit: str = strawberry.field(
        description="As the policy writes it: `PT48H`, or `1d 20:00` for a time on an earlier day."
    )
    at: datetime = strawberry.field(description="The last instant at which it is kept.")
    kept: bool = strawberry.field(description="Whether the request came in time for it.")


@output
class EarlierMove:
    """An earlier move of the session."""

    by: Side = strawberry.field(description="Who moved it.")
    at: datetime = strawberry.field(description="When it was moved.")
    starts_at_before: datetime = strawberry.field(description="The start that it was moved away from.")


@output
class OtherSession:
    """Another session of the member and kind, which stands in the way or competes for the same credit."""

    id: strawberry.Private[int]
    starts_at: datetime
    holds: bool = strawberry.field(description="Whether it holds the credit.")

    @strawberry.field
    def session(self) -> strawberry.ID:
        """The id of the session."""
        return strawberry.ID(global_id("Session", self.id))


@output
class DecisionFacts:
    """What the decision saw."""

    now: datetime = strawberry.field(description="The instant of the request.")
    start: datetime = strawberry.field(description="The start that the notice runs to.")
    notice: timedelta = strawberry.field(description="From `now` to `start`; negative after it.")
    booked_at: datetime | None = strawberry.field(description="When the session was booked; null for a booking.")
    to: datetime | None = strawberry.field(description="The new start that was asked for.")
    claim: str | None = strawberry.field(description="The claim that was made, such as EMERGENCY.")
    limits: list[LimitFact] = strawberry.field(description="The limits of this kind of change, in the table's order.")
    moves: list[EarlierMove] = strawberry.field(description="How the session was moved before.")
    others: list[OtherSession] = strawberry.field(
        description="The member's other sessions of the kind that stand in the way, or compete with it for one credit."
    )


@output
class TimelineStep:
    """For how long one row of the change table would decide the same request: show it as "until then, it costs nothing"."""

    from_at: datetime = strawberry.field(description="The first instant.")
    until_at: datetime | None = strawberry.field(description="The last instant; null for the last step.")
    row: str = strawberry.field(description="The row of the change table.")
    answer: Answer = strawberry.field(description="What the row would answer.")
    reason: str | None = strawberry.field(description="The reason whose terms would apply.")
    code: RefusalCode | None = strawberry.field(description="The refusal, where the row refuses.")


@output
class Terms:
    """What a reason costs whom."""

    use: Use = strawberry.field(description="Where the reason may stand.")
    fault: Fault = strawberry.field(description="Whose doing it says it was.")
    late: bool = strawberry.field(description="Whether it marks a change as late.")
    take: str = strawberry.field(description="The part of the session's credit that is lost: `0`, `1/2`, `1`.")
    rest: Rest = strawberry.field(description="What becomes of the credit that is not lost.")
    fee: Money | None = strawberry.field(description="A fixed fee, due from who pays for the session.")
    fee_part: str | None = strawberry.field(description="A fee as a part of the session's price: `1/2`.")
    pay: str = strawberry.field(
        description="The part of the coach's fee that is due to the coach, or a word for a special rule."
    )
    bonus: int = strawberry.field(description="Units that the member gets besides.")
    coach_fee: Money | None = strawberry.field(description="A fixed amount that is due from the coach.")
    coach_fee_part: str | None = strawberry.field(description="The same as a part of the coach's fee.")
    rule: str | None = strawberry.field(description="The published rule behind it.")


def terms_of(terms: PolicyTerms | None) -> Terms | None:
    """The terms as the contract shows them: exact fractions as text."""
    if terms is None:
        return None
    return Terms(
        use=terms.use,
        fault=terms.fault,
        late=terms.late,
        take=str(terms.take),
        rest=terms.rest,
        fee=_amount(terms.fee),
        fee_part=_part(terms.fee),
        pay=str(terms.pay),
        bonus=terms.bonus,
        coach_fee=_amount(terms.coach_fee),
        coach_fee_part=_part(terms.coach_fee),
        rule=terms.rule,
    )


def _amount(due: Amount | Fraction | None) -> Money | None:
    return Money(minor_units=due.minor_units, currency=due.currency) if isinstance(due, Amount) else None


def _part(due: Amount | Fraction | None) -> str | None:
    return str(due) if isinstance(due, Fraction) else None


@output
class Decision:
    """Why the answer is what it is. Preview, refusal and history carry the same decision."""

    row: str | None = strawberry.field(
        description="The row of the change table that decided; null where another rule did."
    )
    parameter: str | None = strawberry.field(description="Else the parameter or rule that decided.")
    answer: Answer | None = strawberry.field(description="What that row answers.")
    reason: str | None = strawberry.field(description="The reason of the policy whose terms apply: `policy.reasons`.")
    code: RefusalCode | None = strawberry.field(description="The refusal, where it is refused.")
    policy: str = strawberry.field(description="The name of the policy.")
    policy_version: int = strawberry.field(description="The version of the policy under which it was decided.")
    deadline_at: datetime | None = strawberry.field(
        description="The last instant at which the same row decides; null where no later instant changes it."
    )
    facts: DecisionFacts = strawberry.field(description="What the decision saw.")
    timeline: list[TimelineStep] = strawberry.field(
        description="From now on, which row would decide from when until when."
    )
    terms: Terms | None = strawberry.field(description="What the reason costs whom.")


def decision(decided: PolicyDecision) -> Decision:
    """The decision as the contract shows it. Its facts and steps are the rule book's own rows, read by the same names."""
    return Decision(
        row=decided.row,
        parameter=decided.parameter,
        answer=decided.answer,
        reason=decided.reason,
        code=decided.code,
        policy=decided.policy,
        policy_version=decided.policy_version,
        deadline_at=decided.deadline_at,
        facts=cast("DecisionFacts", decided.facts),
        timeline=cast("list[TimelineStep]", decided.timeline),
        terms=terms_of(decided.terms),
    )
