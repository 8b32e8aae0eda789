"""What every part of a session's type stands on: its row, and the sessions that were read together with it."""

from collections.abc import Sequence
from typing import Any

import strawberry
from sqlalchemy import Row

from api.context import Operation
from api.describe import output
from api.siblings import Siblings
from policy.terms import ActorKind


@output
class SessionBase:
    """A row of sessions, with its siblings."""

    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    def reader(self, operation: Operation) -> ActorKind:
        """In which capacity the caller reads it."""
        reader = reader_of(operation, self.row)
        if reader is None:
            raise LookupError("a session is made only for somebody who may see it")
        return reader

    def rows(self) -> Sequence[Row[Any]]:
        """Its own row and those of its siblings."""
        return list(self.siblings.ask("rows", lambda _keys: {self.row.id: self.row}).values())


def reader_of(operation: Operation, row: Row[Any]) -> ActorKind | None:
    """In which capacity the caller reads what is about a session of this coach and this member; None: not at all."""
    return operation.actor.acts_on(coach_id=row.coach_id, member_id=row.member_id)
