"""deactivatePerson and its twin: somebody is let in nowhere any more; what stands for them stays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.actor import Actor
from commands.outcome import Outcome, Refused, refused
from commands.person_change import PersonCommand, Standing, change_person, check_person, person_verb
from commands.person_effect import PersonCheck, PersonEffect, PersonEffectKind, person_effect
from commands.staff import Written
from commands.transaction import Request
from models.queries.people import PersonRow, another_senior
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role

DEACTIVATE = text("UPDATE person SET deactivated_at = :now WHERE organisation_id = :organisation AND id = :person")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivatePerson(PersonCommand):
    """Whom; their sessions, credits and engagements stay until somebody changes them."""


def deactivate_person(database: Database, request: Request, command: DeactivatePerson) -> Outcome:
    """The person cannot sign in, is neither offered nor bookable and their feed answers 404. The object is the person."""
    return change_person(
        database,
        request,
        command,
        person_verb("PERSON_DEACTIVATED", command),
        lambda unit, standing: _effect(unit, request.actor, standing),
        lambda unit, person: _write(unit, person, now=request.now),
    )


def check_deactivate_person(unit: Unit, actor: Actor, command: DeactivatePerson, *, now: datetime) -> PersonCheck:
    """What would stop and which sessions stand, without acting."""
    return check_person(unit, actor, command, lambda unit, standing: _effect(unit, actor, standing), now=now)


def _effect(unit: Unit, actor: Actor, standing: Standing) -> PersonEffect | Refused:
    person = standing.person
    if person.deactivated_at is not None:
        return refused(RefusalCode.WRONG_STATE, message="The person was deactivated before.")
    if person.id == actor.person_id:
        return refused(RefusalCode.WRONG_STATE, message="Nobody deactivates themselves.")
    if Role.SENIOR_STAFF in person.roles and not another_senior(unit, person.id):
        return refused(RefusalCode.WRONG_STATE, message="The organisation needs somebody of the senior staff.")
    kinds = [PersonEffectKind.SIGN_IN_STOPS, PersonEffectKind.FEED_STOPS]
    kinds += [PersonEffectKind.OPENINGS_STOP] if person.is_coach else []
    kinds += [PersonEffectKind.BOOKING_STOPS] if Role.MEMBER in person.roles else []
    return person_effect(person.name, kinds, list(standing.sessions), wanted=["deactivate", person.id])


def _write(unit: Unit, person: PersonRow, *, now: datetime) -> Written:
    values = {"organisation": unit.organisation_id, "person": person.id, "now": now}
    unit.connection.execute(DEACTIVATE, values)
    return Written(object_id=person.id)
