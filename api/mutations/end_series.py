"""endSeries: a series goes on no more."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.dates import near
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import NOTE_WORDS, VERSION_WORDS
from api.mutations.frame import KEY_WORDS
from api.mutations.series import SERIES_WORDS, SeriesRefusal, change_series_by
from api.types.series import FROM_WORDS, Series
from commands.outcome import Outcome
from commands.series.end import EndSeries
from commands.series.end import end_series as end
from commands.transaction import Request


@given
class EndSeriesInput:
    """Which series is ended; `Series.canEnd` answers the same question without acting."""

    series: strawberry.ID = strawberry.field(description=SERIES_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    from_: dt.date | None = strawberry.field(name="from", default=None, description=FROM_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class EndSeriesSuccess:
    """The series has ended; its later sessions are cancelled without loss, but for those that were moved by themselves.

    One that rests goes on up to `from` once its membership is resumed, or no more.
    """

    series: Series


EndSeriesResult = Annotated[
    EndSeriesSuccess | SeriesRefusal,
    strawberry.union("EndSeriesResult", description="The series that was ended, or why it was not."),
]


def end_series(info: Info, input: EndSeriesInput) -> EndSeriesResult | None:
    """End a series, as its coach or as staff: from a date on nothing takes place any more, and credits are free again."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = EndSeries(
            series_id=key(input.series, "Series", "series"),
            from_on=near(input.from_, request.now, "from"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return end(operation.services.database, request, command)

    return change_series_by(operation, input.idempotency_key, run, lambda series: EndSeriesSuccess(series=series))
