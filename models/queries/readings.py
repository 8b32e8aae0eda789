"""The record of who has read whose words, for who looks after an organisation (MODEL 10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from models.conversation import ContentReading, Message, Thread
from models.notes import Note
from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.session import Session
from models.unit import Unit
from policy.matters import Words

Statement = Select[*tuple[Any, ...]]
author_of_words = func.coalesce(Note.author_id, Message.author_id, Session.member_id)
"""Whose words they were: a questionnaire is answered by the member of its session."""
session_about = func.coalesce(Note.session_id, Thread.session_id, Session.id)
"""The session that they were about; a conversation need not be about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """Which readings are meant; None does not restrict. `reader_id`: who read; `author_id`: whose words."""

    what: tuple[Words, ...] | None = None
    reader_id: int | None = None
    author_id: int | None = None
    session_id: int | None = None
    read_from: datetime | None = None
    read_before: datetime | None = None


def readings_page(unit: Unit, wanted: ReadingFilter, window: Window) -> Page[Row[Any]]:
    """Readings in the order in which they were written down; one statement. The key is (id)."""
    return read_page(unit, _readings(unit).where(*_restrictions(wanted)), (ContentReading.id,), window)


def readings_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The readings of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(_readings(unit).where(ContentReading.id.in_(ids)))}


def _restrictions(wanted: ReadingFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.what is not None:
        yield ContentReading.what.in_(wanted.what)
    if wanted.reader_id is not None:
        yield ContentReading.reader_id == wanted.reader_id
    if wanted.author_id is not None:
        yield author_of_words == wanted.author_id
    if wanted.session_id is not None:
        yield session_about == wanted.session_id
    if wanted.read_from is not None:
        yield ContentReading.read_at >= wanted.read_from
    if wanted.read_before is not None:
        yield ContentReading.read_at < wanted.read_before


def _readings(unit: Unit) -> Statement:
    reader, author, own = aliased(Person, name="reader"), aliased(Person, name="author"), ContentReading.organisation_id
    return (
        select(
            *ContentReading.__table__.columns,
            reader.name.label("reader_name"),
            reader.zone.label("reader_zone"),
            author.id.label("author_id"),
            author.name.label("author_name"),
            author.zone.label("author_zone"),
            session_about.label("session_id"),
            Message.thread_id,
        )
        .join(reader, and_(reader.organisation_id == own, reader.id == ContentReading.reader_id))
        .outerjoin(Note, and_(Note.organisation_id == own, Note.id == _object(Words.NOTE)))
        .outerjoin(Message, and_(Message.organisation_id == own, Message.id == _object(Words.MESSAGE)))
        .outerjoin(Thread, and_(Thread.organisation_id == own, Thread.id == Message.thread_id))
        .outerjoin(Session, and_(Session.organisation_id == own, Session.id == _object(Words.QUESTIONNAIRE)))
        .join(author, and_(author.organisation_id == own, author.id == author_of_words))
        .where(own == unit.organisation_id)
    )


def _object(what: Words) -> ColumnElement[int | None]:
    """The id of what was read, where it is of this kind: ids of different kinds are alike."""
    return case((ContentReading.what == what, ContentReading.object_id))
