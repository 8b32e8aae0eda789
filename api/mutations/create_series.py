"""createSeries: sessions in a rhythm, from a date on."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.dates import after, near
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import NOTE_WORDS
from api.mutations.frame import KEY_WORDS
from api.mutations.series import SKIP_WORDS, SeriesRefusal, change_series_by
from api.queries.preview_series import CADENCE_WORDS, FIRST_WORDS, TIME_WORDS, UNTIL_WORDS
from api.types.series import Series
from commands.outcome import Outcome
from commands.series.create import CreateSeries
from commands.series.create import create_series as create
from commands.transaction import Request
from policy.terms import Cadence


@given
class CreateSeriesInput:
    """Which series is created; `previewSeries` answers the same question without acting."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session: `organisation.kinds`.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    member: strawberry.ID = strawberry.field(description="The id of the member.")
    first_date: dt.date = strawberry.field(description=FIRST_WORDS)
    local_time: dt.time = strawberry.field(description=TIME_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    cadence: Cadence | None = strawberry.field(default=None, description=CADENCE_WORDS)
    until: dt.date | None = strawberry.field(default=None, description=UNTIL_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=SKIP_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class CreateSeriesSuccess:
    """The series stands, with the sessions of its horizon and their credits; both sides are told once."""

    series: Series


CreateSeriesResult = Annotated[
    CreateSeriesSuccess | SeriesRefusal,
    strawberry.union("CreateSeriesResult", description="The series that was created, or why nothing was."),
]


def create_series(info: Info, input: CreateSeriesInput) -> CreateSeriesResult | None:
    """Create a series, as its coach or as staff: all occurrences or none, or those that are left when you leave out the conflicts."""
    operation = info.context

    def run(request: Request) -> Outcome:
        after(input.until, input.first_date, "until")
        near(input.first_date, request.now, "firstDate")
        command = CreateSeries(
            kind_id=key(input.kind, "SessionKind", "kind"),
            coach_id=key(input.coach, "Person", "coach"),
            member_id=key(input.member, "Person", "member"),
            first_on=input.first_date,
            at_time=input.local_time,
            cadence=input.cadence,
            until_on=near(input.until, request.now, "until"),
            acknowledge=word(input.acknowledge, "acknowledge"),
            note=words(input.note, "note"),
        )
        return create(operation.services.database, request, command)

    return change_series_by(operation, input.idempotency_key, run, lambda series: CreateSeriesSuccess(series=series))
