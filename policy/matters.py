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
