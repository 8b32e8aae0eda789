"""The enums of the contract: the trade's words, with a sentence for each that does not speak for itself."""

from dataclasses import dataclass, field
from enum import EnumMeta

from api.describe import register
from commands.messages import SENTENCES
from notifications.links import LinkKind
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    ConnectionStatus,
    Disposition,
    Fault,
    LedgerKind,
    LotSource,
    MembershipStatus,
    MoneyKind,
    NoticeCode,
    RefusalCode,
    Rest,
    Role,
    SessionStatus,
    Side,
    Source,
    Use,
)


@dataclass(frozen=True, slots=True)
class Named:
    """An enum of the rule book as the contract shows it: what it is, and a sentence for members that need one."""

    enum: EnumMeta
    description: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    name: str | None = None


ENUMS = (
    Named(
        RefusalCode,
        "Why nothing was done. If several apply, the first in this order is given; codes may be added, so treat an unknown one "
        "as a refusal whose `message` can be shown.",
        {code.name: sentence for code, sentence in SENTENCES.items()},
    ),
    Named(
        SessionStatus,
        "Where a session stands.",
        {
            "SCHEDULED": "It will take place, or is taking place.",
            "AWAITING_OUTCOME": "Its time is over and nobody has said yet whether it was held.",
            "COMPLETED": "It was held.",
            "MISSED": "It was not held, and was not cancelled before.",
            "CANCELLED": "It was given up, in time or late. A cancelled session is never revived.",
        },
    ),
    Named(Side, "One of the two parties of a session."),
    Named(
        ActorKind,
        "In which capacity somebody acts.",
        {
            "STAFF": "The team of the organisation, or an operator's back end on its behalf.",
            "SYSTEM": "Nobody: a deadline passed.",
        },
    ),
    Named(
        Role,
        "What a person is in an organisation; several are possible.",
        {"SENIOR_STAFF": "Staff with the right to set the rules aside (`override`)."},
    ),
    Named(
        Disposition,
        "What became of the credit that a session held.",
        {
            "CONSUMED": "Used: the session was held.",
            "COUNTED": "Lost: cancelled too late, or missed by the member.",
            "PART_COUNTED": "Lost in part; the rest was released or returned.",
            "RELEASED": "Free again where it came from: given up in time.",
            "RETURNED": "Given back, with at least the policy's shortest validity.",
            "REFUNDED": "Revoked, and its price is due back.",
            "NONE": "The session needed no credit.",
        },
    ),
    Named(
        LedgerKind,
        "An entry of the credit ledger; each moves whole units from one account of an entitlement to another.",
        {
            "GRANT": "From outside to available.",
            "HOLD": "Available to held: a session was booked.",
            "CONSUME": "Held to used: the session was held.",
            "FORFEIT": "Held to forfeited: lost by a late change or an absence.",
            "RELEASE": "Held to available: cancelled in time, given back, moved.",
            "RESTORE": "Used or forfeited to available: amended in the member's favour.",
            "CARRY": "Available in one entitlement to available in another that closes later.",
            "EXPIRE": "Available to expired: the entitlement closed.",
            "REVOKE": "Available to revoked: refunded, or the membership ended.",
            "ADJUST": "A correction by staff, in or out.",
        },
    ),
    Named(
        LotSource,
        "Where the credits of an entitlement come from.",
        {
            "PERIOD": "The membership's grant for one period.",
            "PACK": "A pack that was sold.",
            "PURCHASE": "A single session that was paid for.",
            "EXTRA": "An extra that was approved.",
            "RETURN": "A credit that was given back and would otherwise have expired too soon.",
            "BONUS": "A gift for a session that the coach gave up late.",
            "MANUAL": "A grant by staff.",
        },
    ),
    Named(
        MoneyKind,
        "What a money entry says is due. Amounts are recorded here and paid elsewhere.",
        {
            "CHARGE": "Due from the member.",
            "REFUND": "Due back to the member.",
            "PENALTY": "Due from the coach.",
            "EARNING": "Due to the coach.",
            "EARNING_REVERSAL": "Takes back an earning.",
        },
    ),
    Named(
        MembershipStatus,
        "Where a membership stands.",
        {
            "MATCHING": "No coach yet.",
            "ENDING": "Cancelled; it runs to the end of what was paid.",
            "CHURNED": "Ended because the member could not be reached.",
            "PAST_DUE": "A payment is missing.",
        },
    ),
    Named(
        ConnectionStatus,
        "Whether a coach's Google Calendar follows their sessions.",
        {
            "CONNECTED": "Sessions are written to it.",
            "BROKEN": "Google no longer accepts the consent: the coach has to connect again; nothing is lost meanwhile.",
            "DISCONNECTED": "The coach has taken the connection back.",
        },
    ),
    Named(
        Answer,
        "What a row of the change table answers to a request.",
        {
            "DO": "Carried out at once.",
            "CANCEL": "Not moved but cancelled, by the row's reason.",
            "ASK": "The other side, or staff, are asked.",
            "OFFER": "The member chooses a new time.",
            "DECIDE": "Carried out; its reason, and so its cost, is stated afterwards.",
            "REFUSE": "Refused.",
        },
    ),
    Named(Action, "What the change table is asked about.", {"MISS": "One side was absent."}),
    Named(Fault, "Whose doing it was that a session did not take place as booked."),
    Named(
        Rest,
        "What becomes of the part of a session's credit that is not lost.",
        {
            "RELEASED": "Free again where it came from.",
            "RETURNED": "Given back with at least the policy's shortest validity.",
            "REFUNDED": "Revoked, and its price is due back.",
        },
    ),
    Named(
        Use,
        "Where a reason may stand.",
        {
            "HELD": "A session that took place.",
            "ENDED": "A session that was cancelled or missed.",
            "MOVED": "A session that was moved.",
        },
        name="ReasonUse",
    ),
    Named(
        Source,
        "Where the value of a parameter comes from, the strongest first.",
        {
            "KIND": "Stated for this kind of session.",
            "CONTRACT": "Stated by the sponsor's contract.",
            "PLAN": "Stated by the member's plan.",
            "POLICY": "Stated by the organisation's policy.",
            "DEFAULT": "Stated by nobody: Fortnight's own.",
        },
        name="ParameterSource",
    ),
    Named(NoticeCode, "What a message is about.", {"LATE_LOSS": "A session was lost by changing it too late."}),
    Named(
        LinkKind,
        "What a link of a message is for.",
        {
            "RESCHEDULE": "Shows new times; opening it changes nothing.",
            "CANCEL": "Shows what cancelling would cost; opening it changes nothing.",
            "JOIN": "Leads into the session.",
        },
    ),
)


def register_enums() -> None:
    """Every enum that the contract shows is known to it."""
    for one in ENUMS:
        register(one.enum, one.description, one.values, name=one.name)
