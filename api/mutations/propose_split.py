"""proposeSplit: one side asks the other to make two sessions of the three of a month."""

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
from api.types.series import Series
from commands.outcome import Outcome
from commands.series.split import ProposeSplit
from commands.series.split import propose_split as propose
from commands.transaction import Request


@given
class ProposeSplitInput:
    """Which month is to be split; `Series.canSplit` answers the same question without acting."""

    series: strawberry.ID = strawberry.field(description=SERIES_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    first_date: dt.date | None = strawberry.field(
        default=None, description="The original date of the first of the three; left out: the next month of three."
    )
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class ProposeSplitSuccess:
    """The other side is asked and answers with `acceptProposal` or `declineProposal`; silence keeps all three."""

    series: Series


ProposeSplitResult = Annotated[
    ProposeSplitSuccess | SeriesRefusal,
    strawberry.union(
        "ProposeSplitResult", description="The series as it stays until there is an answer, or why nobody was asked."
    ),
]


def propose_split(info: Info, input: ProposeSplitInput) -> ProposeSplitResult | None:
    """Propose to the other side to drop the first session of a month of three and to go on a week later, every two weeks.

    It has to be accepted a month before the first of the three.
    """
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ProposeSplit(
            series_id=key(input.series, "Series", "series"),
            first_on=near(input.first_date, request.now, "firstDate"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return propose(operation.services.database, request, command)

    return change_series_by(operation, input.idempotency_key, run, lambda series: ProposeSplitSuccess(series=series))
