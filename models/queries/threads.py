"""Conversations and their messages, as each of their people reads them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import aliased

from models.conversation import Message, Thread
from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.matters import ThreadKind

KNOWN = text("""
SELECT EXISTS (SELECT FROM engagement WHERE organisation_id = :organisation AND coach_id = :coach AND member_id = :member)
    OR EXISTS (SELECT FROM session WHERE organisation_id = :organisation AND coach_id = :coach AND member_id = :member
        AND (CAST(:session AS bigint) IS NULL OR id = :session)) AS known
""")

UNREAD = text("""
SELECT thread.id, count(message.id) AS unread FROM thread
LEFT JOIN thread_reading AS reading ON reading.organisation_id = thread.organisation_id AND reading.thread_id = thread.id
    AND reading.person_id = :reader
LEFT JOIN message ON message.organisation_id = thread.organisation_id AND message.thread_id = thread.id
    AND message.author_id <> :reader AND message.id > coalesce(reading.read_to, 0)
WHERE thread.organisation_id = :organisation AND thread.id = ANY(CAST(:threads AS bigint[])) GROUP BY thread.id
""")


def know_each_other(unit: Unit, *, coach: int, member: int, session: int | None) -> bool:
    """Whether the two have or had an engagement or a session together, this one where one is named; one statement."""
    values = {"organisation": unit.organisation_id, "coach": coach, "member": member, "session": session}
    return bool(unit.connection.execute(KNOWN, values).scalar_one())


def threads_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The conversations of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(_threads(unit).where(Thread.id.in_(ids)))}


def threads_page(unit: Unit, window: Window, *, person_id: int, staff: bool) -> Page[Row[Any]]:
    """The conversations of a person and, for staff, those with the team; the oldest first. Key: (id)."""
    mine = [Thread.coach_id == person_id, Thread.member_id == person_id]
    if staff:
        mine.append(Thread.kind == ThreadKind.SUPPORT)
    return read_page(unit, _threads(unit).where(or_(*mine)), (Thread.id,), window)


def messages_page(unit: Unit, window: Window, thread: int) -> Page[Row[Any]]:
    """What was written in a conversation, the first message first. Key: (id)."""
    author = aliased(Person)
    statement: Select[*tuple[Any, ...]] = (
        select(*Message.__table__.columns, author.name.label("author_name"), author.zone.label("author_zone"))
        .join(author, and_(author.organisation_id == Message.organisation_id, author.id == Message.author_id))
        .where(Message.organisation_id == unit.organisation_id, Message.thread_id == thread)
    )
    return read_page(unit, statement, (Message.id,), window)


def unread_of(unit: Unit, threads: Sequence[int], reader: int) -> dict[int, int]:
    """How many messages of others the reader has not read in each of these conversations; one statement."""
    values = {"organisation": unit.organisation_id, "threads": list(threads), "reader": reader}
    return {row.id: row.unread for row in unit.connection.execute(UNREAD, values)}


def last_message(unit: Unit, thread: int) -> int:
    """The id of the last message of a conversation; one statement."""
    statement = select(func.max(Message.id)).where(
        Message.organisation_id == unit.organisation_id, Message.thread_id == thread
    )
    return unit.connection.execute(statement).scalar_one() or 0


def _threads(unit: Unit) -> Select[*tuple[Any, ...]]:
    coach, member, own = aliased(Person), aliased(Person), Thread.organisation_id
    statement: Select[*tuple[Any, ...]] = (
        select(
            *Thread.__table__.columns,
            coach.name.label("coach_name"),
            coach.zone.label("coach_zone"),
            member.name.label("member_name"),
            member.zone.label("member_zone"),
        )
        .join(member, and_(member.organisation_id == own, member.id == Thread.member_id))
        .outerjoin(coach, and_(coach.organisation_id == own, coach.id == Thread.coach_id))
    )
    return statement.where(own == unit.organisation_id)
