"""What is wrong with a file of another platform, line by line."""

import strawberry

from api.describe import output
from api.types.refusals import Refusal
from commands.imports.problems import ImportReport, Problem, ProblemCode
from policy.terms import RefusalCode


@output
class ImportProblem:
    """One thing to mend in the file."""

    line: int = strawberry.field(description="Counted from 1, which is the header.")
    column: str | None = strawberry.field(description="The column's name; null where the line as a whole is meant.")
    code: ProblemCode
    message: str = strawberry.field(description="An English sentence that can be shown to a person.")
    refusal: RefusalCode | None = strawberry.field(
        description="With REFUSED: the code by which the rules refused the booking; else null."
    )


@output
class ImportRefused(Refusal):
    """The file cannot be imported as it is. Nothing was done with it: every problem is listed, by line and column."""

    problems: list[ImportProblem] = strawberry.field(description="In the order of the lines.")
    lines: int = strawberry.field(description="How many lines could be read, without the header.")


def import_problems(problems: tuple[Problem, ...]) -> list[ImportProblem]:
    """The problems as the contract shows them."""
    return [
        ImportProblem(line=one.line, column=one.column, code=one.code, message=one.message, refusal=one.refusal)
        for one in problems
    ]


def import_refused(report: ImportReport) -> ImportRefused:
    """The refusal of a file with problems."""
    count = len(report.problems)
    said = "There is 1 problem in the file." if count == 1 else f"There are {count} problems in the file."
    return ImportRefused(
        code=RefusalCode.INVALID_INPUT, message=said, problems=import_problems(report.problems), lines=report.lines
    )
