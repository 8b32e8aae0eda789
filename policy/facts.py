"""What a decision is made from: frozen, complete, read before it starts. Instants are aware UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from policy.limits import TICK
from policy.money import Money
from policy.stops import Stop
from policy.terms import (
    Account,
    Action,
    ActorKind,
    CaseKind,
    CaseResult,
    CaseStatus,
    Disposition,
    LotSource,
    ProposalKind,
    ProposalStatus,
    SessionStatus,
    Side,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is booked. `units` 0: needs no credit; `pay`: part of the coach's fee that a session of it earns (MODEL 3.3)."""

    code: str
    name: str
    duration: timedelta
    units: int
    pay: Fraction
    price: Money | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Credits of one kind with a window `[opens_at, closes_at)` for the start of sessions; the oldest has the lowest order."""

    id: int
    kind: str
    source: LotSource
    opens_at: datetime
    closes_at: datetime | None
    available: int
    held: int
    granted_order: int

    def covers(self, start: datetime) -> bool:
        """Whether a session that starts then can be paid from this lot."""
        return self.opens_at <= start and (self.closes_at is None or start < self.closes_at)

    def closed(self, *, now: datetime) -> bool:
        """Whether its window has ended."""
        return self.closes_at is not None and self.closes_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnit:
    """Units of a lot that a session holds."""

    lot: Lot
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An earlier move of a session: by whom, when, and away from which start."""

    by: Side
    at: datetime
    starts_at_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Where and from when days are counted. `enrolled_on`: first day of the membership, for periods that are counted from it.

    `terms`: the first days of the organisation's terms in its zone, in order. `paid_from`: the day of the first payment, from which
    renewals are counted.
    """

    member: ZoneInfo
    coach: ZoneInfo
    organisation: ZoneInfo
    accounting: ZoneInfo
    enrolled_on: date | None = None
    holidays: frozenset[date] = frozenset()
    terms: tuple[date, ...] = ()
    paid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUnit:
    """Units of a lot that a session has used or forfeited."""

    lot: Lot
    units: int
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanctioned:
    """What lasts of a step to which a session has taken a tally, on which side; it was not lifted. `over`: it has ended."""

    id: int
    tally: str
    step: int
    to: Side
    ends_at: datetime | None
    over: bool = False

    def stands(self, *, now: datetime) -> bool:
        """Whether it is in force."""
        return not self.over and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a session has cost by the statement that stands now, so that it can be taken back (D-30, D-56).

    `returned`: units that it gave back, in the lot where they are now; `bonus`: units that it granted. `earned`: what the coach
    still has of it; `fee`, `coach_fee`: what the two owed for it. `refunded`: part of its price was given back. `sanctions`:
    what it has led to by a tally, `charge` and `penalty` what a tally has made the two owe (D-59).
    """

    taken: tuple[TakenUnit, ...] = ()
    returned: tuple[HeldUnit, ...] = ()
    bonus: tuple[HeldUnit, ...] = ()
    earned: Money | None = None
    fee: Money | None = None
    coach_fee: Money | None = None
    refunded: bool = False
    sanctions: tuple[Sanctioned, ...] = ()
    charge: Money | None = None
    penalty: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Half-open `[start, end)`, UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What `by` has proposed and `answers` is asked: to cancel or to move a session, or a new one (`action` None; MODEL 5.2).

    `starts_at`, `ends_at`: the time that is named, if one is; of an offer, whose time the member chooses, a suggestion. `reason`,
    `row`: what the change table answered when it was sent; `answer_until`, `at_start`: the last instant for an answer, or, where
    it is a start, the first one that is too late. `slots`: of an invite, the times of which one is chosen; `ranges`: within which
    any time is chosen; `notice`: of one that is being sent, how long before its start each time can be taken at the latest.
    `id` 0: not sent yet.
    """

    id: int = 0
    kind: ProposalKind
    by: ActorKind
    answers: ActorKind
    action: Action | None
    reason: str
    row: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    sent_at: datetime
    answer_until: datetime
    at_start: bool
    status: ProposalStatus = ProposalStatus.PENDING
    slots: tuple[Interval, ...] = ()
    ranges: tuple[Interval, ...] = ()
    notice: timedelta = timedelta(0)

    def lapse_of(self, slot: Interval) -> datetime:
        """The first instant at which this time of an invite can be taken no more (D-34): its start, or just after its notice."""
        return slot.start - self.notice + TICK if self.notice else slot.start

    @property
    def holds_slot(self) -> bool:
        """Whether the coach's time that it names is held for it."""
        return bool(self.slots) or (self.starts_at is not None and self.kind is not ProposalKind.REBOOK_OFFER)

    @property
    def is_invite(self) -> bool:
        """Whether it is about a session that there is not yet."""
        return self.kind in (ProposalKind.NEW_SESSION, ProposalKind.BOOKING_REQUEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An open question about what happened, or the last one that was closed (MODEL 5.4).

    `due_at`: until when it is answered; None: without a deadline. `contradicted`: each side says that the other was absent.
    `asked`: questions were put to the member. `dispute_until`: closed as held, the member may dispute that until then. `reason`:
    the one that it was closed with. `id` 0: not opened yet.
    """

    id: int = 0
    kind: CaseKind
    status: CaseStatus
    opened_at: datetime
    due_at: datetime | None = None
    contradicted: bool = False
    asked: bool = False
    claim: str | None = None
    result: CaseResult | None = None
    reason: str | None = None
    dispute_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.status is not CaseStatus.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """It is open which of several bookings is kept, until and including `due_at` (D-14). `sessions`: all of them by their ids."""

    id: int
    due_at: datetime
    sessions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A session as it stands. `fee`: the coach's at booking time; `price`: what was paid for the booking, if anything.

    `reason`, `late`: of its last change or of the statement that stands, made by `stated_by`; `recorded_at`: when the first one
    was made. `undecided`: cancelled, and `decided_by` has not stated the reason until `decide_by`. `completes_at`: when it
    completes by itself. `coach_present`, `member_present`: there was a sign of them. `proposals`: those that wait for an answer.
    `question`: which of several bookings is kept, of which this is one; `asked_until`: until when that is or was asked last.
    `case`: the last one about it. `stated_at`: when what stands was stated. `offer_ended_at`: when an offer came to nothing
    after its start. `rebooked`: another session has taken its place.
    """

    id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    booked_at: datetime
    first_starts_at: datetime
    fee: Money
    price: Money | None = None
    held: tuple[HeldUnit, ...] = ()
    moves: tuple[Move, ...] = ()
    moved_by_other_unconfirmed: bool = False
    provisional: bool = False
    question: Question | None = None
    asked_until: datetime | None = None
    reason: str | None = None
    late: bool = False
    recorded_at: datetime | None = None
    stated_by: ActorKind | None = None
    undecided: bool = False
    decided_by: ActorKind | None = None
    decide_by: datetime | None = None
    on_silence: str | None = None
    completes_at: datetime | None = None
    coach_present: bool = False
    member_present: bool = False
    disposition: Disposition | None = None
    settled: Settled = field(default_factory=Settled)
    proposals: tuple[Proposal, ...] = ()
    case: Case | None = None
    stated_at: datetime | None = None
    offer_ended_at: datetime | None = None
    rebooked: bool = False

    @property
    def open_case(self) -> Case | None:
        """The case about it that waits for somebody."""
        return self.case if self.case is not None and self.case.is_open else None

    @property
    def offer(self) -> Proposal | None:
        """The offer of another time that waits for the member's answer."""
        return next((one for one in self.proposals if one.kind is ProposalKind.REBOOK_OFFER), None)

    @property
    def units(self) -> int:
        """How many units it holds."""
        return sum(held.units for held in self.held)

    @property
    def agreed_at(self) -> datetime:
        """When its present time was agreed: by its last move, else by the booking."""
        return self.moves[-1].at if self.moves else self.booked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody asks for a change at `now`, the instant the request was received (D-02).

    `on_behalf_of_member`: a coach or staff states it for the member, whose row then decides (D-37). `note`: the reason that
    staff must give in words. `override`: the reason code whose terms staff apply instead of the table; without one, staff act
    for the platform (D-55). `to` is the new start of a move.
    """

    action: Action
    actor: ActorKind
    now: datetime
    to: datetime | None = None
    claim: str | None = None
    on_behalf_of_member: bool = False
    override: str | None = None
    note: str | None = None

    @property
    def by(self) -> Side | None:
        """Whose row of the table decides; None: staff or the system, who act outside it."""
        match self.actor:
            case ActorKind.MEMBER:
                return Side.MEMBER
            case ActorKind.COACH:
                return Side.MEMBER if self.on_behalf_of_member else Side.COACH
            case ActorKind.STAFF | ActorKind.SYSTEM:
                return Side.MEMBER if self.on_behalf_of_member else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Somebody says at `now` what became of a session: it was held, one side was absent, or it ended for a reason.

    `reason`: a code of the policy; of a session that was held, HELD where none is named. `absent`: whose absence it is; the
    rows of the table then give the reason. `note`: the reason that staff must give in words.
    """

    actor: ActorKind
    now: datetime
    held: bool = False
    reason: str | None = None
    absent: Side | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When a coach is there, and what is taken, around the time in question.

    `hours`: published hours as UTC intervals (`openings.expand_weekly`); `coach_busy`, `member_busy`: what the two hold,
    without the session that is being moved; `coach_away`: when the coach is known to be taken elsewhere, which binds everybody
    (D-35). Buffers keep sessions of the coach apart.
    """

    hours: tuple[Interval, ...]
    off: tuple[Interval, ...] = ()
    coach_busy: tuple[Interval, ...] = ()
    coach_away: tuple[Interval, ...] = ()
    member_busy: tuple[Interval, ...] = ()
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSession:
    """Another scheduled session of the same member and kind. `holds`: it holds the units it needs."""

    id: int
    starts_at: datetime
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFacts:
    """Everything a decision about a new session is made from.

    `lots`: the member's open lots of the kind; `others`: their other scheduled sessions of it. `counted_starts`: starts of the
    member's sessions that count for `booking.limits` (D-64). `rivals`: those of the others with which it might share one credit,
    where the policy asks which of two is kept. `quoted`: the price of an extra session that was quoted and is not paid (D-28).
    `stops`: what tallies have led to and is in force for the member or the coach (D-59).
    `agreed`: the other side has proposed this very time, so that it need not be offered to everybody. `met_before`: the two have
    had a session.
    `rests`: the member's membership is paused. `candidate`: the coach is one of several to choose from; `met`: there was or is a chemistry call with them (D-20).
    """

    kind: Kind
    actor: ActorKind
    starts_at: datetime
    zones: Zones
    availability: Availability
    lots: tuple[Lot, ...] = ()
    others: tuple[OtherSession, ...] = ()
    note: str | None = None
    stops: tuple[Stop, ...] = ()
    arrears: Money | None = None
    counted_starts: tuple[datetime, ...] = ()
    rivals: tuple[SessionFacts, ...] = ()
    quoted: Money | None = None
    agreed: bool = False
    met_before: bool = False
    rests: bool = False
    candidate: bool = False
    met: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """What a decision about a change needs besides the session itself.

    `lots`: the member's other open lots of the kind, for a move into another period and for the next time that can be booked.
    `availability`: only for a move to a given time. `tallies`: each tally's value, the present event not counted (D-59).
    `rivals`: the other sessions of the same open question (D-12).
    """

    zones: Zones
    lots: tuple[Lot, ...] = ()
    others: tuple[OtherSession, ...] = ()
    availability: Availability | None = None
    rivals: tuple[SessionFacts, ...] = ()
    tallies: dict[str, int] = field(default_factory=dict)
