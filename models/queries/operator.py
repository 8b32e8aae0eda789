"""What the operator's side reads: people with everything that is kept of them, engagements, contracts, API keys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, exists, literal_column, or_, select, text
from sqlalchemy.orm import aliased

from models.contract import Contract
from models.identity import ApiKey, Identity
from models.membership import Engagement
from models.people import Coach, Person, PersonRole
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.terms import EngagementStatus, Role

Statement = Select[*tuple[Any, ...]]

Maker = aliased(Person, name="maker")
CoachPerson = aliased(Person, name="coach_person")
MemberPerson = aliased(Person, name="member_person")

ROLES = literal_column(
    "ARRAY(SELECT role FROM person_role WHERE person_role.organisation_id = person.organisation_id "
    "AND person_role.person_id = person.id ORDER BY role)"
)
OFFERS = literal_column(
    "(SELECT coalesce(jsonb_agg(jsonb_build_array(kind.id, kind.code, kind.name, coach_kind.open_to_all) ORDER BY kind.id), '[]') "
    "FROM coach_kind JOIN session_kind AS kind ON kind.organisation_id = coach_kind.organisation_id AND kind.id = coach_kind.kind_id "
    "WHERE coach_kind.organisation_id = person.organisation_id AND coach_kind.coach_id = person.id)"
)


def person_columns() -> Statement:
    """People with their roles and, of coaches, their terms."""
    return select(
        Person.id,
        Person.name,
        Person.email,
        Person.zone,
        Person.created_at,
        Person.deactivated_at,
        ROLES.label("roles"),
        OFFERS.label("offers"),
        Coach.person_id.label("coach_id"),
        Coach.fee_minor_units,
        Coach.fee_currency,
        Coach.hours_zone,
        Coach.buffer_before,
        Coach.buffer_after,
    ).outerjoin(Coach, and_(Coach.organisation_id == Person.organisation_id, Coach.person_id == Person.id))


def people_page(unit: Unit, window: Window, *, role: Role | None, active: bool | None) -> Page[Row[Any]]:
    """The people of the organisation, the first one added first; one statement. The key is (id)."""
    statement = person_columns().where(Person.organisation_id == unit.organisation_id)
    if role is not None:
        with_role = (PersonRole.organisation_id == Person.organisation_id, PersonRole.person_id == Person.id)
        statement = statement.where(exists().where(*with_role, PersonRole.role == role))
    if active is not None:
        statement = statement.where(Person.deactivated_at.is_(None) if active else Person.deactivated_at.is_not(None))
    return read_page(unit, statement, (Person.id,), window)


def people_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The people of these ids; one statement."""
    return _of_ids(unit, person_columns(), Person, ids)


def identities_of(unit: Unit, persons: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The OIDC identities of each of these people, the first linked first; one statement."""
    statement = (
        select(Identity.id, Identity.person_id, Identity.issuer, Identity.subject, Identity.linked_at)
        .where(Identity.organisation_id == unit.organisation_id, Identity.person_id.in_(persons))
        .order_by(Identity.id)
    )
    return _grouped(unit, statement, "person_id", persons)


def memberships_of(unit: Unit, members: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The ids of the memberships of each of these people, the first one first; one statement."""
    statement = text(
        "SELECT id, member_id FROM membership WHERE organisation_id = :organisation "
        "AND member_id = ANY(CAST(:members AS bigint[])) ORDER BY id"
    )
    rows = unit.connection.execute(statement, {"organisation": unit.organisation_id, "members": list(members)})
    found: dict[int, list[Row[Any]]] = {key: [] for key in members}
    for row in rows:
        found[row.member_id].append(row)
    return found


def engagement_columns() -> Statement:
    """Engagements with their two people."""
    return (
        select(
            Engagement.id,
            Engagement.membership_id,
            Engagement.status,
            Engagement.started_at,
            Engagement.ended_at,
            Engagement.coach_id,
            Engagement.member_id,
            CoachPerson.name.label("coach_name"),
            CoachPerson.zone.label("coach_zone"),
            MemberPerson.name.label("member_name"),
            MemberPerson.zone.label("member_zone"),
        )
        .join(
            CoachPerson,
            and_(CoachPerson.organisation_id == Engagement.organisation_id, CoachPerson.id == Engagement.coach_id),
        )
        .join(
            MemberPerson,
            and_(MemberPerson.organisation_id == Engagement.organisation_id, MemberPerson.id == Engagement.member_id),
        )
    )


def engagements_page(
    unit: Unit, window: Window, *, person_id: int | None, status: EngagementStatus | None
) -> Page[Row[Any]]:
    """The engagements of a person on either side, or of everybody, the first begun first; one statement. The key is (id)."""
    statement = engagement_columns().where(Engagement.organisation_id == unit.organisation_id)
    if person_id is not None:
        statement = statement.where(or_(Engagement.coach_id == person_id, Engagement.member_id == person_id))
    if status is not None:
        statement = statement.where(Engagement.status == status)
    return read_page(unit, statement, (Engagement.id,), window)


def engagements_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The engagements of these ids; one statement."""
    return _of_ids(unit, engagement_columns(), Engagement, ids)


def contracts_page(unit: Unit, window: Window) -> Page[Row[Any]]:
    """The contracts of the organisation, the first one added first; one statement. The key is (id)."""
    statement = _contract_columns().where(Contract.organisation_id == unit.organisation_id)
    return read_page(unit, statement, (Contract.id,), window)


def contracts_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The contracts of these ids; one statement."""
    return _of_ids(unit, _contract_columns(), Contract, ids)


def _contract_columns() -> Statement:
    return select(*Contract.__table__.columns)


def api_key_columns() -> Statement:
    """API keys with who made them; never their digest."""
    return select(
        ApiKey.id,
        ApiKey.name,
        ApiKey.scopes,
        ApiKey.created_at,
        ApiKey.revoked_at,
        ApiKey.last_used_at,
        Maker.id.label("maker_id"),
        Maker.name.label("maker_name"),
        Maker.zone.label("maker_zone"),
    ).outerjoin(Maker, and_(Maker.organisation_id == ApiKey.organisation_id, Maker.id == ApiKey.created_by_id))


def api_keys_page(unit: Unit, window: Window) -> Page[Row[Any]]:
    """The API keys of the organisation, revoked ones too, the first one made first; one statement. The key is (id)."""
    statement = api_key_columns().where(ApiKey.organisation_id == unit.organisation_id)
    return read_page(unit, statement, (ApiKey.id,), window)


def api_keys_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The API keys of these ids; one statement."""
    return _of_ids(unit, api_key_columns(), ApiKey, ids)


def has_digest(unit: Unit, api_key_id: int, digest: str) -> bool:
    """Whether this key is the one with this digest: its secret is then still to be shown."""
    statement = select(ApiKey.id).where(
        ApiKey.organisation_id == unit.organisation_id, ApiKey.id == api_key_id, ApiKey.digest == digest
    )
    return unit.connection.execute(statement).one_or_none() is not None


def _of_ids(unit: Unit, statement: Statement, table: Any, ids: Sequence[int]) -> dict[int, Row[Any]]:
    wanted = statement.where(table.organisation_id == unit.organisation_id, table.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(wanted)}


def _grouped(unit: Unit, statement: Any, column: str, keys: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {key: [] for key in keys}
    for row in unit.connection.execute(statement):
        found[getattr(row, column)].append(row)
    return found
