"""Kinds of session."""

from datetime import timedelta

import strawberry

from api.context import Info
from api.describe import output
from api.ids import global_id
from api.types.amounts import Money, money
from api.types.node import Node
from api.types.questions import QuestionnaireQuestion, shown_questions
from commands.questionnaires import questions_for
from policy.facts import Kind


@output
class SessionKind(Node):
    """What can be booked, such as a coaching call. Its duration and price are those of the policy in force."""

    code: str = strawberry.field(description="The policy's name for it, such as `coaching`.")
    name: str
    key: strawberry.Private[int]

    @strawberry.field
    def duration(self, info: Info) -> timedelta | None:
        """How long a session that is booked now lasts; null for a kind that is no longer offered."""
        kind = self._offered(info)
        return None if kind is None else kind.duration

    @strawberry.field
    def units(self, info: Info) -> int | None:
        """How many units of credit a session costs: 0 for a kind that needs none; null for one no longer offered."""
        kind = self._offered(info)
        return None if kind is None else kind.units

    @strawberry.field
    def price(self, info: Info) -> Money | None:
        """What a single session costs, where it is sold singly."""
        kind = self._offered(info)
        return None if kind is None else money(kind.price)

    @strawberry.field
    def questionnaire(self, info: Info) -> list[QuestionnaireQuestion]:
        """What members are asked before such sessions, where the policy has questionnaires."""
        return shown_questions(questions_for(info.context.unit, [self.key])[self.key])

    def _offered(self, info: Info) -> Kind | None:
        return info.context.policy.kinds.get(self.code)


def session_kind(key: int, code: str, name: str) -> SessionKind:
    """The kind of this key."""
    return SessionKind(id=strawberry.ID(global_id("SessionKind", key)), code=code, name=name, key=key)
