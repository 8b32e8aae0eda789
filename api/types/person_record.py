"""What the operator's side keeps about people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.scalars import TimeZone
from api.siblings import Siblings
from api.types.amounts import Money
from api.types.kind import SessionKind, session_kind
from api.types.membership import Membership, membership
from api.types.node import Node
from api.types.person import Person, person
from models.queries.acquaintances import visible_memberships
from models.queries.operator import identities_of, memberships_of, people_of_ids
from policy.terms import Role

PEOPLE = Place(list="people", columns=("id",))


@output
class CoachTerms:
    """What a coach earns and offers, and what is kept free around their sessions."""

    fee: Money = strawberry.field(description="What a session earns that counts in full.")
    hours_zone: TimeZone = strawberry.field(description="The zone in which the coach's hours are read.")
    buffer_before: timedelta = strawberry.field(description="Kept free before each session.")
    buffer_after: timedelta = strawberry.field(description="Kept free after each session.")
    kinds: list[SessionKind] = strawberry.field(description="The kinds that the coach offers to their own members.")
    open_kinds: list[SessionKind] = strawberry.field(
        description="Those of them that every member may book, without an engagement."
    )


@output
class LinkedIdentity:
    """An OIDC issuer vouches for the person under this subject."""

    issuer: str = strawberry.field(description="The `iss` of its tokens.")
    subject: str = strawberry.field(description="The `sub` by which it knows the person.")
    linked_at: datetime = strawberry.field(description="Since when its tokens sign the person in.")


@output
class PersonRecord(Node):
    """Everything that the operator's side keeps about somebody. Only staff read it, and API keys with the scope READ."""

    person: Person = strawberry.field(description="The person, as others see them.")
    email: str = strawberry.field(description="Where messages go.")
    roles: list[Role] = strawberry.field(description="What they are; several are possible.")
    created_at: datetime = strawberry.field(description="When they were added.")
    deactivated_at: datetime | None = strawberry.field(
        description="Since when the person is let in nowhere, and neither offered nor bookable; null for an active person."
    )
    coach_terms: CoachTerms | None = strawberry.field(description="Null for somebody who is no coach.")
    key: strawberry.Private[int]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def identities(self, info: Info) -> list[LinkedIdentity]:
        """How OIDC issuers know the person, the first linked first."""
        rows = self.siblings.ask("identities", lambda keys: identities_of(info.context.unit, keys))[self.key]
        return [LinkedIdentity(issuer=row.issuer, subject=row.subject, linked_at=row.linked_at) for row in rows]

    @strawberry.field
    def memberships(self, info: Info) -> list[Membership]:
        """The person's memberships, ended ones too, the first one first."""
        return self.siblings.ask("memberships", lambda keys: _memberships(info.context, keys))[self.key]


def _memberships(operation: Operation, members: Sequence[int]) -> dict[int, list[Membership]]:
    ids = memberships_of(operation.unit, members)
    known = visible_memberships(operation.unit, [row.id for rows in ids.values() for row in rows], reader=None)
    return {member: [membership(known[row.id]) for row in rows] for member, rows in ids.items()}


def person_records(rows: Mapping[int, Row[Any]]) -> dict[int, PersonRecord]:
    """The records of these rows of `models.queries.operator.person_columns`, as siblings."""
    siblings = Siblings(tuple(rows))
    return {key: _record(row, siblings) for key, row in rows.items()}


def people_connection(page: Any, part: Any) -> Connection[PersonRecord]:
    """A page of people."""
    made = person_records({row.id: row for row in page.rows})
    return connection(page, PEOPLE, part, lambda row: made[row.id])


def record_of(operation: Operation, person_id: int) -> PersonRecord:
    """The record of a person who exists."""
    return person_records(people_of_ids(operation.unit, [person_id]))[person_id]


def _record(row: Row[Any], siblings: Siblings) -> PersonRecord:
    return PersonRecord(
        id=strawberry.ID(global_id("PersonRecord", row.id)),
        person=person(row.id, row.name, row.zone),
        email=row.email,
        roles=[Role(role) for role in row.roles],
        created_at=row.created_at,
        deactivated_at=row.deactivated_at,
        coach_terms=None if row.coach_id is None else _terms(row),
        key=row.id,
        siblings=siblings,
    )


def _terms(row: Row[Any]) -> CoachTerms:
    offers = [(session_kind(key, code, name), open_to_all) for key, code, name, open_to_all in row.offers]
    return CoachTerms(
        fee=Money(minor_units=row.fee_minor_units, currency=row.fee_currency),
        hours_zone=TimeZone(row.hours_zone),
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        kinds=[kind for kind, _ in offers],
        open_kinds=[kind for kind, open_to_all in offers if open_to_all],
    )
