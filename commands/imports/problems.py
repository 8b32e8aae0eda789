"""What is wrong with a file, line by line."""

from dataclasses import dataclass
from enum import StrEnum

from policy.terms import RefusalCode


class ProblemCode(StrEnum):
    """Why a line, or the file, cannot be imported."""

    NOT_A_TABLE = "NOT_A_TABLE"
    MISSING_COLUMN = "MISSING_COLUMN"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    TOO_MANY_LINES = "TOO_MANY_LINES"
    WRONG_NUMBER_OF_CELLS = "WRONG_NUMBER_OF_CELLS"
    MISSING_VALUE = "MISSING_VALUE"
    INVALID_VALUE = "INVALID_VALUE"
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    TWICE_IN_FILE = "TWICE_IN_FILE"
    EXISTS_ALREADY = "EXISTS_ALREADY"
    FORBIDDEN = "FORBIDDEN"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend. `line` counts from 1, the header's line; `column` is None where the line as a whole is meant.

    `refusal`: the rules' own code, where a booking was refused by them.
    """

    line: int
    column: str | None
    code: ProblemCode
    message: str
    refusal: RefusalCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file of `lines` lines, the header not counted.

    `imported`: lines that were carried out, or would be in a dry run; `already`: lines whose object stood before.
    """

    dry_run: bool
    lines: int
    imported: int = 0
    already: int = 0
    problems: tuple[Problem, ...] = ()
    event_id: int | None = None
