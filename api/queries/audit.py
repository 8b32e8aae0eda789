"""auditTrail: every change of the organisation, for its staff."""

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.describe import given
from api.inputs import key_or_none
from api.types.audit import AUDIT, AuditEntry, audit_entry
from api.types.viewer import DateTimeRange
from models.queries.audit import AuditFilter as Wanted
from models.queries.audit import audit_page

NOBODY = 0
"""No person has this id."""


@given
class AuditFilter:
    """Which changes are meant; what is left out does not restrict."""

    names: list[str] | None = strawberry.field(
        default=None, description="Only those of these names, such as API_KEY_CREATED."
    )
    person: strawberry.ID | None = strawberry.field(default=None, description="The id of a person whom they concern.")
    actor: strawberry.ID | None = strawberry.field(default=None, description="The id of the person who made them.")
    during: DateTimeRange | None = strawberry.field(
        default=None, description="Changes that were written in this range."
    )


def audit_trail(
    info: Info,
    filter: AuditFilter | None = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[AuditEntry] | None:
    """For staff: every change of the organisation, in the order in which it was written; `last` gives the latest ones."""
    operation = info.context
    operation.require_staff()
    part = window(AUDIT, first, after, last, before)
    return connection(audit_page(operation.unit, _wanted(filter or None), part), AUDIT, part, audit_entry)


def _wanted(given: AuditFilter | None) -> Wanted:
    if given is None:
        return Wanted()
    return Wanted(
        names=None if given.names is None else tuple(given.names),
        person_id=_person(given.person, "filter.person"),
        actor_id=_person(given.actor, "filter.actor"),
        recorded_from=None if given.during is None else given.during.from_,
        recorded_before=None if given.during is None else given.during.to,
    )


def _person(text: str | None, argument: str) -> int | None:
    """The person of an id; of one that is none, nobody, who has done nothing."""
    return None if text is None else key_or_none(text, "Person", argument) or NOBODY
