"""setCoachProfile: what a coach tells members of themselves (V8)."""

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, exists
from commands.transaction import Request
from models.profile import CoachProfile
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCoachProfile:
    """The profile from now on."""

    coach_id: int
    headline: str
    about: str
    languages: tuple[str, ...]


def set_coach_profile(database: Database, request: Request, command: SetCoachProfile) -> Outcome:
    """Members who may see the coach read this."""

    def act(unit: Unit) -> Written | Refused:
        if not exists(unit, "coach", command.coach_id):
            return refused(RefusalCode.NOT_FOUND)
        values = {
            "headline": command.headline,
            "about": command.about,
            "languages": list(command.languages),
            "changed_at": request.now,
        }
        key = {"organisation_id": unit.organisation_id, "coach_id": command.coach_id}
        statement = insert(CoachProfile).values({**key, **values})
        unit.connection.execute(
            statement.on_conflict_do_update(index_elements=["organisation_id", "coach_id"], set_=values)
        )
        return Written(object_id=command.coach_id)

    verb = Verb(
        name="COACH_PROFILE_SET",
        scope=Scope.PEOPLE,
        persons=frozenset({command.coach_id}),
        own=command.coach_id,
    )
    return as_staff(database, request, command, verb, act)
