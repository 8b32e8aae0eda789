"""rotateFeedUrl: a leaked feed address stops working (CALENDAR 41)."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.apply.record import Record, write_event
from commands.outcome import Done, Outcome, refused
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.terms import ActorKind, RefusalCode, Scope

ROTATE = text("""
UPDATE person SET feed_generation = feed_generation + 1 WHERE organisation_id = :organisation AND id = :person RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateFeed:
    """Whose feed; one's own, or anybody's for staff."""

    person_id: int


def rotate_feed(database: Database, request: Request, command: RotateFeed) -> Outcome:
    """The old address answers 404 from now on; the object is the person."""
    own = request.actor.person_id == command.person_id
    if not own and not request.actor.may(Scope.PEOPLE):
        return refused(RefusalCode.NOT_FOUND)

    def act(unit: Unit) -> Outcome:
        values = {"organisation": unit.organisation_id, "person": command.person_id}
        if unit.connection.execute(ROTATE, values).one_or_none() is None:
            return refused(RefusalCode.NOT_FOUND)
        kinds = request.actor.roles
        kind = ActorKind.STAFF if not own else ActorKind.COACH if "COACH" in kinds else ActorKind.MEMBER
        record = Record(
            name="FEED_ROTATED",
            persons=frozenset({command.person_id}),
            actor_kind=kind,
            actor_id=request.actor.person_id,
            api_key_id=request.actor.api_key_id,
            cause=f"FEED_ROTATED:{command.person_id}",
            recorded_at=request.now,
            effective_at=request.now,
        )
        return Done(object_id=command.person_id, event_id=write_event(unit, record))

    return carry_out(database, request, command, persons=frozenset({command.person_id}), act=act)
