"""An organisation with a team, coaches, members and a call, in which every verb of the operator's side finds its object."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, text

from commands.actor import Actor
from commands.add_contract import AddContract, add_contract
from commands.add_time_off import AddTimeOff, add_time_off
from commands.api_keys import key_text, read_key
from commands.create_api_key import CreateApiKey, create_api_key
from commands.deactivate_person import DeactivatePerson, check_deactivate_person, deactivate_person
from commands.link_identity import LinkIdentity, link_identity
from commands.outcome import Outcome, Refused
from commands.transaction import Request
from models.queries.identities import load_key_context
from models.unit import Database
from policy.terms import RefusalCode, Role, Scope
from tests.scenarios.records import Difference, Row, read_records
from tests.support.platform import Platform, done, open_platform

T = TypeVar("T")
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
ISSUER = "https://login.example.com"
FAILED = text("""
UPDATE due_work SET set_aside_at = fires_at, last_error = 'smtp550', attempts = 1
WHERE organisation_id = :organisation AND kind = 'MAIL' AND done_at IS NULL RETURNING id
""")
"""The mails of the call, which the mail server refused for good."""
BOOKKEEPING = {"event", "event_person", "person", "idempotency_key"}
"""What every command of the operator's side may touch besides its own table."""


@dataclass
class Watch:
    """What happened inside a `with watch(…)` block; filled when it ends."""

    difference: Difference = field(init=False)

    @property
    def touched(self) -> set[str]:
        return self.difference.touched

    @property
    def events(self) -> list[Row]:
        return self.difference.added("event")

    def assert_nothing_happened(self) -> None:
        assert self.touched == set()


@dataclass
class House:
    """The organisation, by plain commands, and its rows as their owner sees them."""

    platform: Platform
    owner: Engine
    call: int = 0
    time_off: int = 0
    contract: int = 0
    api_key: int = 0
    failed: list[int] = field(default_factory=list[int])
    shown: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def database(self) -> Database:
        return self.platform.database

    @property
    def organisation_id(self) -> int:
        return self.platform.organisation_id

    @property
    def people(self) -> dict[str, int]:
        return self.platform.people

    def request(self, who: str = "Sam", *, key: str | None = None) -> Request:
        return self.platform.request(who, key=key)

    def key_actor(self, *scopes: Scope) -> Actor:
        """A new API key with these scopes, as the one who acts."""
        secret = key_text(self.organisation_id, f"{len(scopes)}" * 40 + f"{len(self.keys())}")
        command = CreateApiKey(name="A key", scopes=frozenset(scopes))
        done(create_api_key(self.database, self.request(), command, key=secret))
        presented = read_key(secret)
        assert presented is not None
        with self.database.unit(presented.organisation_id, read_only=True) as unit:
            context = load_key_context(unit, presented.digest)
        assert context is not None
        return Actor(
            organisation_id=presented.organisation_id,
            person_id=None,
            roles=frozenset(),
            api_key_id=context.api_key_id,
            scopes=context.scopes,
        )

    def keys(self) -> list[Any]:
        return self.rows("SELECT * FROM api_key WHERE organisation_id = :organisation ORDER BY id")

    def read(self, twin: Callable[..., T], actor: Actor, command: object) -> T:
        """What a twin answers now."""
        with self.database.unit(self.organisation_id, read_only=True) as unit:
            return twin(unit, actor, command, now=self.platform.now)

    def deactivate(self, who: str) -> None:
        """The person is deactivated, the effect acknowledged."""
        person = self.people[who]
        check = self.read(check_deactivate_person, self.platform.actor("Sam"), DeactivatePerson(person_id=person))
        assert check.effect is not None, check
        command = DeactivatePerson(person_id=person, acknowledge=check.effect.digest)
        done(deactivate_person(self.database, self.request(), command))

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Rows by plain SQL; `:organisation` is this one."""
        with self.owner.connect() as connection:
            return list(connection.execute(text(statement), {"organisation": self.organisation_id, **values}))

    def value(self, statement: str, **values: Any) -> Any:
        return self.rows(statement, **values)[0][0]

    def engagement(self, member: str, coach: str) -> int:
        return self.value(
            "SELECT id FROM engagement WHERE organisation_id = :organisation AND member_id = :member AND coach_id = :coach",
            member=self.people[member],
            coach=self.people[coach],
        )

    def membership(self, member: str) -> int:
        return self.value(
            "SELECT id FROM membership WHERE organisation_id = :organisation AND member_id = :member",
            member=self.people[member],
        )

    @contextmanager
    def watch(self) -> Generator[Watch]:
        """See what is different in the organisation after the block."""
        before, watch = read_records(self.owner, self.organisation_id), Watch()
        yield watch
        watch.difference = Difference(before, read_records(self.owner, self.organisation_id))


def open_house(database: Database, owner: Engine) -> House:
    """Eva with Maya and a call between them, Cora with Leo; Sam is senior staff, Staff is plain staff."""
    platform = open_platform(database, "mastered", at=NOW)
    platform.person("Staff", Role.STAFF)
    platform.coach("Eva", "coaching", "mentor")
    platform.coach("Cora", "coaching", zone="Europe/Berlin")
    platform.member("Maya", "Eva")
    platform.member("Leo", "Cora")
    house = House(platform=platform, owner=owner)
    house.call = platform.booked("Maya", "coaching", "Eva", CALL)
    with owner.begin() as connection:
        house.failed = list(connection.execute(FAILED, {"organisation": house.organisation_id}).scalars())
    eva = house.people["Eva"]
    off = AddTimeOff(coach_id=eva, starts_at=CALL + timedelta(days=7), ends_at=CALL + timedelta(days=8))
    house.time_off = done(add_time_off(database, house.request(), off)).object_id
    contract = AddContract(name="Frame agreement", sponsor="Sponsor Ltd", document="")
    house.contract = done(add_contract(database, house.request(), contract)).object_id
    key = CreateApiKey(name="Old key", scopes=frozenset({Scope.READ}))
    secret = key_text(house.organisation_id, "o" * 43)
    house.api_key = done(create_api_key(database, house.request(), key, key=secret)).object_id
    leo = LinkIdentity(person_id=house.people["Leo"], issuer=ISSUER, subject="leo-1")
    done(link_identity(database, house.request(), leo))
    return house


def refusal(outcome: Outcome, code: RefusalCode) -> Refused:
    """The outcome, which must be a refusal with this code."""
    assert isinstance(outcome, Refused), outcome
    assert outcome.code is code, outcome
    return outcome
