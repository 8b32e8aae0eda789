"""Who opens a page, what time it is for them, and nothing of theirs left due: as for every answer of the API."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from commands.actor import Actor
from commands.facts.sessions import SessionCase, session_cases
from commands.settle import settle
from models.queries.context import Context, load_context
from models.queries.due_work import anything_due
from models.queries.sessions import parties_of
from models.unit import Database, Unit
from notifications.links import ChangeLink


class NothingThere(Exception):
    """The person or the session of a link is not there (any more), or the one has nothing to do with the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at a session by one of its people, at `now`, in one snapshot."""

    link: ChangeLink
    context: Context
    case: SessionCase
    unit: Unit = field(repr=False)

    @property
    def actor(self) -> Actor:
        """The person as one who acts."""
        return actor_of(self.link, self.context)

    @property
    def now(self) -> datetime:
        """The instant at which everything on the page is true."""
        return self.context.now


def actor_of(link: ChangeLink, context: Context) -> Actor:
    """The person of a link as one who acts."""
    return Actor(organisation_id=link.organisation_id, person_id=link.person_id, roles=context.roles)


def settled_context(database: Database, link: ChangeLink) -> Context:
    """Who opens the link and at which instant; nothing is due any more for them or for the session. Raises NothingThere."""
    with database.unit(link.organisation_id, read_only=True) as unit:
        context = load_context(unit, link.person_id)
        parties = parties_of(unit, [link.session_id]).get(link.session_id)
        if context is None or parties is None or link.person_id not in parties:
            raise NothingThere
        # Whoever renews a leaked feed takes back all that stood in it (CALENDAR 41).
        if link.feed is not None and link.feed != context.feed_generation:
            raise NothingThere
        persons = context.persons | frozenset(parties)
        due = anything_due(unit, persons, now=context.now)
    if due:
        settle(database, link.organisation_id, persons, now=context.now)
    return context


@contextmanager
def visit(database: Database, link: ChangeLink) -> Generator[Visit]:
    """The session as it stands for the person of the link. Raises NothingThere."""
    context = settled_context(database, link)
    with database.unit(link.organisation_id, read_only=True) as unit:
        case = session_cases(unit, [link.session_id], now=context.now).get(link.session_id)
        if case is None:
            raise NothingThere
        yield Visit(link=link, context=context, case=case, unit=unit)
