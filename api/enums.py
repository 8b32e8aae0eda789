"""The enums of the contract: the trade's words, with a sentence for each that does not speak for itself."""

from api.describe import register
from api.enums_of_calendars import ENUMS_OF_CALENDARS
from api.enums_of_series import ENUMS_OF_SERIES
from api.enums_of_tallies import ENUMS_OF_TALLIES
from api.enums_of_words import ENUMS_OF_WORDS
from api.named import Named
from calendar_sync.feed import Names as FeedNames
from commands.imports.problems import ProblemCode
from commands.messages import SENTENCES
from commands.person_effect import SENTENCES as EFFECTS
from commands.person_effect import PersonEffectKind
from notifications.links import LinkKind
from policy.matters import (
    Channel,
    QuestionnaireStatus,
    QuestionStatus,
    QuestionType,
    RequestKind,
    RequestStatus,
    TaskStatus,
    TeamMatter,
    Tier,
)
from policy.publication import Level
from policy.requests import Answered
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    Cadence,
    CaseKind,
    CaseResult,
    CaseStatus,
    Disposition,
    EarningStatus,
    EngagementStatus,
    Fault,
    LedgerKind,
    LotSource,
    MembershipStatus,
    MoneyKind,
    NoticeCode,
    PresenceSignal,
    ProposalKind,
    ProposalStatus,
    RefusalCode,
    Rest,
    Role,
    Scope,
    SessionStatus,
    Side,
    Source,
    Use,
    Visibility,
    WorkKind,
)

ENUMS = (
    Named(
        RefusalCode,
        "Why nothing was done: the first in this order that applies. More may be added: show the `message` of an unknown one.",
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
    Named(WorkKind, "What is done by itself when its time has come, such as MAIL. More may be added."),
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
        EarningStatus,
        "How far an earning is paid.",
        {
            "PENDING": "Somebody may still object to it.",
            "PAYABLE": "Nobody can any more: it is to be paid.",
            "PAID": "The team has paid it.",
            "WAIVED": "The coach has given it up.",
            "REVERSED": "It was taken back, because the outcome was amended or decided anew.",
        },
    ),
    Named(
        PresenceSignal,
        "How somebody showed that they were there.",
        {"JOIN_LINK": "They used their join link.", "CHECK_IN": "They said so."},
    ),
    Named(
        Visibility,
        "Who reads what a coach writes down about a session.",
        {"PRIVATE": "The coach alone.", "SHARED": "The coach and the member. The team reads neither."},
    ),
    Named(
        MembershipStatus,
        "Where a membership stands.",
        {
            "MATCHING": "No coach yet.",
            "ENDING": "Cancelled; it runs to the end of what was paid.",
            "PAUSED": "It rests: nothing is charged or granted, and nothing can be booked, until it is resumed.",
            "CHURNED": "Ended because the member could not be reached.",
            "PAST_DUE": "A payment is missing.",
        },
    ),
    Named(
        FeedNames,
        "How the other person of a session is called in a feed, whose reader's screen others may see.",
        {"FULL": "By name.", "INITIALS": "By their initials.", "HIDDEN": "Not at all: the kind of session alone."},
        name="FeedNames",
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
        Level,
        "How much a problem of a policy weighs.",
        {"ERROR": "The policy cannot be published.", "FINDING": "It can, if its name is acknowledged."},
        name="PolicyProblemLevel",
    ),
    Named(
        Source,
        "Where the value of a parameter comes from, the strongest first.",
        {
            "KIND": "Stated for this kind of session.",
            "CONTRACT": "Stated by the sponsor's contract.",
            "PLAN": "Stated by the member's plan.",
            "POLICY": "Stated by the organisation's policy itself.",
            "PRESET": "Taken over from the preset that the policy extends.",
            "DEFAULT": "Stated by nobody: Fortnight's own.",
        },
        name="ParameterSource",
    ),
    Named(
        Scope,
        "What an API key may do; within its scopes it acts as staff.",
        {
            "READ": "Read everything that staff read.",
            "PEOPLE": "People, coaches, members, engagements, memberships, contracts, identities.",
            "AVAILABILITY": "Hours, date overrides, times off, buffers and holidays of any coach.",
            "POLICY": "Publish policy versions, and with them session kinds.",
            "BOOKINGS": "Book, move and cancel sessions, each with a reason in words.",
            "CREDITS": "Grant packs.",
            "TOKENS": "Sign people in: `issueToken`.",
            "KEYS": "Make and revoke API keys.",
            "CLOCK": "Move the clock of a sandbox.",
        },
        name="ApiKeyScope",
    ),
    Named(
        EngagementStatus,
        "Where the pairing of a member with a coach stands.",
        {
            "CANDIDATE": "The member has yet to choose between coaches.",
            "ACTIVE": "The member may book the coach.",
            "ENDED": "It is over; sessions that stood were not changed by that.",
        },
    ),
    Named(
        PersonEffectKind,
        "One thing that stops, begins again or moves when a person is changed. More may be added: show `summary`.",
        {kind.name: sentence.replace("{name}", "the person").capitalize() for kind, sentence in EFFECTS.items()},
    ),
    Named(
        ProblemCode,
        "Why a line, or a file as a whole, cannot be imported.",
        {
            "NOT_A_TABLE": "There is no header, or this is not CSV from here on.",
            "MISSING_COLUMN": "The header lacks a column that is needed.",
            "UNKNOWN_COLUMN": "The header has a column that means nothing here, or one twice.",
            "TOO_MANY_LINES": "The file is too long; cut it into several.",
            "WRONG_NUMBER_OF_CELLS": "The line has more or fewer cells than the header.",
            "MISSING_VALUE": "The cell must not be empty.",
            "INVALID_VALUE": "The cell cannot be read as what its column means.",
            "UNKNOWN_REFERENCE": "The cell names somebody or something that the organisation does not have.",
            "TWICE_IN_FILE": "An earlier line says the same.",
            "EXISTS_ALREADY": "Somebody of the organisation has this address.",
            "FORBIDDEN": "The caller may not hand out this role.",
            "REFUSED": "The rules refuse the booking: `refusal` says why.",
        },
        name="ImportProblemCode",
    ),
    Named(
        CaseKind,
        "What a case is about.",
        {
            "NO_SHOW": "The member says that the coach did not come.",
            "CONTEST": "The member objects to what was recorded against them.",
        },
    ),
    Named(
        CaseStatus,
        "Where a case stands; all but CLOSED are open.",
        {
            "OPEN": "The coach has to answer.",
            "ANSWERED": "The coach offered another time, and the member has to answer.",
            "INVESTIGATING": "The team has to decide, after the member's answers where questions were asked.",
        },
    ),
    Named(
        CaseResult,
        "How a case was closed.",
        {
            "HELD": "The coach says that the session was held; the member may dispute that for some time.",
            "RETURNED": "The credit was given back.",
            "REFUNDED": "The price was given back.",
            "REBOOKED": "Another session took its place.",
            "WITHDRAWN": "The member took the report back.",
            "UPHELD": "The team decided for the member.",
            "REJECTED": "What was recorded stands.",
        },
    ),
    Named(
        ProposalKind,
        "What one side offers or asks and the other answers.",
        {
            "CHANGE_REQUEST": "One side asks the other, or the team, to cancel or move a session.",
            "RESCHEDULE": "The coach proposes another time to the member, and holds it.",
            "REBOOK_OFFER": "The coach lets the member choose another time.",
            "NEW_SESSION": "The coach invites the member to a session: `sendInvite`.",
            "BOOKING_REQUEST": "The member asks the coach for a session, where the coach confirms each booking: `requestBooking`.",
            "SERIES_SPLIT": "One side asks the other to make two sessions of the three of a month.",
        },
    ),
    Named(
        ProposalStatus,
        "Where a proposal stands; only a pending one can be answered.",
        {
            "WITHDRAWN": "Taken back, or fallen with the cancellation or the move of its session.",
            "SUPERSEDED": "A newer proposal of the same kind took its place.",
        },
    ),
    Named(
        Channel,
        "Who has bought a membership.",
        {"D2C": "The member.", "B2B": "A sponsor, by a contract, for the member."},
    ),
    Named(
        Tier,
        "How a membership is paid. Either renews by itself.",
        {"MONTHLY": "Month by month.", "ANNUAL": "A year up front."},
    ),
    Named(
        Cadence,
        "The rhythm of a member's sessions, and of a series.",
        {
            "WEEKLY": "Every week.",
            "FORTNIGHTLY": "Every two weeks.",
            "MONTHLY": "Once a month; in a series on the same weekday of it as the first one, and a fifth one means the last.",
        },
    ),
    Named(
        RequestKind,
        "What a member asks for besides what their membership gives.",
        {
            "EXTRA": "One more session.",
            "ONE_OFF": "A session with another coach, in place of one with the regular coach or besides.",
            "CADENCE": "Another rhythm of sessions.",
        },
        name="MembershipRequestKind",
    ),
    Named(
        RequestStatus,
        "Where a request stands; DONE, REFUSED and WITHDRAWN are final.",
        {
            "REQUESTED": "The team has to answer.",
            "QUOTED": "The member has to accept its price.",
            "APPROVED": "The member has to confirm it.",
            "ACCEPTED": "It has to be paid.",
            "DONE": "What was asked for is there.",
        },
        name="MembershipRequestStatus",
    ),
    Named(
        Answered,
        "What the team answers to a request.",
        {
            "QUOTE": "It costs this much.",
            "APPROVE": "Yes: an extra session or another rhythm is done at once, a one-off once the member confirms it.",
            "REFUSE": "No.",
        },
        name="RequestAnswer",
    ),
    Named(
        TeamMatter,
        "What a coach or a member tells the team. Sessions, credits and memberships stay as they are.",
        {
            "NO_COMMON_TIME": "The two find no time that suits both.",
            "NO_FIT": "The coach feels no professional fit. Coaches only.",
            "CONDUCT": "Somebody was rude or inappropriate: urgent, and read by senior staff only.",
            "WANTS_TO_LEAVE": "The member said that they want to leave; that cancels nothing. Coaches only.",
            "WANTS_ANOTHER_COACH": "The member wants another coach.",
            "UNREACHABLE": "The member cannot be reached: the team begins to look for them too. Coaches only.",
        },
    ),
    Named(
        QuestionnaireStatus,
        "What became of the questionnaire of a session.",
        {"SKIPPED": "Hidden for now; reminders go on."},
    ),
    Named(
        QuestionType,
        "What kind of answer a question takes.",
        {
            "SHORT_TEXT": "A line, at most 200 characters.",
            "LONG_TEXT": "Paragraphs, at most 4,000 characters.",
            "CHOICE": "One of the choices.",
            "CHOICES": "Some of the choices.",
            "SCALE": "1 to 10.",
            "YES_NO": "YES or NO.",
        },
    ),
    *ENUMS_OF_WORDS,
    Named(TaskStatus, "Whether work for the team is still to be done.", {}),
    Named(QuestionStatus, "Whether it is still open which of several bookings is kept.", {}),
    *ENUMS_OF_CALENDARS,
    *ENUMS_OF_SERIES,
    *ENUMS_OF_TALLIES,
    Named(
        NoticeCode,
        "What a message is about.",
        {
            "TALLY_STEP": "A count has reached its number: a warning, or bookings are stopped until it ends or is lifted.",
            "INVITE": "A coach invites to a session.",
            "MESSAGE": "Somebody has written to you.",
            "QUESTIONNAIRE_REMINDER": "The questions before a session are still open.",
            "INVITE_DECLINED": "An invite was declined: to both sides.",
            "DUPLICATE_QUESTION": "Which of several bookings shall be kept?",
            "DUPLICATE_CANCELLED": "A booking was cancelled at no cost, because another one is kept.",
            "LATE_LOSS": "A session was lost by changing it too late.",
            "OUTCOME_COUNTED": "A session that did not take place counts as used, for a reason that was stated after it.",
            "OUTCOME_PROMPT": "Did the session take place?",
            "EMERGENCY_QUESTION": "A session was cancelled with a claim: its reason is to be stated.",
            "CALENDAR_QUESTION": "You moved or deleted a session's event in your own calendar: do you want to change the session?",
            "CALENDAR_CONNECTION": "Your Google Calendar can no longer be written to, or is connected again: to its owner, once each.",
            "NUDGE": "The session has begun and the other side is waiting.",
            "OCCURRENCE_UNAVAILABLE": "A date of a series is left out, because the time is taken or the coach is not there.",
            "TIME_SHIFTED": "Clocks change: from this session on a series is at another hour for the reader.",
            "SERIES_ENDED": "A series makes no further session, because it is offered no longer: what stands stays.",
            "THREE_SESSIONS": "A month will hold three sessions of a series: keep them, or split the month?",
            "SPLIT_PROPOSED": "The other side asks to split a month of three sessions.",
        },
    ),
    Named(
        LinkKind,
        "What a link of a message is for.",
        {
            "RESCHEDULE": "Shows new times; opening it changes nothing.",
            "CANCEL": "Shows what cancelling would cost; opening it changes nothing.",
            "JOIN": "Leads into the session.",
            "KEEP": "Asks which of several bookings is kept; opening it changes nothing.",
            "OUTCOME": "Asks what became of the session; opening it changes nothing.",
            "ANSWER": "Shows what is proposed, to be accepted or declined; opening it changes nothing.",
            "QUESTIONNAIRE": "Leads to the questions before the session.",
            "MESSAGE": "Leads to a conversation.",
            "INVITE": "Shows an invite, to be accepted or declined; opening it changes nothing.",
            "CONNECT": "Leads to where a calendar is connected again; opening it changes nothing.",
        },
    ),
)


def register_enums() -> None:
    """Every enum that the contract shows is known to it."""
    for one in ENUMS:
        register(one.enum, one.description, one.values, name=one.name)
