"""importPeople: the people of another platform, all of a file or nothing of it."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.imports import CSV_WORDS, DRY_WORDS, FileRefusal, carry_import, file_of
from api.types.import_report import ImportRefused, import_refused
from commands.import_people import ImportPeople
from commands.import_people import import_people as carry_out
from commands.imports.problems import ImportReport
from commands.outcome import Refused
from commands.transaction import Request


@given
class ImportPeopleInput:
    """A file of people, at most 1000.

    Columns: `name`, `email`, `time_zone`, `roles` (several with blanks or bars between them). For coaches besides `fee` (minor
    units of a session), `currency`, `kinds` (codes), `hours_zone`; for members, to enrol them at once, `coaches` (addresses, also
    of coaches of the file), `starts_on`, `accounting_zone`, `contract` (its name).
    """

    csv: str = strawberry.field(description=CSV_WORDS)
    dry_run: bool = strawberry.field(default=False, description=DRY_WORDS)


@output
class ImportPeopleSuccess:
    """Everybody of the file stands in the organisation; in a dry run: everybody could."""

    dry_run: bool = strawberry.field(description="True: it was only tried, and nothing was done.")
    lines: int = strawberry.field(description="How many people the file has.")
    imported: int = strawberry.field(description="How many were added, or would be.")


ImportPeopleResult = Annotated[
    ImportPeopleSuccess | FileRefusal,
    strawberry.union("ImportPeopleResult", description="How many came, or every problem of the file, and nobody came."),
]


def import_people(info: Info, input: ImportPeopleInput) -> ImportPeopleResult | None:
    """For staff: add the people of another platform, with coaches' terms and memberships, all of a file or nothing of it.

    The same file is imported once: sent again, it answers what it answered first.
    """
    operation = info.context

    def run(request: Request) -> ImportReport | Refused:
        command = ImportPeople(csv=file_of(input.csv), dry_run=input.dry_run)
        return carry_out(operation.services.database, request, command)

    def success(report: ImportReport) -> ImportPeopleSuccess | ImportRefused:
        if report.problems:
            return import_refused(report)
        return ImportPeopleSuccess(dry_run=report.dry_run, lines=report.lines, imported=report.imported)

    return carry_import(operation, run, success)
