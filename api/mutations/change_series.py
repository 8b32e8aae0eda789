"""changeSeries: this and the following sessions, or all that are to come, at another time or in another rhythm."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.dates import near
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import NOTE_WORDS, VERSION_WORDS
from api.mutations.frame import KEY_WORDS
from api.mutations.series import SERIES_WORDS, SKIP_WORDS, SeriesRefusal, change_series_by
from api.types.series import FROM_WORDS, Series
from commands.outcome import Outcome
from commands.series.change import ChangeSeries
from commands.series.change import change_series as change
from commands.transaction import Request
from policy.terms import Cadence


@given
class ChangeSeriesInput:
    """What is to be different; what is left out stays. `Series.canChange` answers the same question without acting."""

    series: strawberry.ID = strawberry.field(description=SERIES_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    from_: dt.date | None = strawberry.field(name="from", default=None, description=FROM_WORDS)
    first_date: dt.date | None = strawberry.field(
        default=None, description="The date that takes the place of `from`, on another weekday for example."
    )
    local_time: dt.time | None = strawberry.field(
        default=None, description="Another wall-clock time in the series' zone."
    )
    cadence: Cadence | None = strawberry.field(default=None, description="Another rhythm.")
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=SKIP_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class ChangeSeriesSuccess:
    """The series has ended before that date, and a successor goes on in its place; both sides are told once."""

    series: Series = strawberry.field(description="The successor; its `predecessor` is the series that was changed.")


ChangeSeriesResult = Annotated[
    ChangeSeriesSuccess | SeriesRefusal,
    strawberry.union("ChangeSeriesResult", description="The series that goes on, or why nothing was changed."),
]


def change_series(info: Info, input: ChangeSeriesInput) -> ChangeSeriesResult | None:
    """Change this and the following sessions of a series, as its coach or as staff. One session alone: `rescheduleSession`.

    Sessions that were moved or cancelled by themselves keep what was agreed for them.
    """
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ChangeSeries(
            series_id=key(input.series, "Series", "series"),
            from_on=near(input.from_, request.now, "from"),
            first_on=near(input.first_date, request.now, "firstDate"),
            at_time=input.local_time,
            cadence=input.cadence,
            acknowledge=word(input.acknowledge, "acknowledge"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return change(operation.services.database, request, command)

    return change_series_by(operation, input.idempotency_key, run, lambda series: ChangeSeriesSuccess(series=series))
