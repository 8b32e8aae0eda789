"""statement: what is due between a member or coach and the organisation."""

from typing import Annotated

import strawberry

from api.context import Info
from api.inputs import key_or_none
from api.types.person import person
from api.types.statement import Statement, statement_of
from api.types.viewer import DateTimeRange
from models.queries.acquaintances import visible_people
from models.queries.statements import Account, sums_of_account
from policy.terms import Side

Whose = Annotated[
    strawberry.ID | None,
    strawberry.argument(name="person", description="Of whom; left out, of yourself. Only staff read that of others."),
]
During = Annotated[
    DateTimeRange | None,
    strawberry.argument(description="Which time it covers; left out, everything. Entries count as of `effectiveAt`."),
]
AsWhat = Annotated[
    Side, strawberry.argument(description="MEMBER: what they owe; COACH: what is owed to them, and what they owe.")
]


def statement(info: Info, side: AsWhat, whose: Whose = None, during: During = None) -> Statement | None:
    """What is due between somebody and the organisation, what is settled, and every entry behind it. Null for whose you may not read."""
    operation = info.context
    key = operation.actor.person_id if whose is None else key_or_none(whose, "Person", "person")
    if key is None or operation.reader not in (None, key):
        return None
    row = visible_people(operation.unit, [key], reader=operation.reader).get(key)
    if row is None:
        return None
    account = Account(
        person_id=key,
        side=side,
        since=None if during is None else during.from_,
        until=None if during is None else during.to,
    )
    sums = sums_of_account(operation.unit, account)
    return statement_of(person(row.id, row.name, row.zone), account, sums)
