"""What the verbs on series share: how they answer, and how they are refused."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import strawberry

from api.context import Operation
from api.describe import output
from api.mutations.frame import answer
from api.types.refusals import InvalidInput, Refusal, RequestRefused, StaleVersion, plain_refusal
from api.types.series import Series, visible_series
from api.types.series_plan import SeriesPlan, series_plan
from commands.outcome import Outcome, Refused, Stale
from commands.transaction import Request

S = TypeVar("S")
SERIES_WORDS = "The id of the series."
SKIP_WORDS = (
    "The digest of a plan whose conflicts you have shown: they are left out, and the rest is done. Without it everything is done, "
    "or nothing."
)


@output
class SeriesRefused(Refusal):
    """The rules say no, or some occurrences cannot take place, or others than were shown (CONSEQUENCE_CHANGED). Nothing happened."""

    plan: SeriesPlan = strawberry.field(description="The answer of the twin at this instant, with every conflict.")


SeriesRefusal: TypeAlias = SeriesRefused | StaleVersion | InvalidInput | RequestRefused
"""How a verb on series may be refused."""


def change_series_by(
    operation: Operation, idempotency_key: str, run: Callable[[Request], Outcome], success: Callable[[Series], S]
) -> S | SeriesRefusal:
    """Run a verb on a series: a success shows it as it stands, a refusal the plan behind it."""
    return answer(
        operation,
        idempotency_key,
        run,
        lambda done: success(visible_series(operation, [done.object_id])[done.object_id]),
        lambda refused: _refusal(operation, refused),
    )


def _refusal(operation: Operation, refused: Refused | Stale) -> SeriesRefusal:
    if isinstance(refused, Stale):
        current = visible_series(operation, [refused.object_id])[refused.object_id]
        return StaleVersion(code=refused.code, message=refused.message, current=current)
    if refused.plan is not None:
        return SeriesRefused(code=refused.code, message=refused.message, plan=series_plan(refused.plan))
    return plain_refusal(refused, {})
