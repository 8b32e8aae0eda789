"""endEngagement: a member and a coach belong together no more; sessions that stand stay and are named."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from commands.apply.record import Record
from commands.apply.work import schedule
from commands.outcome import Outcome, Refused, refused
from commands.series.running_out import run_out
from commands.staff import Verb, Written, as_staff, exists
from commands.transaction import Request
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode, Scope

PARTIES = text("SELECT member_id, coach_id FROM engagement WHERE organisation_id = :organisation AND id = :engagement")
END = text("""
UPDATE engagement SET status = 'ENDED', ended_at = :now
WHERE organisation_id = :organisation AND id = :engagement AND status <> 'ENDED' RETURNING membership_id, member_id, coach_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEngagement:
    """Which engagement."""

    engagement_id: int


def end_engagement(database: Database, request: Request, command: EndEngagement) -> Outcome:
    """The member books this coach no more, and their series make no further session; `sessions_of_engagement` tells which stand.

    The object is the engagement.
    """
    values = {"organisation": request.actor.organisation_id, "engagement": command.engagement_id}
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = unit.connection.execute(PARTIES, values).one_or_none()
    persons = frozenset() if parties is None else frozenset({parties.member_id, parties.coach_id})
    verb = Verb(name="ENGAGEMENT_ENDED", scope=Scope.PEOPLE, persons=persons)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: EndEngagement) -> Written | Refused:
    if not exists(unit, "engagement", command.engagement_id):
        return refused(RefusalCode.NOT_FOUND)
    values = {"organisation": unit.organisation_id, "engagement": command.engagement_id, "now": request.now}
    ended = unit.connection.execute(END, values).one_or_none()
    if ended is None:
        return refused(RefusalCode.WRONG_STATE, message="The engagement has ended before.")
    schedule(unit, run_out(unit, ended.membership_id, ended.coach_id, _ended_series(request, ended)))
    return Written(object_id=command.engagement_id)


def _ended_series(request: Request, ended: Row[Any]) -> Record:
    return Record(
        name="SERIES_ENDED",
        persons=frozenset({ended.member_id, ended.coach_id}),
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        recorded_at=request.now,
        effective_at=request.now,
    )
