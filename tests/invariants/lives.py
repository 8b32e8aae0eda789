"""Lives of small organisations: people who do one thing after another, told as data, so that a life can be lived again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text

from commands.actor import Actor
from commands.outcome import ActionCheck, Outcome
from commands.record_payment import RecordPayment, record_payment
from commands.transaction import Request
from fortnight.telling import telling_handlers
from models.unit import Database, Unit
from policy.terms import WorkKind
from tests.support.platform import Platform, done, open_platform
from worker.claims import Claim
from worker.delivery import work_off
from worker.outcomes import Delivered, Delivery, Handlers

BEGIN = datetime(2027, 3, 1, 9, tzinfo=UTC)
KINDS = {
    "mastered": ("coaching", "mentor", "engagement_manager"),
    "mento": ("one_on_one",),
    "aceup": ("session", "consultation"),
    "topmate": ("call",),
    "thrive": ("session",),
}
COACHES, MEMBERS = ("Eva", "Cora"), ("Maya", "Leo")
PACKS = {"thrive": "session"}
PRICE = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody does. `target`: which of the things that the verb is about, in the order in which they came to be.

    Without ids, so that it can be done again in another organisation with the same past. `digest`: with the acknowledgement of
    what it costs, where it costs something.
    """

    verb: str
    who: str
    target: int | None = None
    more: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock goes to this instant, with workers on time or with none."""

    to: datetime
    workers: bool


Step = Deed | Jump


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A deed as a command of this organisation: what is run, and what its twin says before, if it has one; `session`: which one it changes."""

    command: Any
    run: Callable[[Database, Request, Any], Outcome]
    check: Callable[[Unit, Actor, datetime], ActionCheck] | None
    persons: frozenset[int]
    session: int | None = None


@dataclass
class Life:
    """An organisation that lives: its people, and all sessions, proposals and tasks that they can speak of."""

    platform: Platform
    owner: Engine
    preset: str

    @property
    def now(self) -> datetime:
        return self.platform.now

    def ids(self, what: str) -> list[int]:
        """The ids of everything of this kind, in an order that is the same in every life with the same past."""
        with self.owner.connect() as connection:
            return list(
                connection.execute(text(LISTS[what]), {"organisation": self.platform.organisation_id}).scalars()
            )

    def jump(self, jump: Jump) -> None:
        """The clock stands at the instant; with workers, everything was fired, told and sent on the way."""
        self.platform.at(jump.to, run_timers=jump.workers, deliver=self.work)

    def work(self) -> int:
        """The workers do what is due now."""
        return work_off(self.platform.database, HANDLERS, organisation_id=self.platform.organisation_id)

    def due(self) -> list[datetime]:
        """The next instants at which something changes by itself."""
        values = {"organisation": self.platform.organisation_id, "now": self.now}
        with self.owner.connect() as connection:
            return [one.astimezone(UTC) for one in connection.execute(DUE, values).scalars()]


LISTS = {
    "session": "SELECT id FROM session WHERE organisation_id = :organisation ORDER BY id",
    "proposal": "SELECT id FROM proposal WHERE organisation_id = :organisation ORDER BY id",
    "earning": "SELECT id FROM earning WHERE organisation_id = :organisation ORDER BY session_id, id",
    "task": "SELECT id FROM task WHERE organisation_id = :organisation ORDER BY opened_at, session_id, template, id",
}
DUE = text("""
SELECT DISTINCT fires_at FROM due_work WHERE organisation_id = :organisation AND done_at IS NULL AND set_aside_at IS NULL
AND changes_state AND fires_at >= :now ORDER BY fires_at LIMIT 3
""")


def begin(database: Database, owner: Engine, preset: str) -> Life:
    """Two coaches, two members who know both, and what it takes to book."""
    platform = open_platform(database, preset, at=BEGIN)
    for coach in COACHES:
        platform.coach(coach, *KINDS[preset])
    for member in MEMBERS:
        platform.member(member, *COACHES)
        if preset in PACKS:
            platform.pack(member, PACKS[preset], 3)
        if preset == "topmate":
            _buy(platform, member)
    return Life(platform=platform, owner=owner, preset=preset)


def _buy(platform: Platform, member: str) -> None:
    """The member has paid for two calls."""
    for number in (1, 2):
        command = RecordPayment(
            member_id=platform.people[member],
            kind_id=platform.kinds["call"],
            minor_units=PRICE,
            currency="EUR",
            provider="till",
            reference=f"{member} {number}",
        )
        done(record_payment(platform.database, platform.request(), command))


def _sent(_database: Database, _work: Claim) -> Delivery:
    """Mails and pushes: nobody is there to get them."""
    return Delivered()


HANDLERS: Handlers = {
    WorkKind.MAIL: _sent,
    WorkKind.GOOGLE_PUSH: _sent,
    WorkKind.GOOGLE_HOLD: _sent,
    **telling_handlers(),
}


def acknowledged(command: Any, check: ActionCheck | None) -> Any:
    """The command with the digest of what its twin showed, where that costs something."""
    if check is None or check.consequence is None or not check.consequence.costly:
        return command
    return replace(command, acknowledge=check.consequence.digest)


__all__ = ["Deed", "Jump", "Life", "Ready", "Step", "acknowledged", "begin"]
