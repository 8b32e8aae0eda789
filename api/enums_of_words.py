"""The enums of what people write for each other, as the contract shows them."""

from api.named import Named
from policy.matters import ThreadKind, Words

ENUMS_OF_WORDS = (
    Named(
        ThreadKind,
        "Between whom a conversation is.",
        {"COACHING": "A member and a coach.", "SUPPORT": "Somebody and the team."},
    ),
    Named(
        Words,
        "What was read.",
        {
            "NOTE": "A note of a session's coach.",
            "QUESTIONNAIRE": "What a member answered before a session.",
            "MESSAGE": "A message of a conversation.",
        },
    ),
)
