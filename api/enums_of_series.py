"""The enums of recurring series, as the contract shows them."""

from api.named import Named
from policy.matters import SeriesStatus, Trouble
from policy.terms import Cadence

ENUMS_OF_SERIES = (
    Named(
        Cadence,
        "The rhythm of a member's sessions.",
        {"WEEKLY": "Every week.", "FORTNIGHTLY": "Every two weeks.", "MONTHLY": "Once a month."},
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
    Named(
        ThreadKind,
        "Between whom a conversation is.",
        {"COACHING": "A member and a coach.", "SUPPORT": "Somebody and the team."},
    ),
    Named(TaskStatus, "Whether work for the team is still to be done.", {}),
    Named(QuestionStatus, "Whether it is still open which of several bookings is kept.", {}),
    Named(
        Cadence,
        "The rhythm of a series.",
        {
            "FORTNIGHTLY": "Every other week.",
            "MONTHLY": "The same weekday of the month as the first one: its first Monday, second … A fifth one means the last.",
        },
    ),
    Named(
        SeriesStatus,
        "Where a series stands.",
        {"ACTIVE": "It goes on.", "ENDED": "It was ended, or another series goes on in its place."},
    ),
    Named(
        Trouble,
        "Why an occurrence of a series cannot take place.",
        {
            "PAST": "Its time is over.",
            "TAKEN": "The coach or the member has something else then.",
            "TIME_OFF": "The coach is not there.",
            "HOLIDAY": "It is a holiday of the organisation.",
            "NO_CREDIT": "No credit is left for it.",
        },
    ),
)
