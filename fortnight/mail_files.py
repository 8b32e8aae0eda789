"""The calendar files that go with mails: what the calendar room writes, with the links that messages carry."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from calendar_sync.feed import Appointment, SessionLinks, Standing, single_session_ics, title_of
from models.queries.views import sessions_of_ids
from models.unit import Database
from notifications.deliver import IcsOf
from notifications.links import Addresses, LinkKind
from policy.terms import SessionStatus


def calendar_files(addresses: Addresses) -> IcsOf:
    """How the file of a session is made for one of its people, as the session stands when the mail is sent."""

    def ics_of(database: Database, *, organisation_id: int, session_id: int, person_id: int) -> bytes | None:
        with database.unit(organisation_id, read_only=True) as unit:
            row = sessions_of_ids(unit, [session_id]).get(session_id)
        if row is None or person_id not in (row.coach_id, row.member_id):
            return None
        return single_session_ics(_appointment(row, person_id, addresses))

    return ics_of


def _appointment(row: Row[Any], person_id: int, addresses: Addresses) -> Appointment:
    is_coach = person_id == row.coach_id
    return Appointment(
        uid=row.uid,
        title=title_of(row.kind_name, row.member_name if is_coach else row.coach_name),
        starts_at=_utc(row.starts_at),
        ends_at=_utc(row.ends_at),
        zone=row.coach_zone if is_coach else row.member_zone,
        standing=_standing(row),
        sequence=row.sequence,
        changed_at=_utc(row.calendar_changed_at),
        booked_at=_utc(row.booked_at),
        links=_links(row, person_id, addresses),
    )


def _standing(row: Row[Any]) -> Standing:
    if row.status is SessionStatus.CANCELLED:
        return Standing.CANCELLED
    return Standing.TENTATIVE if row.provisional else Standing.CONFIRMED


def _links(row: Row[Any], person_id: int, addresses: Addresses) -> SessionLinks:
    """A cancelled session leads nowhere any more; only members change theirs by links (M3)."""
    if row.status is SessionStatus.CANCELLED:
        return SessionLinks()
    key = {"organisation_id": row.organisation_id, "person_id": person_id, "session_id": row.id}
    join = addresses.join_url(**key, ends_at=_utc(row.ends_at))
    if person_id == row.coach_id:
        return SessionLinks(join=join)
    starts_at = _utc(row.starts_at)
    return SessionLinks(
        join=join,
        reschedule=addresses.change_url(LinkKind.RESCHEDULE, **key, starts_at=starts_at),
        cancel=addresses.change_url(LinkKind.CANCEL, **key, starts_at=starts_at),
    )


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
