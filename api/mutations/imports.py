"""What the imports share: a report without problems is a success, one with problems a refusal that lists them."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from api.context import Operation
from api.inputs import InputRefused
from api.types.import_report import ImportRefused
from api.types.refusals import InvalidInput, PlainRefusal, plain_refusal
from commands.imports.problems import ImportReport
from commands.outcome import Refused
from commands.transaction import Request
from policy.terms import RefusalCode

S = TypeVar("S")
FileRefusal: TypeAlias = ImportRefused | PlainRefusal
"""How an import may be refused."""

LONGEST_FILE = 200_000
CSV_WORDS = "CSV with a header, separated by commas or semicolons, at most 200,000 characters."
DRY_WORDS = "True: everything is checked and nothing is done."


def carry_import(
    operation: Operation,
    run: Callable[[Request], ImportReport | Refused],
    success: Callable[[ImportReport], S | ImportRefused],
) -> S | FileRefusal:
    """Run an import; what its report becomes, the verb says."""
    try:
        report = run(operation.begin_act())
    except InputRefused as fault:
        return InvalidInput(code=RefusalCode.INVALID_INPUT, message=fault.message, path=list(fault.path))
    return plain_refusal(report, {}) if isinstance(report, Refused) else success(report)


def file_of(text: str) -> str:
    """The text of a file that is not too long. Raises InputRefused."""
    if len(text) > LONGEST_FILE:
        raise InputRefused(f"A file has at most {LONGEST_FILE} characters.", "csv")
    return text
