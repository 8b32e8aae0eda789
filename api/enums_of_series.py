"""The enums of recurring series, as the contract shows them."""

from api.named import Named
from policy.matters import SeriesStatus, Trouble

ENUMS_OF_SERIES = (
    Named(
        SeriesStatus,
        "Where a series stands.",
        {
            "ACTIVE": "It goes on.",
            "SUSPENDED": "It rests with its membership, and another one goes on in its place once that is resumed, unless it is ended before.",
            "ENDED": "It was ended, or another series goes on in its place; what lies before `until` stands.",
        },
    ),
    Named(
        Trouble,
        "Why an occurrence of a series cannot take place.",
        {
            "PAST": "Its time is over.",
            "TAKEN": "The coach or the member has something else then.",
            "ELSEWHERE": "The coach is taken then, as their own calendar says.",
            "TIME_OFF": "The coach is not there.",
            "HOLIDAY": "It is a holiday of the organisation.",
            "NO_CREDIT": "No credit is left for it.",
        },
    ),
)
