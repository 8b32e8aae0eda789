"""The enums of connected calendars, as the contract shows them."""

from api.named import Named
from policy.calendars import CalendarEdit, CalendarPlace
from policy.terms import ConnectionStatus

ENUMS_OF_CALENDARS = (
    Named(
        CalendarEdit,
        "What somebody did to a session's event in their own calendar.",
        {"MOVED": "Its time was changed.", "DELETED": "It was deleted."},
    ),
    Named(
        CalendarPlace,
        "In which of a person's Google calendars their sessions stand.",
        {
            "OWN": "In a calendar that was made for them; nothing else of yours is read but when you are taken.",
            "PRIMARY": "Among your other appointments, in the calendar that everybody at Google has.",
        },
    ),
    Named(
        ConnectionStatus,
        "Whether a person's Google Calendar follows their sessions.",
        {
            "CONNECTED": "Sessions are written to it.",
            "BROKEN": "Google no longer accepts the consent: its owner has to connect again; nothing is lost meanwhile.",
            "DISCONNECTED": "Its owner has taken the connection back.",
        },
    ),
)
