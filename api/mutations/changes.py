"""What the verbs that change a session share."""

from collections.abc import Callable
from typing import TypeVar

from api.context import Operation
from api.mutations.frame import answer
from api.types.consequence import Consequence, consequence
from api.types.refusals import RuleRefusal, StaleVersion, rule_refusal
from api.types.session import Session, visible_sessions
from commands.outcome import Done, Outcome, Refused, Stale, refused
from commands.transaction import Request
from models.queries.sessions import parties_of
from policy.terms import RefusalCode, Side

S = TypeVar("S")

SESSION_WORDS = "The id of the session."
BEHALF_WORDS = (
    "As a coach or as staff: for which side you act. MEMBER: the member has asked for it, so the member's rules decide, at the "
    "member's cost. Left out: on your own account."
)
VERSION_WORDS = "The `version` that you have read: if the object has changed since, nothing is done (StaleVersion)."
ACKNOWLEDGE_WORDS = "The digest of the consequence that you have shown; needed where it is costly, else ignored."
NOTE_WORDS = "Why, in words, at most 4,000 characters; it stands in the history. Staff must give a reason."


def misplaced_side(operation: Operation, request: Request, session_id: int, side: Side | None) -> Refused | None:
    """Why nobody but the coach of a session acts for its coach; None where that is not said."""
    if side is not Side.COACH:
        return None
    with operation.services.database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [session_id]).get(session_id)
    if parties is None or request.actor.acts_on(coach_id=parties[0], member_id=parties[1]) is None:
        return refused(RefusalCode.NOT_FOUND)
    return None if parties[0] == request.actor.person_id else refused(RefusalCode.FORBIDDEN)


def change(
    operation: Operation,
    idempotency_key: str,
    run: Callable[[Request], Outcome],
    success: Callable[[Session, Consequence], S],
) -> S | RuleRefusal:
    """Run a verb on a session: a success shows the session as it stands and what followed, a refusal the check behind it."""
    return answer(
        operation,
        idempotency_key,
        run,
        lambda done: success(*_done(operation, done)),
        lambda refused: _refusal(operation, refused),
    )


def _done(operation: Operation, done: Done) -> tuple[Session, Consequence]:
    found = visible_sessions(operation, [done.object_id])[done.object_id]
    if done.consequence is None:
        raise LookupError("an act on a session has a consequence")
    return found, consequence(done.consequence, found.reader(operation))


def _refusal(operation: Operation, refused: Refused | Stale) -> RuleRefusal:
    if isinstance(refused, Refused):
        return rule_refusal(refused)
    current = visible_sessions(operation, [refused.object_id])[refused.object_id]
    return StaleVersion(code=refused.code, message=refused.message, current=current)
