"""The demo: a sandbox on Mastered's rules that stands at a fixed instant, loaded once, the same everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import URL, text

from calendar_sync.google import connect
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google_double import consent
from commands.actor import Actor
from commands.add_coach import AddCoach, add_coach
from commands.add_person import AddPerson, add_person
from commands.create_organisation import Created, CreateOrganisation, create_organisation
from commands.enrol import EnrolMember, enrol
from commands.outcome import Done, Outcome
from commands.set_weekly_hours import Hours, SetWeeklyHours, set_weekly_hours
from commands.transaction import Request
from fortnight.database import exclusively
from fortnight.faults import Unfit
from fortnight.installation import DEMO, find_person, organisations
from models.unit import Database
from policy.terms import Role

PRESET: Final = "mastered"
STANDS_AT: Final = datetime(2027, 3, 1, 9, tzinfo=UTC)
STAFF: Final = "Sam"
CONNECTED: Final = "Eva"
"""The coach whose Google Calendar follows."""
_LOCK: Final = 0x666F72746E69 + 1

CONNECTION = text("SELECT EXISTS (SELECT FROM google_connection WHERE organisation_id = :organisation)")
KINDS = text("SELECT code, id FROM session_kind WHERE organisation_id = :organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCoach:
    """A coach of the cast: there from nine to five on weekdays, for 100.00 a session."""

    name: str
    zone: str
    kinds: tuple[str, ...] = ()
    open_kinds: tuple[str, ...] = ()


COACHES: Final = (
    DemoCoach(name="Eva", zone="Europe/London", kinds=("coaching", "mentor")),
    DemoCoach(name="Cora", zone="Europe/Berlin", kinds=("coaching", "mentor")),
    DemoCoach(name="Mona", zone="Europe/London", open_kinds=("engagement_manager",)),
)
MEMBERS: Final = {"Maya": "Europe/London", "Leo": "Europe/Berlin"}
ROLES: Final = {
    "Maya": "member",
    "Leo": "member",
    "Eva": "coach",
    "Cora": "coach",
    "Mona": "engagement manager",
    "Sam": "staff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """One loading of the demo, by Sam; each step has effect once, so that one that was broken off goes on where it was."""

    database: Database
    actor: Actor
    kinds: Mapping[str, int]

    def request(self, step: str) -> Request:
        return Request(actor=self.actor, now=STANDS_AT, idempotency_key=f"demo:{step}")


def load_demo(url: URL, database: Database, google: GoogleSettings, *, redirect_uri: str, real_now: datetime) -> int:
    """The demo organisation stands, complete; returns its id. Raises Unfit.

    Without a Google double Eva is connected by a later loading that has one.
    """
    with exclusively(url, _LOCK):
        organisation = demo_organisation(database) or _create(database)
        if not _is_connected(database, organisation):
            load = _begin(database, organisation)
            people = {coach.name: _coach(load, coach) for coach in COACHES}
            engaged = tuple(people[coach.name] for coach in COACHES if coach.kinds)
            for name, zone in MEMBERS.items():
                _member(load, name, zone, engaged)
            if google.sandbox is not None:
                _connect(
                    database, google, organisation, people[CONNECTED], redirect_uri=redirect_uri, real_now=real_now
                )
        return organisation


def demo_organisation(database: Database) -> int | None:
    """The demo, if it has been begun."""
    return next((row.id for row in organisations(database) if row.is_sandbox and row.name == DEMO), None)


def email_of(name: str) -> str:
    """The address of somebody of the cast."""
    return f"{name.lower()}@example.com"


def _create(database: Database) -> int:
    created = create_organisation(
        database,
        CreateOrganisation(
            name=DEMO,
            zone="Europe/London",
            preset=PRESET,
            staff_name=STAFF,
            staff_email=email_of(STAFF),
            sandbox_at=STANDS_AT,
        ),
    )
    if not isinstance(created, Created):
        raise Unfit(f"the demo could not be made: {created.message}")
    return created.organisation_id


def _is_connected(database: Database, organisation: int) -> bool:
    """Whether the last step has been taken; also if somebody has disconnected the calendar since."""
    with database.unit(organisation, read_only=True) as unit:
        return bool(unit.connection.execute(CONNECTION, {"organisation": organisation}).scalar_one())


def _begin(database: Database, organisation: int) -> _Load:
    staff = find_person(database, organisation, email_of(STAFF))
    if staff is None:
        raise Unfit(f"the demo has lost {STAFF}, who loads it")
    with database.unit(organisation, read_only=True) as unit:
        kinds = {row.code: row.id for row in unit.connection.execute(KINDS, {"organisation": organisation})}
    roles = frozenset({Role.STAFF, Role.SENIOR_STAFF})
    actor = Actor(organisation_id=organisation, person_id=staff.id, roles=roles)
    return _Load(database=database, actor=actor, kinds=kinds)


def _person(load: _Load, name: str, zone: str, role: Role) -> int:
    person = AddPerson(name=name, email=email_of(name), zone=zone, roles=(role,))
    return _id(add_person(load.database, load.request(f"person:{name}"), person))


def _coach(load: _Load, coach: DemoCoach) -> int:
    person = _person(load, coach.name, coach.zone, Role.COACH)
    terms = AddCoach(
        person_id=person,
        fee_minor_units=10000,
        fee_currency="EUR",
        hours_zone=coach.zone,
        kinds=tuple(load.kinds[code] for code in coach.kinds),
        open_kinds=tuple(load.kinds[code] for code in coach.open_kinds),
    )
    _id(add_coach(load.database, load.request(f"coach:{coach.name}"), terms))
    weekdays = tuple(Hours(weekday=day, start=time(9), to=time(17)) for day in range(5))
    week = SetWeeklyHours(coach_id=person, hours=weekdays)
    return _id(set_weekly_hours(load.database, load.request(f"hours:{coach.name}"), week))


def _member(load: _Load, name: str, zone: str, coaches: tuple[int, ...]) -> None:
    person = _person(load, name, zone, Role.MEMBER)
    _id(enrol(load.database, load.request(f"member:{name}"), EnrolMember(member_id=person, coach_ids=coaches)))


def _id(outcome: Outcome) -> int:
    if not isinstance(outcome, Done):
        raise Unfit(f"the demo could not be loaded: {outcome.code} ({outcome.message})")
    return outcome.object_id


def _connect(
    database: Database,
    google: GoogleSettings,
    organisation: int,
    coach: int,
    *,
    redirect_uri: str,
    real_now: datetime,
) -> None:
    """The coach has given consent on the double's page, and the code that came back has been exchanged."""
    begun = connect.begin(
        database, google, organisation_id=organisation, person_id=coach, redirect_uri=redirect_uri, real_now=real_now
    )
    back = parse_qs(urlsplit(consent(begun.url)).query)
    connect.finish(
        database,
        google,
        state=back["state"][0],
        begun_with=begun.handshake.state,
        code=back["code"][0],
        redirect_uri=redirect_uri,
        real_now=real_now,
    )
