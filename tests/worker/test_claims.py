"""Whose turn it is: due order, leases, lanes, one clock per organisation (ARCHITECTURE, decision 5)."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.unit import Database
from policy.terms import WorkKind
from worker.claims import CLAIMS, Part, claim, complete, give_back, retry, set_aside

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ORGANISATION = text("""
INSERT INTO organisation (id, name, zone, preset, is_sandbox, clock_at, created_at)
VALUES (:id, 'The Platform', 'Europe/London', 'thrive', CAST(:clock AS timestamptz) IS NOT NULL, :clock, now())
""")
WORK = text("""
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank, lane)
VALUES (:organisation, :kind, :cause, '{1}', :object, :fires_at, :fires_at, :strict, :changes_state, :rank, :lane) RETURNING id
""")
ROW = text("SELECT * FROM due_work WHERE id = :id")
MANY = text("""
INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict, changes_state, rank)
SELECT 1, kind, kind || number, '{1}', number, at, at, false, rank < 10, rank
FROM generate_series(1, 3000) AS number, (VALUES ('SESSION_END', 8), ('REMINDER', 10), ('MAIL', 11), ('GOOGLE_PUSH', 11)) AS work (kind, rank),
    LATERAL (SELECT CAST('2027-03-01T09:00Z' AS timestamptz) + (number - 10) * interval '1 hour' AS at) AS due
""")
_causes = count(1)


class Desk:
    """Puts work down and looks at it, as the owner."""

    def __init__(self, owner: Engine) -> None:
        self._owner = owner

    def organisation(self, key: int, *, clock: datetime | None) -> None:
        with self._owner.begin() as connection:
            connection.execute(ORGANISATION, {"id": key, "clock": clock})

    def put(
        self,
        fires_at: datetime,
        *,
        organisation: int = 1,
        kind: WorkKind = WorkKind.MAIL,
        strict: bool = False,
        rank: int = 11,
        lane: str | None = None,
        object_id: int = 1,
        changes_state: bool = False,
    ) -> int:
        values = {
            "organisation": organisation,
            "kind": str(kind),
            "cause": f"cause-{next(_causes)}",
            "object": object_id,
            "fires_at": fires_at,
            "strict": strict,
            "rank": rank,
            "lane": lane,
            "changes_state": changes_state,
        }
        with self._owner.begin() as connection:
            return connection.execute(WORK, values).scalar_one()

    def row(self, key: int) -> Any:
        with self._owner.connect() as connection:
            return connection.execute(ROW, {"id": key}).one()

    def expire_leases(self) -> None:
        """Two minutes pass for whoever held work and died."""
        with self._owner.begin() as connection:
            connection.execute(text("UPDATE due_work SET lease_until = now() - interval '1 second'"))

    def lease(self, key: int, *, by: int) -> None:
        """This worker has claimed the work."""
        change = "lease_until = now() + interval '1 minute', lease_by = :by, attempts = attempts + 1"
        with self._owner.begin() as connection:
            connection.execute(text(f"UPDATE due_work SET {change} WHERE id = :id"), {"id": key, "by": by})

    def request_ids(self) -> list[str | None]:
        """Which requests caused the works, in the order in which they were put down."""
        with self._owner.connect() as connection:
            return list(connection.execute(text("SELECT request_id FROM due_work ORDER BY id")).scalars())

    def set_clock(self, organisation: int, clock: datetime) -> None:
        with self._owner.begin() as connection:
            connection.execute(
                text("UPDATE organisation SET clock_at = :clock WHERE id = :id"), {"clock": clock, "id": organisation}
            )


@pytest.fixture
def desk(owner: Engine) -> Desk:
    desk = Desk(owner)
    desk.organisation(1, clock=NOW)
    return desk


def claimed(database: Database, *, batch: int = 20, organisation_id: int | None = None) -> list[int]:
    return [one.id for one in claim(database, batch=batch, organisation_id=organisation_id)]


def test_what_is_due_is_claimed_in_due_order(desk: Desk, database: Database) -> None:
    late, early = desk.put(NOW), desk.put(NOW - MINUTE)
    desk.put(NOW + timedelta(microseconds=1))
    assert claimed(database) == [early, late]


def test_strict_work_waits_until_its_instant_has_passed(desk: Desk, database: Database) -> None:
    strict = desk.put(NOW, strict=True)
    assert claimed(database) == []
    desk.set_clock(1, NOW + timedelta(microseconds=1))
    assert claimed(database) == [strict]


def test_at_one_instant_the_rank_decides_then_the_object(desk: Desk, database: Database) -> None:
    last = desk.put(NOW, rank=8, object_id=2)
    middle = desk.put(NOW, rank=8, object_id=1)
    first = desk.put(NOW, rank=4, object_id=9)
    assert [claimed(database, batch=1) for _ in range(3)] == [[first], [middle], [last]]


def test_claimed_work_is_nobody_elses_until_the_lease_ends(desk: Desk, database: Database) -> None:
    work = desk.put(NOW)
    assert claimed(database) == [work]
    assert claimed(database) == []
    desk.expire_leases()
    assert claimed(database) == [work]
    assert desk.row(work).attempts == 2


def test_work_of_one_lane_never_overtakes(desk: Desk, database: Database) -> None:
    first, second = desk.put(NOW, lane="google:1"), desk.put(NOW - MINUTE, lane="google:1")
    other = desk.put(NOW, lane="google:2")
    assert claimed(database) == sorted([first, other])
    assert claimed(database) == []
    one = claim_of(desk, database, first)
    with database.unit(1) as unit:
        assert complete(unit, [one]) == 1
    assert claimed(database) == [second]


def claim_of(desk: Desk, database: Database, work: int) -> Any:
    """The claim of this work, taken again after its lease."""
    desk.expire_leases()
    return next(one for one in claim(database, batch=20) if one.id == work)


def test_work_that_is_put_off_keeps_its_lane_waiting(desk: Desk, database: Database) -> None:
    first, second = desk.put(NOW, lane="google:1"), desk.put(NOW, lane="google:1")
    (one,) = claim(database, batch=20)
    with database.unit(1) as unit:
        retry(unit, one, after=MINUTE, error="backendError")
    assert claimed(database) == []
    row = desk.row(first)
    assert (row.fires_at, row.effective_at, row.last_error) == (NOW + MINUTE, NOW, "backendError")
    desk.set_clock(1, NOW + MINUTE)
    assert claimed(database) == [first]
    assert second not in claimed(database)


def test_work_that_is_set_aside_lets_its_lane_go_on(desk: Desk, database: Database) -> None:
    first, second = desk.put(NOW, lane="google:1"), desk.put(NOW, lane="google:1")
    (one,) = claim(database, batch=20)
    with database.unit(1) as unit:
        set_aside(unit, one, error="badRequest")
    row = desk.row(first)
    assert (row.set_aside_at, row.done_at, row.last_error) == (NOW, None, "badRequest")
    assert claimed(database) == [second]


def test_what_a_stopping_worker_gives_back_is_free_at_once(desk: Desk, database: Database) -> None:
    work = desk.put(NOW)
    claims = claim(database, batch=20)
    give_back(database, claims)
    row = desk.row(work)
    assert (row.lease_until, row.attempts) == (None, 0)
    assert claimed(database) == [work]


def test_each_organisation_lives_by_its_own_clock(desk: Desk, database: Database) -> None:
    """The sandbox stands in 2027, a live organisation in the present of the machine."""
    desk.organisation(2, clock=None)
    desk.organisation(3, clock=NOW - timedelta(days=365))
    mine = desk.put(NOW)
    past = desk.put(datetime(2020, 1, 1, tzinfo=UTC), organisation=2)
    desk.put(datetime(2999, 1, 1, tzinfo=UTC), organisation=2)
    desk.put(NOW, organisation=3)
    found = claim(database, batch=20)
    assert {one.id: one.organisation_id for one in found} == {past: 2, mine: 1}
    assert next(one.now for one in found if one.id == mine) == NOW


def test_one_organisation_can_be_worked_off_alone(desk: Desk, database: Database) -> None:
    desk.organisation(2, clock=NOW)
    mine, _ = desk.put(NOW), desk.put(NOW, organisation=2)
    assert claimed(database, organisation_id=1) == [mine]


def test_two_workers_never_claim_the_same(desk: Desk, database: Database) -> None:
    works = [desk.put(NOW) for _ in range(30)]
    with database.across_organisations() as held:
        held.execute(text("SELECT id FROM due_work ORDER BY id LIMIT 10 FOR UPDATE"))
        other = claimed(database, batch=30)
    assert sorted(other) == works[10:]
    assert sorted(claimed(database, batch=30)) == works[:10]


def test_deadlines_that_were_missed_come_first_and_then_what_only_tells_somebody(
    desk: Desk, database: Database
) -> None:
    told = desk.put(NOW - 2 * MINUTE, kind=WorkKind.REMINDER, rank=10)
    late = desk.put(NOW, kind=WorkKind.SESSION_END, rank=8, changes_state=True)
    early = desk.put(NOW - MINUTE, kind=WorkKind.SESSION_END, rank=8, changes_state=True)
    desk.put(NOW - 3 * MINUTE)
    turns = [[one.id for one in claim(database, batch=20, part=Part.INSIDE)] for _ in range(3)]
    assert turns == [[early, late], [told], []]


def test_each_part_claims_its_own(desk: Desk, database: Database) -> None:
    kinds = {Part.MAILS: WorkKind.MAIL, Part.CALENDARS: WorkKind.GOOGLE_PUSH}
    works = {part: desk.put(NOW, kind=kind, rank=11) for part, kind in kinds.items()}
    assert {part: [one.id for one in claim(database, batch=20, part=part)] for part in works} == {
        part: [work] for part, work in works.items()
    }


def test_a_worker_finds_work_behind_what_others_are_claiming_at_this_instant(
    desk: Desk, database: Database, owner: Engine
) -> None:
    first, second = desk.put(NOW - MINUTE), desk.put(NOW)
    with owner.connect() as other:
        other.execute(text("SELECT FROM due_work WHERE id = :id FOR UPDATE"), {"id": first})
        assert claimed(database, batch=1) == [second]


@pytest.mark.parametrize(
    ("part", "index"),
    [(Part.INSIDE, "state"), (Part.INSIDE, "telling"), (Part.MAILS, "mail"), (Part.CALENDARS, "calendar")],
)
def test_the_turn_of_a_part_is_looked_up_in_its_own_index(desk: Desk, owner: Engine, part: Part, index: str) -> None:
    """However many works are due to others, or next year.

    Asked is whether the index serves, filter and order: what the planner takes a table of this size and its dead rows to cost is left
    out, and so are the ways that serve only small tables. Of the indexes that are left the own one holds the fewest rows.
    """
    with owner.begin() as connection:
        connection.execute(MANY)
        connection.execute(text("ANALYZE due_work"))
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        claims = CLAIMS[part]
        statement = claims[index == "telling"]
        values = {"organisation": None, "batch": 20, "ahead": 80, "lease": MINUTE, "worker": 1}
        connection.execute(text("SET LOCAL plan_cache_mode = 'force_generic_plan'"))
        plan = connection.execute(text(f"EXPLAIN {statement.text}"), values).scalars().all()
    assert f"ix_due_work_{index} " in "\n".join(plan)
    assert desk.row(1) is not None
