"""What tells somebody of a session and changes nothing, as the worker does it: alone, or many at once."""

from collections.abc import Mapping, Sequence

from commands.remind import TELLINGS, Occasion, tell, tell_together
from models.unit import Database
from worker.claims import Claim
from worker.outcomes import Delivered, Delivery, Handlers, Together


def telling_handlers() -> Handlers:
    """Who does the work that tells somebody of a session."""
    return dict.fromkeys(TELLINGS, Together(_say, _say_all))


def _say(database: Database, work: Claim) -> Delivery:
    tell(database, _occasion(work))
    return Delivered(recorded=True)


def _say_all(database: Database, works: Sequence[Claim]) -> Mapping[int, Delivery]:
    done = tell_together(database, [_occasion(work) for work in works])
    return dict.fromkeys(done, Delivered(recorded=True))


def _occasion(work: Claim) -> Occasion:
    return Occasion(
        organisation_id=work.organisation_id,
        work_id=work.id,
        kind=work.kind,
        session_id=work.object_id,
        persons=work.persons,
        due=work.effective_at,
        now=work.now,
    )
