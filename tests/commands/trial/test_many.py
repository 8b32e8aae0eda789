"""A trial of many sessions equals a plain loop over the log, which shares no code with the rule book (D-63)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, text

from bench.outage import PEOPLE, execute
from bench.trial import COPIES
from models.unit import Database
from policy.bills import Item
from policy.terms import Side
from tests.commands.trial.plays import BEGINS, HOUR, Act, Player, open_play
from tests.commands.trial.test_replay import THRIVE, trial_of

PAIRS = 25
LIVED = 24
ENDS = BEGINS + timedelta(days=80)
STRICTER = """extends = "thrive"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "PT48H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", notice = "PT48H", then = "DO", reason = "CLIENT_MOVED"},
  {id = "move-late", by = "MEMBER", action = "MOVE", then = "REFUSE"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
  {id = "no-show", by = "MEMBER", action = "MISS", then = "DO", reason = "CLIENT_NO_SHOW"},
  {id = "coach-no-show", by = "COACH", action = "MISS", then = "DO", reason = "COACH_MISSED"},
]
[reasons]
CLIENT_CANCELLED_LATE = {fee = "5.00"}
CLIENT_NO_SHOW = {fee = "15.00", pay = "1/2"}
"""
LOG = text("""
SELECT s.id, s.member_id, s.coach_id, s.first_starts_at, array_agg(event.name ORDER BY event.id) AS names,
    array_agg(event.actor_kind ORDER BY event.id) AS actors, array_agg(event.effective_at ORDER BY event.id) AS instants,
    jsonb_agg(event.effects ORDER BY event.id) AS effects
FROM session AS s JOIN event ON event.session_id = s.id AND event.decision IS NOT NULL
GROUP BY s.id, s.member_id, s.coach_id, s.first_starts_at ORDER BY s.id
""")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the two policies differ in: hours of notice, and what a late cancellation and an absence cost in cents."""

    notice: int
    late_fee: int
    absent_fee: int
    absent_pay: int


OLD = Rules(notice=24, late_fee=0, absent_fee=0, absent_pay=10_000)
NEW = Rules(notice=48, late_fee=500, absent_fee=1_500, absent_pay=5_000)


def lives() -> list[Act]:
    """Sessions of one pair: given up at various times, moved, missed, cancelled by the coach, held, left alone."""
    found: list[Act] = []
    for number in range(LIVED):
        start = BEGINS + timedelta(days=5 + 2 * number)
        found.append(
            Act(
                at=start - 90 * HOUR,
                session=number,
                name="book",
                who="Maya",
                said={"member": "Maya", "coach": "Eva", "start": start},
            )
        )
        hours = (70, 49, 47, 25, 23, 2)[number % 6]
        at = start - hours * HOUR
        match number // 6:
            case 0:
                found.append(Act(at=at, session=number, name="cancel", who="Maya", said={"claim": None}))
            case 1:
                found.append(Act(at=at, session=number, name="move", who="Maya", said={"to": start + HOUR}))
            case 2:
                absent = {"absent": Side.MEMBER} if number % 2 else {"held": True}
                found.append(Act(at=start + 3 * HOUR, session=number, name="record", who="Eva", said=absent))
            case _ if number % 2:
                found.append(Act(at=at, session=number, name="cancel", who="Eva", said={"claim": None}))
            case _:
                pass
    return sorted(found, key=lambda act: act.at)


def plain(row: Row[Any], rules: Rules) -> tuple[datetime, str, dict[str, int]]:
    """Start, end and cost of a session by these rules, worked out from the log by hand."""
    start, ended = row.first_starts_at, ""
    sums: Counter[str] = Counter()
    for name, actor, at, effects in zip(row.names, row.actors, row.instants, row.effects, strict=True):
        in_time = start - at >= rules.notice * HOUR
        if name == "SESSION_MOVED" and in_time:
            start = datetime.fromisoformat(next(one["starts_at"] for one in effects if one["effect"] == "Move"))
        elif name == "SESSION_CANCELLED":
            ended = "coach" if actor == "COACH" else "free" if in_time else "late"
        elif any(one["effect"] == "Conclude" for one in effects):
            ended = next(one["reason"] for one in effects if one["effect"] == "Conclude")
    if not ended and start + timedelta(days=7, minutes=45) < ENDS:
        ended = "HELD"
    if ended == "late":
        sums.update(LOST=1, FEE=rules.late_fee, EARNING=10_000)
    elif ended == "CLIENT_NO_SHOW":
        sums.update(LOST=1, FEE=rules.absent_fee, EARNING=rules.absent_pay)
    elif ended == "HELD":
        sums.update(USED=1, EARNING=10_000)
    return start, ended, {name: number for name, number in sums.items() if number}


def copied(owner: Engine, organisation: int) -> Sequence[Row[Any]]:
    """The log of all sessions, after the pair's own has been given to many other pairs."""
    values = {"organisation": organisation, "now": BEGINS, "pairs": PAIRS - 1}
    with owner.begin() as connection:
        for statement in f"{PEOPLE}{COPIES}".split(";\n"):
            if statement.strip():
                execute(connection, statement, values)
        return connection.execute(LOG).all()


def test_the_trial_of_many_sessions_equals_a_plain_loop(database: Database, owner: Engine) -> None:
    player = Player(open_play(database, THRIVE))
    acts = lives()
    done = player.play(acts, until=ENDS)
    refused = [act for act in acts if act not in done]
    assert {act.name for act in refused} == {"move"}, "only the moves inside of 24 hours"
    log = copied(owner, player.platform.organisation_id)
    found, changed = trial_of(player.platform, STRICTER)
    assert found.sessions == found.replayed == len(log) >= LIVED * PAIRS
    members: dict[int, Counter[str]] = {}
    for row in log:
        before, after = plain(row, OLD), plain(row, NEW)
        assert (row.id in changed) is (before != after), row
        if before == after:
            continue
        one = changed[row.id]
        assert ({item.value: number for (item, _), number in one.before.bill.items()}, one.before.starts_at) == (
            before[2],
            before[0],
        )
        assert ({item.value: number for (item, _), number in one.after.bill.items()}, one.after.starts_at) == (
            after[2],
            after[0],
        )
        for person in (row.member_id, row.coach_id):
            members.setdefault(person, Counter()).update(after[2])
    said = {**found.members, **found.coaches}
    assert said.keys() == members.keys()
    for person, sums in members.items():
        assert {item.value: said[person].after[item, currency] for item, currency in said[person].after} == dict(sums)
    assert found.whole.after[Item.FEE, "EUR"] == sum(
        plain(row, NEW)[2].get("FEE", 0) for row in log if row.id in changed
    )
