"""The enums of tallies and of what they lead to, as the contract shows them."""

from api.named import Named
from policy.matters import SanctionStatus
from policy.terms import Sanction, TallyOf

ENUMS_OF_TALLIES = (
    Named(TallyOf, "Whose events a tally counts.", {"PAIR": "Those of this member with this coach."}),
    Named(
        Sanction,
        "What follows when a tally reaches a step.",
        {
            "WARN": "A message to the person.",
            "TASK": "Work for the team.",
            "CHARGE": "An amount is due from the person.",
            "BLOCK": "The member makes no new booking.",
            "SAME_DAY": "The member books only for the same local day.",
            "HIDE": "Only members who had a session with the coach book the coach.",
            "PAUSE": "Nobody books the coach.",
            "CANCEL_FUTURE": "The person's scheduled sessions are cancelled without loss to the other side.",
            "END": "The membership ends.",
        },
    ),
    Named(
        SanctionStatus,
        "Where a stop stands.",
        {
            "ACTIVE": "It is in force.",
            "ENDED": "Its time has run out, or what it waited for is paid.",
            "LIFTED": "The team has lifted it, or what caused it was taken back.",
        },
    ),
)
