"""What is due for people who share nobody is done at once, and comes to the same as one after the other (ARCHITECTURE, decision 3)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.apply.record import Record, write_events
from commands.remind import Occasion, tell_together
from commands.settle import CatchingUp, fire_together, settle_organisation
from fortnight.telling import telling_handlers
from models.queries.due_work import Timer, due_timers
from models.unit import Database, count_statements, lock_persons
from policy.terms import ActorKind, WorkKind
from tests.invariants.test_settling import assert_gapless
from tests.support.platform import Platform, open_platform
from worker.claims import Part
from worker.delivery import work_off

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
END = CALL + timedelta(minutes=45)
HOUR = timedelta(hours=1)
PAIRS = 6
BEYOND_REACH = text("UPDATE due_work SET object_id = 4711 WHERE id = :work")


@dataclass(frozen=True, slots=True)
class Room:
    """Pairs of coach and member who share nobody, each with a session at the same hour."""

    platform: Platform
    owner: Engine
    sessions: list[int]

    @property
    def database(self) -> Database:
        return self.platform.database

    def timers(self, now: datetime, kind: WorkKind = WorkKind.SESSION_END) -> list[Timer]:
        with self.database.unit(self.platform.organisation_id, read_only=True) as unit:
            return [timer for timer in due_timers(unit, now=now, most=100) if timer.kind is kind]

    def fire(self, timers: list[Timer], now: datetime) -> frozenset[int]:
        return fire_together(self.database, self.platform.organisation_id, timers, now=now)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def break_one(self, work: int) -> None:
        """A work that cannot be done, for there is no such session."""
        with self.owner.begin() as connection:
            connection.execute(BEYOND_REACH, {"work": work})

    def occasions(self, now: datetime) -> list[Occasion]:
        """The reminders that are due."""
        due = "SELECT id, object_id, persons, fires_at FROM due_work WHERE kind = 'REMINDER' AND done_at IS NULL AND fires_at <= :now ORDER BY fires_at, object_id"
        return [
            Occasion(
                organisation_id=self.platform.organisation_id,
                work_id=work,
                kind=WorkKind.REMINDER,
                session_id=session,
                persons=frozenset(persons),
                due=fires_at,
                now=now,
            )
            for work, session, persons, fires_at in self.rows(due, now=now)
        ]


@pytest.fixture
def room(database: Database, owner: Engine) -> Room:
    platform = open_platform(database, "thrive", at=NOW)
    sessions: list[int] = []
    for number in range(PAIRS):
        platform.coach(f"Coach{number}", "session")
        platform.member(f"Member{number}", f"Coach{number}")
        platform.pack(f"Member{number}", "session", 10)
        requesting = replace(platform, database=database.caused_by(f"request-{number:04}"))
        sessions.append(requesting.booked(f"Member{number}", "session", f"Coach{number}", CALL))
    return Room(platform, owner, sessions)


def ended(room: Room) -> list[tuple[Any, ...]]:
    """What the log says of ends, in its order."""
    return room.rows("SELECT session_id, effective_at, cause FROM event WHERE name = 'SESSION_ENDED' ORDER BY id")


def test_ends_of_people_who_share_nobody_fire_at_once_in_due_order(room: Room) -> None:
    timers = room.timers(END)
    statements = count_statements(room.database.engine)
    assert room.fire(timers[::-1], END) == {timer.id for timer in timers}
    assert len(statements) <= 7, "as many as for one"
    assert ended(room) == [(one, END, f"session-end:{one}:{END.isoformat()}") for one in room.sessions]
    assert set(room.rows("SELECT status, version, changed_at FROM session")) == {("AWAITING_OUTCOME", 2, END)}
    assert room.timers(END) == []
    assert_gapless(room.owner)


def test_of_two_ends_that_share_somebody_only_the_earlier_fires(room: Room) -> None:
    room.platform.pack("Member0", "session", 10)
    later = room.platform.booked("Member0", "session", "Coach0", CALL + HOUR)
    timers = room.timers(END + HOUR)
    assert len(timers) == PAIRS + 1
    assert len(room.fire(timers, END + HOUR)) == PAIRS
    assert [timer.object_id for timer in room.timers(END + HOUR)] == [later]
    assert room.fire(timers, END + HOUR) == {timer.id for timer in timers if timer.object_id == later}
    assert room.timers(END + HOUR) == []
    assert_gapless(room.owner)


def test_an_end_waits_for_whatever_else_is_due_before_it_for_its_people(room: Room) -> None:
    """A pack of a member's that closes earlier is closed first."""
    room.platform.pack("Member3", "session", 1, closes_at=CALL)
    timers = room.timers(END)
    fired = room.fire(timers, END)
    assert [timer.object_id for timer in timers if timer.id not in fired] == [room.sessions[3]]
    settle_organisation(room.database, room.platform.organisation_id, now=END)
    assert [row[0] for row in ended(room)] == [
        *(one for one in room.sessions if one != room.sessions[3]),
        room.sessions[3],
    ]


def test_a_reader_whom_workers_forestall_each_time_does_not_wait_for_them(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.settle.fire_together", lambda *_all, **_more: frozenset[int]())
    monkeypatch.setattr("commands.settle.fire_one", lambda *_all, **_more: False)
    with pytest.raises(CatchingUp):
        settle_organisation(room.database, room.platform.organisation_id, now=END)


def test_where_one_cannot_fire_none_has_and_all_but_that_one_fire_alone(room: Room) -> None:
    timers = room.timers(END)
    room.break_one(timers[2].id)
    assert room.fire(room.timers(END), END) == frozenset()
    assert ended(room) == []
    room.platform.at(END, run_timers=False)
    work_off(room.database, {}, organisation_id=room.platform.organisation_id, part=Part.INSIDE)
    assert [row[0] for row in ended(room)] == [one for one in room.sessions if one != room.sessions[2]]
    assert [timer.id for timer in room.timers(END)] == [timers[2].id]


def test_what_is_done_at_once_names_the_request_of_each(room: Room) -> None:
    room.platform.at(END, run_timers=False)
    work_off(room.database, telling_handlers(), organisation_id=room.platform.organisation_id, part=Part.INSIDE)
    asked = "SELECT object_id, request_id FROM due_work WHERE kind = 'OUTCOME_PROMPT' ORDER BY object_id, fires_at"
    wanted = {one: f"request-{number:04}" for number, one in enumerate(room.sessions)}
    assert dict(room.rows(asked)) == wanted
    mails = "SELECT DISTINCT n.session_id, w.request_id FROM due_work AS w JOIN notification AS n ON n.id = w.object_id WHERE w.kind = 'MAIL' AND n.code = 'OUTCOME_PROMPT'"
    assert dict(room.rows(mails)) == wanted


def test_reminders_of_many_are_written_at_once_and_once(room: Room) -> None:
    now = CALL - HOUR
    occasions = room.occasions(now)
    statements = count_statements(room.database.engine)
    assert tell_together(room.database, occasions) == {one.work_id for one in occasions}
    assert len(statements) <= 9, "as many as for one"
    told = "SELECT session_id, recipient_id FROM notification WHERE code = 'REMINDER' ORDER BY id"
    people = room.platform.people
    assert room.rows(told) == [
        (session, people[f"{side}{number}"])
        for number, session in enumerate(room.sessions)
        for side in ("Member", "Coach")
    ]
    assert tell_together(room.database, occasions) == {one.work_id for one in occasions}
    assert len(room.rows(told)) == 2 * PAIRS
    assert_gapless(room.owner)


def test_whoever_has_something_due_before_is_reminded_alone_afterwards(room: Room) -> None:
    room.platform.pack("Member3", "session", 1, closes_at=CALL - 2 * HOUR)
    occasions = room.occasions(CALL - HOUR)
    told = tell_together(room.database, occasions)
    assert {one.session_id for one in occasions if one.work_id not in told} == {room.sessions[3]}


def test_events_of_one_statement_are_numbered_in_their_order(room: Room) -> None:
    maya, eva, cora = (room.platform.people[name] for name in ("Member0", "Coach0", "Coach1"))
    persons = [frozenset({maya, eva}), frozenset({maya, cora}), frozenset({eva})]
    before = dict(room.rows("SELECT id, event_number FROM person"))
    with room.database.unit(room.platform.organisation_id) as unit:
        lock_persons(unit, frozenset({maya, eva, cora}))
        events = write_events(unit, [_record(one, f"cause:{place}") for place, one in enumerate(persons)])
    numbers = "SELECT event_id, person_id, number FROM event_person WHERE event_id = ANY(:events)"
    first, second, third = events
    assert set(room.rows(numbers, events=events)) == {
        (first, maya, before[maya] + 1),
        (first, eva, before[eva] + 1),
        (second, maya, before[maya] + 2),
        (second, cora, before[cora] + 1),
        (third, eva, before[eva] + 2),
    }
    assert events == sorted(events)
    assert_gapless(room.owner)


def test_two_events_of_one_cause_are_not_written_by_one_statement(room: Room) -> None:
    with room.database.unit(room.platform.organisation_id) as unit, pytest.raises(ValueError, match="one cause"):
        write_events(unit, [_record(frozenset({1}), "the same"), _record(frozenset({2}), "the same")])


def _record(persons: frozenset[int], cause: str) -> Record:
    return Record(
        name="SOMETHING",
        persons=persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=cause,
        recorded_at=NOW,
        effective_at=NOW,
    )
