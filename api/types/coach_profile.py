"""What a coach tells members of themselves."""

import strawberry

from api.describe import output
from api.types.person import Person


@output
class CoachProfile:
    """The profile of a coach, for whoever may see them. Contact, hours and earnings are not part of it."""

    coach: Person = strawberry.field(description="Whose profile it is.")
    headline: str = strawberry.field(description="One line; empty where the coach has written none.")
    about: str = strawberry.field(description="More of it, in paragraphs.")
    languages: list[str] = strawberry.field(description="Languages in which they coach, as they name them.")
