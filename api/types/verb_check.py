"""The answer of a twin whose mutation costs nobody anything."""

from datetime import datetime

import strawberry

from api.describe import output
from commands.verb_check import VerbCheck as Checked
from policy.terms import RefusalCode


@output
class VerbCheck:
    """Whether something may be done now that costs nobody anything. The mutation answers the same, because it asks the same function."""

    allowed: bool = strawberry.field(description="Whether it would be done.")
    code: RefusalCode | None = strawberry.field(description="Why it may not be; null where it may.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")


def verb_check(check: Checked) -> VerbCheck:
    """The check as the contract shows it."""
    return VerbCheck(allowed=check.allowed, code=check.code, message=check.message, checked_at=check.checked_at)
