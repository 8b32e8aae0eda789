"""importBookings: sessions that were agreed elsewhere."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.imports import CSV_WORDS, DRY_WORDS, FileRefusal, carry_import, file_of
from api.types.import_report import ImportProblem, ImportRefused, import_problems, import_refused
from commands.import_bookings import ImportBookings
from commands.import_bookings import import_bookings as carry_out
from commands.imports.problems import ImportReport, ProblemCode
from commands.outcome import Refused
from commands.transaction import Request


@given
class ImportBookingsInput:
    """A file of sessions to come, at most 500.

    Columns: `member` and `coach` (addresses), `kind` (its code), `starts_at` (with its offset, `2027-03-01T09:00:00+01:00`), and
    if you like `note`, which stands in the history.
    """

    csv: str = strawberry.field(description=CSV_WORDS)
    dry_run: bool = strawberry.field(default=False, description=DRY_WORDS)


@output
class ImportBookingsSuccess:
    """Every line was tried, as if staff had booked it. What the rules refused stands in `problems`; it stopped no other line."""

    dry_run: bool = strawberry.field(description="True: it was only tried, and nothing was done.")
    lines: int = strawberry.field(description="How many sessions the file has.")
    imported: int = strawberry.field(description="How many were booked, or would be.")
    already: int = strawberry.field(description="How many were booked before, by this file or otherwise.")
    problems: list[ImportProblem] = strawberry.field(description="Lines that the rules refused, each with its code.")


ImportBookingsResult = Annotated[
    ImportBookingsSuccess | FileRefusal,
    strawberry.union("ImportBookingsResult", description="What was booked, or why the file was not begun."),
]


def import_bookings(info: Info, input: ImportBookingsInput) -> ImportBookingsResult | None:
    """For staff: book the sessions of another platform by the ordinary rules, with their messages and calendar events.

    Sent again, it goes on where it stopped: nothing is booked twice. A dry run finds what the run would, also among the lines, and lists it with all that cannot be read.
    """
    operation = info.context

    def run(request: Request) -> ImportReport | Refused:
        command = ImportBookings(csv=file_of(input.csv), dry_run=input.dry_run)
        return carry_out(operation.services.database, request, command)

    def success(report: ImportReport) -> ImportBookingsSuccess | ImportRefused:
        if any(one.code is not ProblemCode.REFUSED for one in report.problems):
            return import_refused(report)
        return ImportBookingsSuccess(
            dry_run=report.dry_run,
            lines=report.lines,
            imported=report.imported,
            already=report.already,
            problems=import_problems(report.problems),
        )

    return carry_import(operation, run, success)
