"""An organisation with people, made and used by plain commands, without HTTP, mails or Google."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from sqlalchemy import text

from commands.actor import Actor
from commands.add_coach import AddCoach, add_coach
from commands.add_person import AddPerson, add_person
from commands.advance_clock import AdvanceClock, advance_clock
from commands.book import BookSession, book
from commands.cancel import CancelSession, cancel, check_cancel
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from commands.enrol import EnrolMember, enrol
from commands.grant_pack import GrantPack, grant_pack
from commands.outcome import ActionCheck, Done, Outcome
from commands.publish_policy import PublishPolicy, publish_policy
from commands.reschedule import RescheduleSession, check_reschedule, reschedule
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from commands.transaction import Request
from models.queries.context import load_context
from models.unit import Database
from policy.terms import Role

ZONES = {"Maya": "Europe/London", "Leo": "Europe/Berlin", "Nora": "America/New_York", "Kai": "Pacific/Auckland"}
MIDNIGHT = datetime.min.time()


@dataclass
class Platform:
    """A sandbox that stands at `now`; people act by name."""

    database: Database
    organisation_id: int
    now: datetime
    people: dict[str, int]
    kinds: dict[str, int] = field(default_factory=dict[str, int])
    _keys: Any = field(default_factory=lambda: count(1))

    def actor(self, who: str) -> Actor:
        """The person with their roles, as the database knows them."""
        with self.database.unit(self.organisation_id, read_only=True) as unit:
            context = load_context(unit, self.people[who])
        assert context is not None
        return Actor(organisation_id=self.organisation_id, person_id=self.people[who], roles=context.roles)

    def request(self, who: str = "Sam", *, key: str | None = None, now: datetime | None = None) -> Request:
        """How a command of theirs reaches us, at the platform's instant."""
        return Request(actor=self.actor(who), now=now or self.now, idempotency_key=key or self.key())

    def key(self) -> str:
        """A fresh idempotency key."""
        return f"key-{next(self._keys)}"

    # -- givens ---------------------------------------------------------------------------------------------------------

    def person(self, name: str, *roles: Role, zone: str | None = None) -> int:
        zone = zone or ZONES.get(name, "Europe/London")
        command = AddPerson(name=name, email=f"{name.lower()}@example.com", zone=zone, roles=roles)
        self.people[name] = done(add_person(self.database, self.request(), command)).object_id
        return self.people[name]

    def coach(self, name: str, *kinds: str, fee: int = 10000, zone: str = "Europe/London", **more: Any) -> int:
        """A coach of these kinds who is there round the clock; `home`: where they read times, if that is said."""
        person = self.person(name, Role.COACH, zone=more.pop("home", None))
        terms = AddCoach(
            person_id=person,
            fee_minor_units=fee,
            fee_currency="EUR",
            hours_zone=zone,
            kinds=tuple(self.kinds[code] for code in kinds),
            **more,
        )
        done(add_coach(self.database, self.request(), terms))
        week = tuple(Hours(weekday=day, start=MIDNIGHT, to=MIDNIGHT) for day in range(7))
        done(set_weekly_hours(self.database, self.request(), SetWeeklyHours(coach_id=person, hours=week)))
        return person

    def member(self, name: str, *coaches: str) -> int:
        """A member, enrolled now with these coaches."""
        person = self.person(name, Role.MEMBER)
        command = EnrolMember(member_id=person, coach_ids=tuple(self.people[coach] for coach in coaches))
        done(enrol(self.database, self.request(), command))
        return person

    def pack(self, member: str, kind: str, units: int, *, closes_at: datetime | None = None) -> None:
        command = GrantPack(member_id=self.people[member], kind_id=self.kinds[kind], units=units, closes_at=closes_at)
        done(grant_pack(self.database, self.request(), command))

    def publish(self, document: str) -> int:
        """The document is the policy in force; returns the version's id."""
        published = done(publish_policy(self.database, self.request(), PublishPolicy(document=document))).object_id
        self.read_kinds()
        return published

    def read_kinds(self) -> None:
        with self.database.unit(self.organisation_id, read_only=True) as unit:
            rows = unit.connection.execute(text("SELECT code, id FROM session_kind")).all()
        self.kinds = {row.code: row.id for row in rows}

    # -- acts -----------------------------------------------------------------------------------------------------------

    def booking(self, member: str, kind: str, coach: str, starts_at: datetime) -> BookSession:
        return BookSession(
            kind_id=self.kinds[kind],
            coach_id=self.people[coach],
            member_id=self.people[member],
            starts_at=starts_at,
        )

    def book(self, member: str, kind: str, coach: str, starts_at: datetime, *, key: str | None = None) -> Outcome:
        return book(self.database, self.request(member, key=key), self.booking(member, kind, coach, starts_at))

    def booked(self, member: str, kind: str, coach: str, starts_at: datetime) -> int:
        """The id of a session that was booked."""
        return done(self.book(member, kind, coach, starts_at)).object_id

    def cancel(self, who: str, session: int, *, key: str | None = None, **more: Any) -> Outcome:
        return cancel(self.database, self.request(who, key=key), CancelSession(session_id=session, **more))

    def reschedule(self, who: str, session: int, to: datetime, *, key: str | None = None, **more: Any) -> Outcome:
        command = RescheduleSession(session_id=session, to=to, **more)
        return reschedule(self.database, self.request(who, key=key), command)

    def can_cancel(self, who: str, session: int, **more: Any) -> ActionCheck:
        actor = self.actor(who)
        with self.database.unit(self.organisation_id, read_only=True) as unit:
            command = CancelSession(session_id=session, **more)
            return check_cancel(unit, actor, [session], command, now=self.now)[session]

    def can_reschedule(self, who: str, session: int, to: datetime, **more: Any) -> ActionCheck:
        actor = self.actor(who)
        with self.database.unit(self.organisation_id, read_only=True) as unit:
            command = RescheduleSession(session_id=session, to=to, **more)
            return check_reschedule(unit, actor, [session], command, now=self.now)[session]

    def at(self, instant: datetime, *, run_timers: bool = True, deliver: Callable[[], int] | None = None) -> "Platform":
        """The sandbox stands at this instant; without timers, as if no worker ran. Mails and pushes wait, unless `deliver` is given."""
        command = AdvanceClock(to=instant, run_timers=run_timers)
        send = deliver or self.put_off
        done(advance_clock(self.database, self.request(), command, deliver=lambda _: send()))
        self.now = instant
        return self

    def put_off(self) -> int:
        """The mails and pushes of this instant are done without being sent: nobody is there to get them."""
        with self.database.unit(self.organisation_id) as unit:
            return unit.connection.execute(PUT_OFF).rowcount


PUT_OFF = text("""
UPDATE due_work SET done_at = fires_at WHERE done_at IS NULL AND NOT changes_state
AND fires_at <= (SELECT clock_at FROM organisation)
""")


def done(outcome: Outcome) -> Done:
    """The outcome, which must be a success."""
    assert isinstance(outcome, Done), outcome
    return outcome


def open_platform(database: Database, preset: str, *, at: datetime) -> Platform:
    """A sandbox on this preset that stands at `at`, with Sam as its senior staff."""
    command = CreateOrganisation(
        name="The Platform",
        zone="Europe/London",
        preset=preset,
        staff_name="Sam",
        staff_email="sam@example.com",
        sandbox_at=at,
    )
    created = create_organisation(database, command)
    assert isinstance(created, Created), created
    platform = Platform(
        database=database, organisation_id=created.organisation_id, now=at, people={"Sam": created.person_id}
    )
    platform.read_kinds()
    return platform


def slots(start: datetime, number: int, *, every: timedelta = timedelta(hours=1)) -> Sequence[datetime]:
    """Starts that do not touch each other."""
    found = [start + every * place for place in range(number)]
    assert all(two - one >= timedelta(hours=1) for one, two in pairwise(found))
    return found
