"""Periods are granted when they open for booking, in the accounting zone, over years and clock changes (MODEL 6, 8, D-08)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from commands.enrol import EnrolMember, enrol
from commands.outcome import Refused
from models.unit import Database
from policy.terms import RefusalCode, Role
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LOTS = text("""
SELECT kind.code, lot.opens_at, lot.closes_at, entry.units, entry.effective_at, entry.recorded_at
FROM credit_lot AS lot JOIN session_kind AS kind ON kind.organisation_id = lot.organisation_id AND kind.id = lot.kind_id
JOIN ledger_entry AS entry ON entry.organisation_id = lot.organisation_id AND entry.to_lot_id = lot.id AND entry.kind = 'GRANT'
WHERE lot.member_id = :member AND kind.code = :kind ORDER BY lot.opens_at
""")


def enrolled(platform: Platform, name: str, zone: str) -> int:
    """A member whose periods are counted in this zone."""
    member = platform.person(name, Role.MEMBER)
    command = EnrolMember(member_id=member, coach_ids=(), accounting_zone=zone)
    done(enrol(platform.database, platform.request(), command))
    return member


def lots(owner: Engine, member: int, kind: str) -> list[tuple[datetime, datetime, int, datetime]]:
    with owner.connect() as connection:
        rows = connection.execute(LOTS, {"member": member, "kind": kind}).all()
    return [(row.opens_at, row.closes_at, row.units, row.effective_at) for row in rows]


def midnights(zone: str, count: int, *, since: tuple[int, int] = (2027, 3)) -> list[datetime]:
    """The first instants of consecutive months in a zone."""
    year, month = since
    found: list[datetime] = []
    for _ in range(count):
        found.append(datetime(year, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC))
        year, month = (year + month // 12, month % 12 + 1)
    return found


@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"]
)
def test_every_month_of_three_years_is_granted_once_and_in_time(database: Database, owner: Engine, zone: str) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    member = enrolled(platform, "Maya", zone)
    platform.at(datetime(2028, 9, 15, tzinfo=UTC))
    platform.at(datetime(2030, 3, 15, tzinfo=UTC))
    months = midnights(zone, 39)
    found = lots(owner, member, "coaching")
    assert [lot[:3] for lot in found] == [(start, end, 1) for start, end in pairwise(months)]
    # March and April when Maya was enrolled; each later month when the one before it began.
    assert [lot[3] for lot in found] == [NOW, NOW, *months[1:37]]
    assert lots(owner, member, "engagement_manager") == []


def test_what_is_not_used_expires_with_its_month(database: Database, owner: Engine) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    enrolled(platform, "Maya", "Europe/London")
    platform.at(datetime(2028, 3, 15, tzinfo=UTC))
    expired = text("SELECT units, effective_at FROM ledger_entry WHERE kind = 'EXPIRE' ORDER BY effective_at, id")
    with owner.connect() as connection:
        found = [tuple(row) for row in connection.execute(expired)]
    ends = midnights("Europe/London", 13)[1:]
    assert found == [(1, end) for end in ends for _ in ("mentor", "coaching")]


def test_grants_that_are_noticed_late_are_the_same(database: Database, owner: Engine) -> None:
    to = datetime(2028, 5, 20, 12, tzinfo=UTC)
    found: list[list[tuple[datetime, datetime, int, datetime]]] = []
    for run_timers in (True, False):
        platform = open_platform(database, "mastered", at=NOW)
        member = enrolled(platform, "Maya", "America/New_York")
        platform.at(to, run_timers=run_timers)
        if not run_timers:
            platform.at(to)
        found.append(lots(owner, member, "mentor"))
    assert found[0] == found[1]
    assert len(found[0]) == 16


def test_a_grant_follows_the_policy_that_was_in_force_when_its_period_opened(database: Database, owner: Engine) -> None:
    """Whether a worker granted May in time or it is noticed after a new policy was published makes no difference (Inv. 7)."""
    found: list[list[int]] = []
    for run_timers in (True, False):
        platform = open_platform(database, "mastered", at=NOW)
        member = enrolled(platform, "Maya", "Europe/London")
        platform.at(datetime(2027, 4, 10, tzinfo=UTC), run_timers=run_timers)
        platform.publish(
            'extends = "mastered"\n[entitlement.quantity]\nmentor = 1\ncoaching = 3\n[booking]\nduplicate_policy = "REFUSE"\n'
        )
        platform.at(datetime(2027, 5, 10, tzinfo=UTC))
        found.append([lot[2] for lot in lots(owner, member, "coaching")])
    assert found == [[1, 1, 1, 3]] * 2


def test_what_is_due_at_the_instant_of_a_publication_comes_before_it(database: Database, owner: Engine) -> None:
    april = datetime(2027, 3, 31, 23, tzinfo=UTC)
    found: list[list[int]] = []
    for run_timers in (True, False):
        platform = open_platform(database, "mastered", at=NOW)
        member = enrolled(platform, "Maya", "Europe/London")
        platform.at(april, run_timers=run_timers)
        platform.publish(
            'extends = "mastered"\n[entitlement.quantity]\nmentor = 1\ncoaching = 3\n[booking]\nduplicate_policy = "REFUSE"\n'
        )
        platform.at(april + timedelta(days=1))
        found.append([lot[2] for lot in lots(owner, member, "coaching")])
    assert found == [[1, 1, 1]] * 2


def test_a_kind_that_a_new_policy_no_longer_has_is_neither_granted_nor_booked(
    database: Database, owner: Engine
) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor")
    platform.member("Maya", "Eva")
    kind = platform.kinds["mentor"]
    platform.publish(
        'name = "Calls"\n[entitlement.quantity]\ncoaching = 1\n'
        '[kinds]\ncoaching = {name = "Coaching call", duration = "PT45M", units = 1, pay = 1}\n'
        "[change]\nrules = [\n"
        '{id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},\n'
        '{id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},\n'
        '{id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},\n'
        '{id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},\n]\n'
    )
    leo = platform.member("Leo", "Eva")
    assert lots(owner, leo, "mentor") == []
    assert len(lots(owner, leo, "coaching")) > 0
    platform.kinds["mentor"] = kind
    outcome = platform.book("Maya", "mentor", "Eva", datetime(2027, 3, 18, 10, tzinfo=UTC))
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.NOT_FOUND
    platform.at(datetime(2027, 6, 10, tzinfo=UTC))
    assert len(lots(owner, platform.people["Maya"], "mentor")) == 2


def test_a_month_that_is_over_before_anybody_booked_pays_for_nothing(database: Database) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    platform.at(datetime(2027, 3, 31, 22, 59, tzinfo=UTC))
    # The last quarter of an hour of March, booked in March, takes March's credit; the first of April takes April's.
    late = platform.book("Maya", "coaching", "Eva", datetime(2027, 3, 31, 23, 0, tzinfo=UTC))
    shown = done(late).consequence
    assert shown is not None
    assert [change.lot.opens_at for change in shown.credits if change.lot is not None] == [
        datetime(2027, 3, 31, 23, 0, tzinfo=UTC)
    ]
