"""The nouns of what waits for somebody besides a session: questions, purchases, tasks (MODEL 5.5, 7, 13)."""

from enum import StrEnum


class QuestionStatus(StrEnum):
    """Whether it is still open which of several bookings is kept (MODEL 5.5)."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class TaskStatus(StrEnum):
    """Whether work for the team is still to be done (MODEL 13)."""

    OPEN = "OPEN"
    DONE = "DONE"


class Channel(StrEnum):
    """Who has bought a membership: the member, or a sponsor by a contract (MODEL 1)."""

    D2C = "D2C"
    B2B = "B2B"


class Tier(StrEnum):
    """How a membership is paid: month by month, or a year up front (O41)."""

    MONTHLY = "MONTHLY"
    ANNUAL = "ANNUAL"


class MembershipNews(StrEnum):
    """What has become of a membership, as a message tells it (MODEL 9)."""

    CANCELLED = "CANCELLED"
    KEPT = "KEPT"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    ENDED = "ENDED"
    RENEWED = "RENEWED"
    CADENCE = "CADENCE"
    SWITCHED = "SWITCHED"
    MATCHED = "MATCHED"


class OutreachStatus(StrEnum):
    """Whether the team still tries to reach a member (MODEL 5.7)."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    CHURNED = "CHURNED"


class TeamMatter(StrEnum):
    """What a coach or a member tells the team besides a session (MODEL 13)."""

    NO_COMMON_TIME = "NO_COMMON_TIME"
    NO_FIT = "NO_FIT"
    CONDUCT = "CONDUCT"
    WANTS_TO_LEAVE = "WANTS_TO_LEAVE"
    WANTS_ANOTHER_COACH = "WANTS_ANOTHER_COACH"
    UNREACHABLE = "UNREACHABLE"


class RequestKind(StrEnum):
    """What a member asks for besides what their membership gives (MODEL 5.7)."""

    EXTRA = "EXTRA"
    ONE_OFF = "ONE_OFF"
    CADENCE = "CADENCE"


class RequestStatus(StrEnum):
    """The states of a request; those from DONE on are final (MODEL 5.7)."""

    REQUESTED = "REQUESTED"
    QUOTED = "QUOTED"
    APPROVED = "APPROVED"
    ACCEPTED = "ACCEPTED"
    DONE = "DONE"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class QuestionnaireStatus(StrEnum):
    """What became of the questionnaire of a session (MODEL 5.7)."""

    OPEN = "OPEN"
    SKIPPED = "SKIPPED"
    SUBMITTED = "SUBMITTED"


class QuestionType(StrEnum):
    """What kind of answer a question takes."""

    SHORT_TEXT = "SHORT_TEXT"
    LONG_TEXT = "LONG_TEXT"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    SCALE = "SCALE"
    YES_NO = "YES_NO"


class Words(StrEnum):
    """What people write for each other, the reading of which is recorded (MODEL 10)."""

    NOTE = "NOTE"
    QUESTIONNAIRE = "QUESTIONNAIRE"
    MESSAGE = "MESSAGE"


class ThreadKind(StrEnum):
    """Between whom a conversation is."""

    COACHING = "COACHING"
    SUPPORT = "SUPPORT"


class SeriesStatus(StrEnum):
    """States of a series (MODEL 5.3)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


class Trouble(StrEnum):
    """Why an occurrence of a series cannot take place."""

    PAST = "PAST"
    TAKEN = "TAKEN"
    ELSEWHERE = "ELSEWHERE"
    TIME_OFF = "TIME_OFF"
    HOLIDAY = "HOLIDAY"
    NO_CREDIT = "NO_CREDIT"


class LimitPer(StrEnum):
    """Over what `booking.limits` counts (D-64)."""

    DAY = "DAY"
    WEEK = "WEEK"
    PERIOD = "PERIOD"


class SanctionStatus(StrEnum):
    """Where something stands that a tally has led to and that lasts (MODEL 5.7)."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"
    LIFTED = "LIFTED"
