"""setCoachProfile: what a coach tells members of themselves."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.ids import global_id
from api.inputs import InputRefused, bounded, key, word, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.set_coach_profile import SetCoachProfile
from commands.set_coach_profile import set_coach_profile as write
from commands.transaction import Request


@given
class SetCoachProfileInput:
    """What stands in the profile from now on."""

    headline: str = strawberry.field(description="One line, at most 200 characters.")
    about: str = strawberry.field(description="More of it, at most 4,000 characters.")
    languages: list[str] = strawberry.field(description="At most 20, each at most 100 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    coach: strawberry.ID | None = strawberry.field(
        default=None, description="As staff: whose profile. Coaches write their own."
    )


@output
class SetCoachProfileSuccess:
    """The profile stands."""

    coach: strawberry.ID = strawberry.field(description="The id of the coach: ask `coachProfile` with it.")


SetCoachProfileResult = Annotated[
    SetCoachProfileSuccess | PlainRefusal,
    strawberry.union("SetCoachProfileResult", description="Whose profile it is, or why nothing was done."),
]


def set_coach_profile(info: Info, input: SetCoachProfileInput) -> SetCoachProfileResult | None:
    """As a coach, say what members read of you; as staff, for a coach."""
    operation = info.context

    def run(request: Request) -> Outcome:
        own = request.actor.person_id
        coach = own if input.coach is None else key(input.coach, "Person", "coach")
        if coach is None:
            raise InputRefused("Say for which coach.", "coach")
        command = SetCoachProfile(
            coach_id=coach,
            headline=words(input.headline, "headline", longest=200) or "",
            about=words(input.about, "about") or "",
            languages=tuple(word(one, "languages") or "" for one in bounded(input.languages, 20, "languages")),
        )
        return write(operation.services.database, request, command)

    def success(done: Done) -> SetCoachProfileSuccess:
        return SetCoachProfileSuccess(coach=strawberry.ID(global_id("Person", done.object_id)))

    return carry(operation, input.idempotency_key, run, success)
