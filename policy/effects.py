"""What a decision does, as a tuple of typed effects; `apply` turns them into rows, the consequence is a fold over them."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, get_args

from pydantic import TypeAdapter

from policy.facts import Case, Lot, Proposal
from policy.money import Money
from policy.terms import (
    Account,
    ActorKind,
    Disposition,
    Fault,
    LedgerKind,
    LotSource,
    NoticeCode,
    ProposalStatus,
    Sanction,
    SessionStatus,
    Side,
    Until,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """The window of a lot that an effect opens."""

    source: LotSource
    opens_at: datetime
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A session of this kind stands at this time; `provisional`: until it is clear which of several bookings is kept (D-12)."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhichToKeep:
    """The member is asked until `due_at` which booking to keep: this one or one of `sessions`. `question` 0: a new one (D-14)."""

    question: int
    sessions: tuple[int, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUntil:
    """The member has less time to say which booking to keep, because one of them was moved."""

    question: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQuestion:
    """The session competes with the others no more."""

    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """It is clear that this booking is kept, and no longer asked."""

    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The session is no longer provisional."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUpFor:
    """Another booking is kept instead of this one: the session of this id; 0: the one that is being booked."""

    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The session stands at the new time. `unconfirmed`: moved by the other side, the member may still decline it (D-36)."""

    by: Side
    starts_at_before: datetime
    starts_at: datetime
    ends_at: datetime
    reason: str
    late: bool
    unconfirmed: bool
    on_behalf_of: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The session is cancelled with this reason and disposition; None while the reason is still to be stated (D-58).

    `contest_until`: until when the member may object, because somebody else cancelled at their cost (D-37, D-47).
    """

    reason: str | None
    fault: Fault
    disposition: Disposition | None
    late: bool
    by: ActorKind
    on_behalf_of: Side | None
    contest_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTime:
    """The member has agreed to the time the other side moved the session to: the ordinary notice applies again (D-36)."""

    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """The reason of the cancellation is stated by `decided_by` until `decide_by` (None: at any time); silence gives `on_silence`."""

    decided_by: ActorKind
    decide_by: datetime | None
    on_silence: str | None
    claim: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """What became of the session is stated: held, missed, or cancelled for this reason.

    `amends`: in place of an earlier statement. `contest_until`: until when the member may object to it (D-47).
    """

    status: SessionStatus
    reason: str
    fault: Fault
    disposition: Disposition
    late: bool
    by: ActorKind
    amends: bool
    contest_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """The other side is asked; nothing changes until it answers. `costs`: what acceptance would cost somebody, in words."""

    proposal: Proposal
    costs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposal:
    """A proposal no longer waits for an answer, and what it held is free."""

    proposal: Proposal
    status: ProposalStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSeries:
    """The series of the session ends before the date `dropped` and goes on a week after it; `starts`: its next sessions (D-18)."""

    series: int
    dropped: date
    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCase:
    """The case about the session stands like this; one without an id is opened."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCompletion:
    """The session completes by itself at this instant, unless somebody says something; None: something keeps it open."""

    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEarning:
    """What the coach has earned waits until a case about it is closed (MODEL 5.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeEarning:
    """What the coach has earned is payable: staff have decided, or nobody can object any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An entry of this kind in the ledger of `lot`.

    `to`: the lot that a CARRY opens and fills. `out_of`: the account that the units of a RESTORE leave, if not the kind's own.
    """

    kind: LedgerKind
    units: int
    lot: Lot
    to: NewLot | None = None
    out_of: Account | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Units granted to the member in a lot of their own: the bonus of a reason (D-61)."""

    units: int
    to: NewLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquire:
    """Units that cost nothing to buy, granted in a lot of their own and held by this very session (T4, a price of 0)."""

    units: int
    to: NewLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Earn:
    """Due to the coach: this fraction of the session fee at booking time (D-21).

    `payable_at`: until when it may be objected to (D-47); None: payable at once.
    """

    amount: Money
    fraction: Fraction
    payable_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepEarning:
    """What the coach has earned already stays; while it is not payable yet, the time to object runs anew until `payable_at`."""

    amount: Money
    payable_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseEarning:
    """What the coach has earned by the session is taken back (D-30)."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Due from the payer of fees (`fee.payer`)."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Due back to who paid for the booking."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """Due from the coach."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackFee:
    """A fee that this side owed for the session is due back (D-56)."""

    amount: Money
    to: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """This event takes a tally to a step, and `then` follows for the person on the side `to` (MODEL 3.5, D-59).

    `step`: its place among the steps of the tally. `until`: the end of what lasts; None where `lasts` says what it waits for, or
    nothing lasts. `words`: the same for the team. `of_pair`: what is counted is the member's with this coach only.
    """

    tally: str
    step: int
    to: Side
    then: tuple[Sanction, ...]
    words: str
    until: datetime | None = None
    lasts: Until | None = None
    amount: Money | None = None
    kinds: tuple[str, ...] | None = None
    of_pair: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSteps:
    """What the session had led to, for a reason that it has no more, is lifted; what was charged for it is given back (D-59)."""

    sanctions: tuple[int, ...]
    sides: tuple[Side, ...]
    charge: Money | None = None
    penalty: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyStaff:
    """A message of this code to each person of the team."""

    code: NoticeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """A message of this code to this side."""

    code: NoticeCode
    to: Side


Effect = (
    Book
    | AskWhichToKeep
    | AskUntil
    | LeaveQuestion
    | Keep
    | Firm
    | GivenUpFor
    | Move
    | Cancel
    | Undecided
    | Conclude
    | ConfirmTime
    | Propose
    | EndProposal
    | SplitSeries
    | ChangeCase
    | SetCompletion
    | HoldEarning
    | FreeEarning
    | Credit
    | Grant
    | Acquire
    | Earn
    | KeepEarning
    | ReverseEarning
    | Charge
    | Refund
    | Penalty
    | GiveBackFee
    | TakeStep
    | LiftSteps
    | Notify
    | NotifyStaff
)

_EFFECT: TypeAdapter[Effect] = TypeAdapter(Effect)


def effects_to_json(effects: tuple[Effect, ...]) -> list[dict[str, Any]]:
    """The effects as the log keeps them: each names its kind under `effect`."""
    return [{"effect": type(effect).__name__, **_EFFECT.dump_python(effect, mode="json")} for effect in effects]


_BY_NAME: dict[str, TypeAdapter[Effect]] = {one.__name__: TypeAdapter(one) for one in get_args(Effect)}


def effects_from_json(stored: list[dict[str, Any]]) -> tuple[Effect, ...]:
    """The effects that the log kept."""
    return tuple(
        _BY_NAME[one["effect"]].validate_python({name: value for name, value in one.items() if name != "effect"})
        for one in stored
    )
