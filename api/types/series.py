"""Series of sessions, with the twins of what may be done with them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import After, Before, Connection, First, Last, Place, connection, window
from api.context import Info, Operation
from api.dates import near
from api.describe import output
from api.ids import global_id
from api.scalars import TimeZone
from api.types.kind import SessionKind, session_kind
from api.types.node import Node
from api.types.person import Person, person
from api.types.series_plan import SeriesPlan, series_plan, unplanned
from api.types.session_base import reader_of
from commands.series.change import ChangeSeries, check_change
from commands.series.end import EndSeries, check_end
from commands.series.split import ProposeSplit, check_split
from models.queries.series import series_of_ids
from models.queries.views import SessionFilter as Wanted
from models.queries.views import sessions_page
from policy.matters import SeriesStatus
from policy.series import SeriesPlan as Plan
from policy.terms import Cadence, RefusalCode

if TYPE_CHECKING:
    from api.types.session import Session

SERIES = Place(list="series", columns=("id",))
FROM_WORDS = "The first original date that is concerned; left out: the next one, and so all that are to come."
FromDate = Annotated[dt.date | None, strawberry.argument(name="from", description=FROM_WORDS)]
FirstDate = Annotated[
    dt.date | None, strawberry.argument(description="The date that takes the place of `from`; left out: the same.")
]
NewTime = Annotated[
    dt.time | None, strawberry.argument(description="Another wall-clock time in the series' zone; left out: the same.")
]
NewCadence = Annotated[Cadence | None, strawberry.argument(description="Another rhythm; left out: the same.")]
MonthOf = Annotated[
    dt.date | None,
    strawberry.argument(description="The original date of the first of the three; left out: the next month of three."),
]
Note = Annotated[
    str | None,
    strawberry.argument(description="Why, in words. Staff must give a reason; its wording changes no answer."),
]


@output
class Series(Node):
    """Sessions of one member with one coach in a rhythm, at a wall-clock time that its zone keeps through every clock change."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    status: SeriesStatus
    cadence: Cadence = strawberry.field(description="Its rhythm.")
    first_date: dt.date = strawberry.field(description="The date of its first occurrence, in its zone.")
    local_time: dt.time = strawberry.field(description="When its sessions start, on the wall clock of its zone.")
    time_zone: TimeZone = strawberry.field(description="The zone whose wall clock it keeps, by default the coach's.")
    until: dt.date | None = strawberry.field(
        description="The first date that does not belong to it any more; null where it has no end."
    )
    kind: SessionKind
    coach: Person = strawberry.field(description="With whom its sessions are.")
    member: Person = strawberry.field(description="Whose sessions they are.")
    kept: strawberry.Private[Row[Any]]

    @strawberry.field
    def predecessor(self, info: Info) -> Annotated["Series", strawberry.lazy("api.types.series")] | None:
        """The series that it goes on from; null for one that was created anew."""
        return _one(info.context, self.kept.predecessor_id)

    @strawberry.field
    def successor(self, info: Info) -> Annotated["Series", strawberry.lazy("api.types.series")] | None:
        """The series that goes on in its place; null where none does."""
        return _one(info.context, self.kept.successor_id)

    @strawberry.field
    def sessions(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Annotated["Session", strawberry.lazy("api.types.session")]]:
        """The sessions that were made for its dates so far, the earliest first, cancelled and moved ones too."""
        from api.types.session import SESSIONS, session_connection  # noqa: PLC0415  the two types know each other

        part = window(SESSIONS, first, after, last, before)
        return session_connection(sessions_page(info.context.unit, Wanted(series_id=self.kept.id), part), part)

    @strawberry.field
    def can_change(
        self,
        info: Info,
        from_: FromDate = strawberry.UNSET,
        first_date: FirstDate = strawberry.UNSET,
        local_time: NewTime = strawberry.UNSET,
        cadence: NewCadence = strawberry.UNSET,
        note: Note = strawberry.UNSET,
    ) -> SeriesPlan:
        """What changing it like this would do: the twin of `changeSeries`."""
        command = ChangeSeries(
            series_id=self.kept.id,
            from_on=near(from_ or None, info.context.now, "from"),
            first_on=near(first_date or None, info.context.now, "firstDate"),
            at_time=None if local_time is strawberry.UNSET else local_time,
            cadence=cadence or None,
            note=note or None,
        )
        operation = info.context
        return _shown(operation, check_change(operation.unit, operation.actor, command, now=operation.now))

    @strawberry.field
    def can_end(self, info: Info, from_: FromDate = strawberry.UNSET, note: Note = strawberry.UNSET) -> SeriesPlan:
        """What ending it would do: the twin of `endSeries`."""
        operation = info.context
        from_on = near(from_ or None, operation.now, "from")
        command = EndSeries(series_id=self.kept.id, from_on=from_on, note=note or None)
        return _shown(operation, check_end(operation.unit, operation.actor, command, now=operation.now))

    @strawberry.field
    def can_split(self, info: Info, first_date: MonthOf = strawberry.UNSET) -> SeriesPlan:
        """Whether a month of three may be split by proposing it now, and what acceptance would do: the twin of `proposeSplit`."""
        operation = info.context
        first_on = near(first_date or None, operation.now, "firstDate")
        command = ProposeSplit(series_id=self.kept.id, first_on=first_on)
        return _shown(operation, check_split(operation.unit, operation.actor, command, now=operation.now))


def _shown(operation: Operation, plan: Plan | RefusalCode) -> SeriesPlan:
    return unplanned(plan, now=operation.now) if isinstance(plan, RefusalCode) else series_plan(plan)


def _one(operation: Operation, key: int | None) -> Series | None:
    return None if key is None else visible_series(operation, [key]).get(key)


def series(row: Row[Any]) -> Series:
    """The series of a row of `models.queries.series`."""
    return Series(
        id=strawberry.ID(global_id("Series", row.id)),
        version=row.version,
        status=SeriesStatus(row.status),
        cadence=Cadence(row.cadence),
        first_date=row.first_on,
        local_time=row.at_time,
        time_zone=TimeZone(row.zone),
        until=row.until_on,
        kind=session_kind(row.kind_id, row.kind_code, row.kind_name),
        coach=person(row.coach_id, row.coach_name, row.coach_zone),
        member=person(row.member_id, row.member_name, row.member_zone),
        kept=row,
    )


def series_connection(page: Any, part: Any) -> Connection[Series]:
    """A page of series."""
    return connection(page, SERIES, part, series)


def visible_series(operation: Operation, keys: Sequence[int]) -> Mapping[int, Series]:
    """Those of these series that the caller may see; one statement."""
    rows = series_of_ids(operation.unit, keys)
    return {key: series(row) for key, row in rows.items() if reader_of(operation, row) is not None}
