"""Engagements: which member belongs to which coach."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.describe import output
from api.ids import global_id
from api.types.node import Node
from api.types.person import Person, person
from policy.terms import EngagementStatus

ENGAGEMENTS = Place(list="engagements", columns=("id",))


@output
class Engagement(Node):
    """The pairing of a member with a coach, whom the member may book while it is active."""

    status: EngagementStatus
    member: Person = strawberry.field(description="Who may book.")
    coach: Person = strawberry.field(description="Who may be booked.")
    started_at: datetime = strawberry.field(description="From when on the member may book the coach.")
    ended_at: datetime | None = strawberry.field(description="Null while it has not ended.")


def engagement(row: Row[Any]) -> Engagement:
    """The engagement of a row of `models.queries.operator.engagement_columns`."""
    return Engagement(
        id=strawberry.ID(global_id("Engagement", row.id)),
        status=row.status,
        member=person(row.member_id, row.member_name, row.member_zone),
        coach=person(row.coach_id, row.coach_name, row.coach_zone),
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
