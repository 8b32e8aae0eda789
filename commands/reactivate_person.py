"""reactivatePerson and its twin: somebody who was deactivated is let in again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.actor import Actor
from commands.outcome import Outcome, Refused, refused
from commands.person_change import PersonCommand, Standing, change_person, check_person, person_verb
from commands.person_effect import PersonCheck, PersonEffect, PersonEffectKind, person_effect
from commands.staff import Written
from commands.transaction import Request
from models.queries.people import PersonRow
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role

REACTIVATE = text("UPDATE person SET deactivated_at = NULL WHERE organisation_id = :organisation AND id = :person")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivatePerson(PersonCommand):
    """Whom; identities and feed addresses from before work again."""


def reactivate_person(database: Database, request: Request, command: ReactivatePerson) -> Outcome:
    """The person can sign in, is offered and bookable again, and their feed can be read. The object is the person."""
    return change_person(
        database,
        request,
        command,
        person_verb("PERSON_REACTIVATED", command),
        lambda _unit, standing: _effect(standing),
        _write,
    )


def check_reactivate_person(unit: Unit, actor: Actor, command: ReactivatePerson, *, now: datetime) -> PersonCheck:
    """What would begin again, without acting."""
    return check_person(unit, actor, command, lambda _unit, standing: _effect(standing), now=now)


def _effect(standing: Standing) -> PersonEffect | Refused:
    person = standing.person
    if person.deactivated_at is None:
        return refused(RefusalCode.WRONG_STATE, message="The person is active.")
    kinds = [PersonEffectKind.SIGN_IN_RESUMES, PersonEffectKind.FEED_RESUMES]
    kinds += [PersonEffectKind.OPENINGS_RESUME] if person.is_coach else []
    kinds += [PersonEffectKind.BOOKING_RESUMES] if Role.MEMBER in person.roles else []
    return person_effect(person.name, kinds, list(standing.sessions), wanted=["reactivate", person.id])


def _write(unit: Unit, person: PersonRow) -> Written:
    unit.connection.execute(REACTIVATE, {"organisation": unit.organisation_id, "person": person.id})
    return Written(object_id=person.id)
