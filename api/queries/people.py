"""people, engagements: who belongs to the organisation, and to whom."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.inputs import key_or_none
from api.types.engagement import ENGAGEMENTS, Engagement, engagement
from api.types.person_record import PEOPLE, PersonRecord, people_connection
from models.queries.operator import engagements_page, people_page
from policy.terms import EngagementStatus, Role

WithRole = Annotated[Role | None, strawberry.argument(description="Only people with this role.")]
Active = Annotated[
    bool | None, strawberry.argument(description="True: only active people; false: only those who were deactivated.")
]
Of = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="As staff: only those of this person, on either side. Left out: all; else your own."
    ),
]
WithStatus = Annotated[EngagementStatus | None, strawberry.argument(description="Only in this state.")]


def people(
    info: Info,
    role: WithRole = strawberry.UNSET,
    active: Active = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[PersonRecord] | None:
    """For staff: everybody of the organisation, in the order in which they were added."""
    operation = info.context
    operation.require_staff()
    part = window(PEOPLE, first, after, last, before)
    wanted = active if isinstance(active, bool) else None
    return people_connection(people_page(operation.unit, part, role=role or None, active=wanted), part)


def engagements(
    info: Info,
    person: Of = strawberry.UNSET,
    status: WithStatus = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Engagement] | None:
    """Which members belong to which coaches, in the order in which it began: your own, as staff everybody's."""
    operation = info.context
    part = window(ENGAGEMENTS, first, after, last, before)
    asked = key_or_none(person or None, "Person", "person")
    whose = asked if operation.reader is None else operation.reader
    page = engagements_page(operation.unit, part, person_id=whose, status=status or None)
    return connection(page, ENGAGEMENTS, part, engagement)
