"""What changing, deactivating and reactivating a person share: who may, the effect shown first, its acknowledgement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from commands.actor import Actor
from commands.facts.sessions import session_cases
from commands.outcome import Outcome, Refused, refused
from commands.person_effect import PersonCheck, PersonEffect
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.queries.people import PersonRow, person_of_id, standing_sessions
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCommand:
    """Whom it concerns; `acknowledge`: the digest of the effect that was shown."""

    person_id: int
    acknowledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person with the sessions that stand for them; `day_limits`: of one of them a limit by time of day is read in their zone."""

    person: PersonRow
    sessions: tuple[int, ...]
    day_limits: bool


Look = Callable[[Unit, Standing], PersonEffect | Refused]
"""How a verb looks at a person: what would follow, or why it may not be; never writes."""
Write = Callable[[Unit, PersonRow], Written]


def change_person(
    database: Database, request: Request, command: PersonCommand, verb: Verb, look: Look, write: Write
) -> Outcome:
    """Look under the person's lock, and write what was acknowledged; a refusal leaves no trace."""

    def act(unit: Unit) -> Written | Refused:
        standing = _standing(unit, request.actor, command.person_id, now=request.now)
        if isinstance(standing, Refused):
            return standing
        effect = look(unit, standing)
        if isinstance(effect, Refused):
            return effect
        if effect.kinds and command.acknowledge != effect.digest:
            return _unacknowledged(effect, command)
        return write(unit, standing.person)

    return as_staff(database, request, command, verb, act)


def check_person(unit: Unit, actor: Actor, command: PersonCommand, look: Look, *, now: datetime) -> PersonCheck:
    """What `change_person` would say now, without acting; at most four statements."""
    standing = _standing(unit, actor, command.person_id, now=now)
    effect = standing if isinstance(standing, Refused) else look(unit, standing)
    if isinstance(effect, Refused):
        return PersonCheck(allowed=False, code=effect.code, message=effect.message, effect=None, checked_at=now)
    return PersonCheck(allowed=True, code=None, message=None, effect=effect, checked_at=now)


def person_verb(name: str, command: PersonCommand) -> Verb:
    """A verb of the operator's side about one person."""
    return Verb(name=name, scope=Scope.PEOPLE, persons=frozenset({command.person_id}))


def _standing(unit: Unit, actor: Actor, person_id: int, *, now: datetime) -> Standing | Refused:
    if not actor.may(Scope.PEOPLE):
        return refused(RefusalCode.FORBIDDEN)
    person = person_of_id(unit, person_id)
    if person is None:
        return refused(RefusalCode.NOT_FOUND)
    if not actor.may_manage(person.roles):
        return refused(RefusalCode.FORBIDDEN, message="Only senior staff change somebody of the senior staff.")
    rows = standing_sessions(unit, person_id, now=now)
    sides = {row.id: Side.COACH if row.coach_id == person_id else Side.MEMBER for row in rows}
    return Standing(person=person, sessions=tuple(sides), day_limits=_day_limits(unit, sides, now=now))


def _day_limits(unit: Unit, sides: dict[int, Side], *, now: datetime) -> bool:
    """Whether one of these sessions, on whose side the person is, has a limit such as `1d 20:00` in the person's zone."""
    cases = session_cases(unit, list(sides), now=now)
    return any(
        case.policy.limit_zone.value == sides[key].value
        and any(row.notice is not None and row.notice.at is not None for row in case.policy.rows)
        for key, case in cases.items()
    )


def _unacknowledged(effect: PersonEffect, command: PersonCommand) -> Refused:
    """Nothing that stops or moves something happens without the digest of exactly what was shown."""
    if command.acknowledge is None:
        plain = refused(RefusalCode.LATE_CHANGE_NEEDS_ACK, message="This has an effect: show it and send its digest.")
    else:
        plain = refused(RefusalCode.CONSEQUENCE_CHANGED)
    return replace(plain, effect=effect)
