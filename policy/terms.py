"""The nouns of the rules, as MODEL.md names them."""

from enum import StrEnum

from policy.refusals import RefusalCode as RefusalCode  # noqa: PLC0414  a noun of the rules like those below


class Side(StrEnum):
    """One of the two parties of a session."""

    MEMBER = "MEMBER"
    COACH = "COACH"


class ActorKind(StrEnum):
    """In which capacity somebody acts (MODEL 10)."""

    MEMBER = "MEMBER"
    COACH = "COACH"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class Role(StrEnum):
    """What a person is in an organisation; senior staff is staff with the right to override."""

    MEMBER = "MEMBER"
    COACH = "COACH"
    STAFF = "STAFF"
    SENIOR_STAFF = "SENIOR_STAFF"


class Scope(StrEnum):
    """What an API key may do; within it, it acts as staff (MODEL 10)."""

    READ = "READ"
    PEOPLE = "PEOPLE"
    AVAILABILITY = "AVAILABILITY"
    POLICY = "POLICY"
    BOOKINGS = "BOOKINGS"
    CREDITS = "CREDITS"
    TOKENS = "TOKENS"
    KEYS = "KEYS"
    CLOCK = "CLOCK"


class Action(StrEnum):
    """What the change table is asked about (MODEL 3.4)."""

    CANCEL = "CANCEL"
    MOVE = "MOVE"
    MISS = "MISS"


class Answer(StrEnum):
    """What a row of the change table answers (MODEL 3.4)."""

    DO = "DO"
    CANCEL = "CANCEL"
    ASK = "ASK"
    OFFER = "OFFER"
    DECIDE = "DECIDE"
    REFUSE = "REFUSE"


class Use(StrEnum):
    """Where a reason may stand: a held session, a cancelled or missed one, a move (MODEL 4)."""

    HELD = "held"
    ENDED = "ended"
    MOVED = "moved"


class Fault(StrEnum):
    """Whose doing it was that a session did not take place as booked."""

    NONE = "none"
    MEMBER = "member"
    COACH = "coach"
    PLATFORM = "platform"
    BOTH = "both"


class Rest(StrEnum):
    """What becomes of the part of a session's units that is not lost (D-56)."""

    RELEASED = "RELEASED"
    RETURNED = "RETURNED"
    REFUNDED = "REFUNDED"


class Disposition(StrEnum):
    """What became of the units a session held (MODEL 4)."""

    CONSUMED = "CONSUMED"
    COUNTED = "COUNTED"
    PART_COUNTED = "PART_COUNTED"
    RELEASED = "RELEASED"
    RETURNED = "RETURNED"
    REFUNDED = "REFUNDED"
    NONE = "NONE"


class PayRule(StrEnum):
    """Pay that is not a plain fraction: left as it was, or due only where the coach was present (MODEL 4)."""

    UNCHANGED = "UNCHANGED"
    IF_COACH_PRESENT = "IF_COACH_PRESENT"


class Account(StrEnum):
    """Where a unit of a lot stands (MODEL 6)."""

    AVAILABLE = "AVAILABLE"
    HELD = "HELD"
    USED = "USED"
    FORFEITED = "FORFEITED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class LedgerKind(StrEnum):
    """The ten entries of the credit ledger, each from one account to another (MODEL 6)."""

    GRANT = "GRANT"
    HOLD = "HOLD"
    CONSUME = "CONSUME"
    FORFEIT = "FORFEIT"
    RELEASE = "RELEASE"
    RESTORE = "RESTORE"
    CARRY = "CARRY"
    EXPIRE = "EXPIRE"
    REVOKE = "REVOKE"
    ADJUST = "ADJUST"

    @property
    def from_account(self) -> Account | None:
        """The account that the units leave; None is the outside.

        A RESTORE of a used unit and an ADJUST that takes units away state their accounts themselves.
        """
        return _ACCOUNTS[self][0]

    @property
    def to_account(self) -> Account | None:
        """The account that the units reach; None is the outside."""
        return _ACCOUNTS[self][1]


_ACCOUNTS: dict[LedgerKind, tuple[Account | None, Account | None]] = {
    LedgerKind.GRANT: (None, Account.AVAILABLE),
    LedgerKind.HOLD: (Account.AVAILABLE, Account.HELD),
    LedgerKind.CONSUME: (Account.HELD, Account.USED),
    LedgerKind.FORFEIT: (Account.HELD, Account.FORFEITED),
    LedgerKind.RELEASE: (Account.HELD, Account.AVAILABLE),
    LedgerKind.RESTORE: (Account.FORFEITED, Account.AVAILABLE),
    LedgerKind.CARRY: (Account.AVAILABLE, Account.AVAILABLE),
    LedgerKind.EXPIRE: (Account.AVAILABLE, Account.EXPIRED),
    LedgerKind.REVOKE: (Account.AVAILABLE, Account.REVOKED),
    LedgerKind.ADJUST: (None, Account.AVAILABLE),
}


class LotSource(StrEnum):
    """Where the credits of a lot come from (MODEL 6)."""

    PERIOD = "PERIOD"
    PACK = "PACK"
    PURCHASE = "PURCHASE"
    EXTRA = "EXTRA"
    RETURN = "RETURN"
    BONUS = "BONUS"
    MANUAL = "MANUAL"


class MoneyKind(StrEnum):
    """The entries of the money ledger (MODEL 7)."""

    CHARGE = "CHARGE"
    REFUND = "REFUND"
    PENALTY = "PENALTY"
    EARNING = "EARNING"
    EARNING_REVERSAL = "EARNING_REVERSAL"


class EarningStatus(StrEnum):
    """How far an earning is paid (MODEL 5.7); one that is waived or reversed is no longer active (Inv. 5)."""

    PENDING = "PENDING"
    PAYABLE = "PAYABLE"
    PAID = "PAID"
    WAIVED = "WAIVED"
    REVERSED = "REVERSED"


class PresenceSignal(StrEnum):
    """How somebody showed that they are there (D-19)."""

    JOIN_LINK = "JOIN_LINK"
    CHECK_IN = "CHECK_IN"


class Visibility(StrEnum):
    """Who reads what a coach writes down about a session (A18)."""

    PRIVATE = "PRIVATE"
    SHARED = "SHARED"


class SessionStatus(StrEnum):
    """The states of a session (MODEL 5.1)."""

    SCHEDULED = "SCHEDULED"
    AWAITING_OUTCOME = "AWAITING_OUTCOME"
    COMPLETED = "COMPLETED"
    MISSED = "MISSED"
    CANCELLED = "CANCELLED"


class ProposalKind(StrEnum):
    """What one side offers or asks and the other answers (MODEL 5.2)."""

    CHANGE_REQUEST = "CHANGE_REQUEST"
    RESCHEDULE = "RESCHEDULE"
    REBOOK_OFFER = "REBOOK_OFFER"
    NEW_SESSION = "NEW_SESSION"
    BOOKING_REQUEST = "BOOKING_REQUEST"
    SERIES_SPLIT = "SERIES_SPLIT"


class ProposalStatus(StrEnum):
    """The states of a proposal; all but the first are final (MODEL 5.2)."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    SUPERSEDED = "SUPERSEDED"


class CaseKind(StrEnum):
    """What a case is about: the coach is said to have been absent, or the member objects to what was recorded (MODEL 5.4)."""

    NO_SHOW = "NO_SHOW"
    CONTEST = "CONTEST"


class CaseStatus(StrEnum):
    """The states of a case; one that is not closed is open (MODEL 5.4)."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    INVESTIGATING = "INVESTIGATING"
    CLOSED = "CLOSED"


class CaseResult(StrEnum):
    """How a case was closed (MODEL 5.4)."""

    HELD = "HELD"
    RETURNED = "RETURNED"
    REFUNDED = "REFUNDED"
    REBOOKED = "REBOOKED"
    WITHDRAWN = "WITHDRAWN"
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class MembershipStatus(StrEnum):
    """The states of a membership (MODEL 5.7)."""

    MATCHING = "MATCHING"
    ACTIVE = "ACTIVE"
    ENDING = "ENDING"
    ENDED = "ENDED"
    CHURNED = "CHURNED"
    PAUSED = "PAUSED"
    PAST_DUE = "PAST_DUE"


class EngagementStatus(StrEnum):
    """The states of the pairing of a membership with a coach (MODEL 5.7)."""

    CANDIDATE = "CANDIDATE"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class Cadence(StrEnum):
    """The rhythm of a series (MODEL 3.3)."""

    WEEKLY = "WEEKLY"
    FORTNIGHTLY = "FORTNIGHTLY"
    MONTHLY = "MONTHLY"


class ConnectionStatus(StrEnum):
    """Whether a person's Google Calendar can be written to."""

    CONNECTED = "CONNECTED"
    BROKEN = "BROKEN"
    DISCONNECTED = "DISCONNECTED"


class WorkKind(StrEnum):
    """What becomes due by itself (MODEL 8); `commands.apply.work.changes_state` says what changes state and what tells somebody."""

    PROPOSAL_EXPIRY = "PROPOSAL_EXPIRY"
    DUPLICATE_REPLY = "DUPLICATE_REPLY"
    TASK_DUE = "TASK_DUE"
    CASE_DUE = "CASE_DUE"
    RENEWAL = "RENEWAL"
    OUTREACH_WARNING = "OUTREACH_WARNING"
    OUTREACH_DUE = "OUTREACH_DUE"
    LOT_GRANT = "LOT_GRANT"
    LOT_CLOSE = "LOT_CLOSE"
    SERIES_HORIZON = "SERIES_HORIZON"
    SPLIT_NOTICE = "SPLIT_NOTICE"
    SESSION_END = "SESSION_END"
    AUTO_COMPLETE = "AUTO_COMPLETE"
    EARNING_PAYABLE = "EARNING_PAYABLE"
    REASON_DUE = "REASON_DUE"
    SANCTION_END = "SANCTION_END"
    REMINDER = "REMINDER"
    QUESTIONNAIRE_REMINDER = "QUESTIONNAIRE_REMINDER"
    NUDGE = "NUDGE"
    OUTCOME_PROMPT = "OUTCOME_PROMPT"
    MAIL = "MAIL"
    GOOGLE_PUSH = "GOOGLE_PUSH"
    GOOGLE_HOLD = "GOOGLE_HOLD"
    GOOGLE_SYNC = "GOOGLE_SYNC"
    GOOGLE_SERIES = "GOOGLE_SERIES"
    GOOGLE_COPY = "GOOGLE_COPY"
    GOOGLE_SERIES_COPY = "GOOGLE_SERIES_COPY"
    GOOGLE_CHECK = "GOOGLE_CHECK"
    SHIFT_NOTICE = "SHIFT_NOTICE"


class Basis(StrEnum):
    """What a member's right to sessions rests on (MODEL 3.1)."""

    FIXED = "FIXED"
    CADENCE = "CADENCE"
    PACK = "PACK"
    PURCHASE = "PURCHASE"


class PeriodKind(StrEnum):
    """How time is cut into periods (D-08, D-29, D-62)."""

    CALENDAR_MONTH = "CALENDAR_MONTH"
    BILLING = "BILLING"
    DAYS = "DAYS"
    NONE = "NONE"


class ZoneOf(StrEnum):
    """Whose zone counts."""

    MEMBER = "MEMBER"
    COACH = "COACH"
    ORGANISATION = "ORGANISATION"


class Boundary(StrEnum):
    """Whether a notice that reaches its limit exactly is kept (D-01)."""

    INCLUSIVE = "INCLUSIVE"
    EXCLUSIVE = "EXCLUSIVE"


class Anchor(StrEnum):
    """To which start the notice runs: the present one, or the earliest the session ever had (D-44)."""

    CURRENT_START = "CURRENT_START"
    EARLIEST_START = "EARLIEST_START"


class DuplicatePolicy(StrEnum):
    """What a second booking of a kind in a period meets: a refusal, or a question which one to keep (D-12)."""

    REFUSE = "REFUSE"
    ASK = "ASK"


class DuplicateKeep(StrEnum):
    """Which of several bookings is kept when the question stays unanswered (D-13)."""

    EARLIEST_START = "EARLIEST_START"
    FIRST_BOOKED = "FIRST_BOOKED"


class TallyOf(StrEnum):
    """Whose events a tally counts (MODEL 3.5)."""

    MEMBER = "MEMBER"
    COACH = "COACH"
    PAIR = "PAIR"


class TallyWindow(StrEnum):
    """Which events a tally counts, where the window is not a duration (MODEL 3.5)."""

    SESSION = "SESSION"
    LOT = "LOT"
    PERIOD = "PERIOD"
    TERM = "TERM"
    ALL = "ALL"


class Until(StrEnum):
    """How long a sanction lasts, where that is not a duration (MODEL 3.5)."""

    PERIOD = "PERIOD"
    TERM = "TERM"
    PAID = "PAID"
    STAFF = "STAFF"


class Sanction(StrEnum):
    """What follows when a tally reaches a step (MODEL 3.5)."""

    WARN = "WARN"
    TASK = "TASK"
    CHARGE = "CHARGE"
    BLOCK = "BLOCK"
    SAME_DAY = "SAME_DAY"
    HIDE = "HIDE"
    PAUSE = "PAUSE"
    CANCEL_FUTURE = "CANCEL_FUTURE"
    END = "END"


class Source(StrEnum):
    """Where the value of a parameter comes from, the strongest first (MODEL 3)."""

    KIND = "KIND"
    CONTRACT = "CONTRACT"
    PLAN = "PLAN"
    POLICY = "POLICY"
    PRESET = "PRESET"
    DEFAULT = "DEFAULT"


class NoticeCode(StrEnum):
    """The messages that people get (MODEL 9)."""

    BOOKED = "BOOKED"
    RESCHEDULED = "RESCHEDULED"
    CANCELLED = "CANCELLED"
    LATE_LOSS = "LATE_LOSS"
    CREDIT_RETURNED = "CREDIT_RETURNED"
    BOOK_AGAIN = "BOOK_AGAIN"
    FEE_CHARGED = "FEE_CHARGED"
    REFUNDED = "REFUNDED"
    NO_SHOW_RECORDED = "NO_SHOW_RECORDED"
    OUTCOME_COUNTED = "OUTCOME_COUNTED"
    OUTCOME_PROMPT = "OUTCOME_PROMPT"
    EMERGENCY_QUESTION = "EMERGENCY_QUESTION"
    REMINDER = "REMINDER"
    QUESTIONNAIRE_REMINDER = "QUESTIONNAIRE_REMINDER"
    MESSAGE = "MESSAGE"
    NUDGE = "NUDGE"
    CHANGE_REQUESTED = "CHANGE_REQUESTED"
    INVITE = "INVITE"
    INVITE_DECLINED = "INVITE_DECLINED"
    RESCHEDULE_PROPOSED = "RESCHEDULE_PROPOSED"
    REBOOK_OFFER = "REBOOK_OFFER"
    PROPOSAL_DECLINED = "PROPOSAL_DECLINED"
    PROPOSAL_EXPIRED = "PROPOSAL_EXPIRED"
    INVITE_WITHDRAWN = "INVITE_WITHDRAWN"
    OCCURRENCE_UNAVAILABLE = "OCCURRENCE_UNAVAILABLE"
    TIME_SHIFTED = "TIME_SHIFTED"
    SERIES_ENDED = "SERIES_ENDED"
    THREE_SESSIONS = "THREE_SESSIONS"
    SPLIT_PROPOSED = "SPLIT_PROPOSED"
    DUPLICATE_QUESTION = "DUPLICATE_QUESTION"
    DUPLICATE_CANCELLED = "DUPLICATE_CANCELLED"
    CASE_OPENED = "CASE_OPENED"
    CASE_CLOSED = "CASE_CLOSED"
    CASE_CONTRADICTED = "CASE_CONTRADICTED"
    EVIDENCE_REQUEST = "EVIDENCE_REQUEST"
    INVESTIGATION_RESULT = "INVESTIGATION_RESULT"
    MEMBERSHIP_CHANGED = "MEMBERSHIP_CHANGED"
    REQUEST_UPDATED = "REQUEST_UPDATED"
    TASK = "TASK"
    TALLY_STEP = "TALLY_STEP"
    CALENDAR_QUESTION = "CALENDAR_QUESTION"
    CALENDAR_CONNECTION = "CALENDAR_CONNECTION"
