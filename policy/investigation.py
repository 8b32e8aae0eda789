"""The questions that are put to a member who says that a missed call was not their fault, and what they may show (M18, D-16)."""

import re
from dataclasses import dataclass

from policy.texts import says_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question by its code, which answers name."""

    code: str
    text: str
    required: bool = True


QUESTIONS = (
    Question(code="HOW_JOINED", text="How did you try to join: by which link or program, and on which device?"),
    Question(code="WHEN_JOINED", text="At what time did you try to join, in which time zone?"),
    Question(code="WHAT_SEEN", text="What did you see or hear instead of the call?"),
    Question(code="BOOKED_FOR", text="For which day and time did you mean to book the call?"),
    Question(code="ELSE", text="Is there anything else that we should know?", required=False),
)
"""The template; what has been answered keeps the question's code."""

MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "application/pdf", "text/plain"})
MOST_OCTETS = 10 * 1024 * 1024
MOST_ITEMS = 10
LONGEST_ANSWER = 4000
STORES = ("https://", "s3://", "gs://")
SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.\-\s]*:")
"""Whatever a browser could take for an address of its own, such as a script: whoever shows the item may make a link of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that the member shows: it is kept elsewhere, and the digest says whether it is still the same."""

    name: str
    media_type: str
    octets: int
    sha256: str
    reference: str


def unanswered(answers: dict[str, str]) -> str | None:
    """The first question that needs an answer and has none, or one that nobody asked; None where all is well."""
    known = {question.code for question in QUESTIONS}
    for code in answers:
        if code not in known:
            return code
    return next((one.code for one in QUESTIONS if one.required and says_nothing(answers.get(one.code))), None)


def fault_of(evidence: Evidence) -> str | None:
    """What is wrong with an item, in words; None where nothing is."""
    if evidence.media_type not in MEDIA_TYPES:
        return f"This kind of file is not taken; one of {', '.join(sorted(MEDIA_TYPES))}."
    if not 0 < evidence.octets <= MOST_OCTETS:
        return f"A file has 1 to {MOST_OCTETS} octets."
    if len(evidence.sha256) != 64 or set(evidence.sha256) - set("0123456789abcdef"):
        return "A digest is SHA-256, as 64 lower-case hexadecimal digits."
    if says_nothing(evidence.reference) or says_nothing(evidence.name):
        return "An item has a name, and a reference to where it lies."
    if SCHEME.match(evidence.reference) and not evidence.reference.startswith(STORES):
        return "A reference is a name in a store of your own, or an address that begins with https://, s3:// or gs://."
    return None
