"""A trial says of every session what the same acts lead to on a platform where the policy is in force, and writes nothing (D-63)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.report_no_show import ReportNoShow, report_no_show
from commands.trial.found import Changed, Found, Outcome
from commands.trial.run import run_trial
from models.unit import Database, count_statements
from policy.bills import STEPS, Item
from policy.deeds import DeedKind
from policy.document import load_policy
from tests.commands.trial.plays import BEGINS, HOUR, Act, Player, came_of, invented, open_play
from tests.scenarios.records import read_records
from tests.support.platform import Platform, done

SESSIONS = 12
ENDS = BEGINS + timedelta(days=6 + 2 * SESSIONS + 20)
THRIVE = 'extends = "thrive"\n'
SIXTH = (Path(__file__).parents[2] / "policy" / "data" / "sixth.toml").read_text("utf-8")
STRICT = """extends = "thrive"
[change]
rules = [
  {id = "grace", by = "MEMBER", action = "CANCEL", booked_within = "PT2H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "early", by = "MEMBER", action = "CANCEL", notice = "PT72H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "emergency", by = "MEMBER", action = "CANCEL", claim = "EMERGENCY", then = "DECIDE", decide_within = "PT24H", on_silence = "CLIENT_CANCELLED_LATE"},
  {id = "late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "again", by = "MEMBER", action = "MOVE", below = {moves = 1}, notice = "PT24H", then = "DO", reason = "CLIENT_MOVED"},
  {id = "move-late", by = "MEMBER", action = "MOVE", then = "CANCEL", reason = "CLIENT_CANCELLED_LATE"},
  {id = "coach-early", by = "COACH", action = "CANCEL", notice = "PT48H", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-late", by = "COACH", action = "CANCEL", then = "ASK", reason = "COACH_LATE"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
[reasons]
CLIENT_NO_SHOW = {fee = "15.00", pay = "1/2"}
CLIENT_CANCELLED_LATE = {fee = "1/4"}
COACH_LATE = {use = "ended", fault = "coach", rest = "RETURNED", coach_fee = "1/10", bonus = 1}
[tallies]
moves = {of = "MEMBER", counts = {CLIENT_MOVED = 1}, window = "P14D"}
[kinds.session]
price = "80.00"
"""
ASKING = """extends = "thrive"
[booking]
min_notice = "PT36H"
[outcome]
auto_complete_after = "P9D"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "1d 18:00", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "cancel-ask", by = "MEMBER", action = "CANCEL", then = "ASK", answer_within = "PT3H", reason = "CLIENT_EMERGENCY"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "ASK", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "OFFER", reason = "COACH_MOVED"},
]
"""
MILD = """extends = "thrive"
[tallies.absent]
of = "MEMBER"
counts = {CLIENT_NO_SHOW = 1, CLIENT_CANCELLED_LATE = 1}
window = "P30D"
steps = [{at = 1, then = ["WARN", "CHARGE"], amount = "10.00"}, {at = 2, then = ["BLOCK", "TASK"], for = "P7D"}]
[tallies.coach]
of = "COACH"
counts = {COACH_CANCELLED = 1, COACH_MISSED = 1, COACH_EMERGENCY = 1}
window = "P60D"
steps = [{at = 1, then = ["HIDE"], for = "P10D"}, {at = 2, then = ["PAUSE", "CHARGE"], amount = "25.00", for = "P4D"}]
[tallies.moved]
of = "PAIR"
counts = {CLIENT_MOVED = 1}
window = "ALL"
steps = [{every = 2, then = ["SAME_DAY"], for = "P2D"}]
"""
HARD = (
    MILD
    + """[tallies.given-up]
of = "PAIR"
counts = {CLIENT_CANCELLED = 1, OTHER = 1}
window = "ALL"
in_a_row = true
steps = [{every = 2, then = ["CANCEL_FUTURE"]}]
[tallies.gone]
of = "MEMBER"
counts = {CLIENT_NO_SHOW = 1}
window = "ALL"
steps = [{at = 2, then = ["END"]}]
"""
)
DOCUMENTS = {"thrive": THRIVE, "sixth": SIXTH, "strict": STRICT, "asking": ASKING, "mild": MILD, "hard": HARD}
PAIRS = [
    ("thrive", "sixth"),
    ("strict", "asking"),
    ("thrive", "hard"),
    *(
        pytest.param(before, after, marks=pytest.mark.slow)
        for before, after in (
            ("sixth", "thrive"),
            ("thrive", "strict"),
            ("asking", "strict"),
            ("sixth", "strict"),
            ("mild", "strict"),
        )
    ),
]


def shown(outcome: Outcome) -> dict[str, Any] | None:
    """What a trial says of a session, in the words of the database."""
    if not outcome.booked:
        return None
    bill = {item: sum(number for (one, _), number in outcome.bill.items() if one is item) for item in Item}
    return {
        "status": outcome.status,
        "starts_at": outcome.starts_at,
        "reason": outcome.reason,
        "disposition": outcome.disposition,
        "used": bill[Item.USED],
        "lost": bill[Item.LOST],
        "bonus": bill[Item.BONUS],
        "earning": bill[Item.EARNING],
        "member_owes": bill[Item.FEE] - bill[Item.REFUND],
        "steps": sorted(item for item in STEPS for _ in range(bill[item])),
        "coach_owes": bill[Item.PENALTY],
    }


def trial_of(platform: Platform, document: str, *, since: datetime = BEGINS) -> tuple[Found, dict[int, Changed]]:
    changed: dict[int, Changed] = {}
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        found = run_trial(
            unit,
            load_policy(document),
            since=since,
            now=platform.now,
            each=lambda one: changed.update({one.id: one}),
        )
    return found, changed


def replayed(database: Database, before: str, acts: list[Act]) -> tuple[Player, list[Act]]:
    player = Player(open_play(database, DOCUMENTS[before]))
    return player, player.play(acts, until=ENDS)


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_same_acts_lead_where_the_trial_says(database: Database, before: str, after: str, seed: int) -> None:
    player, acts = replayed(database, before, invented(seed, SESSIONS))
    found, changed = trial_of(player.platform, DOCUMENTS[after])
    live = Player(open_play(database, DOCUMENTS[after]))
    live.play(acts, until=ENDS)
    assert len(player.sessions) == found.sessions == found.replayed
    differing = 0
    for number, session in player.sessions.items():
        recorded = came_of(player.platform, session)
        came = came_of(live.platform, live.sessions.get(number))
        said = changed.get(session)
        about = [act for act in acts if act.session == number]
        assert (shown(said.before) if said else recorded) == recorded, about
        assert (shown(said.after) if said else recorded) == came, about
        differing += recorded != came
    assert differing


def test_a_trial_writes_nothing_and_reads_in_one_snapshot(database: Database, owner: Engine) -> None:
    player, _ = replayed(database, "thrive", invented(2, 5))
    before = read_records(owner, player.platform.organisation_id)
    statements = count_statements(database.engine)
    trial_of(player.platform, STRICT)
    assert read_records(owner, player.platform.organisation_id) == before
    assert {statement.split()[0] for statement in statements} <= {"SELECT", "DECLARE", "FETCH", "CLOSE"}
    with database.unit(player.platform.organisation_id, read_only=True) as unit:
        assert unit.connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on"


def test_what_was_counted_before_the_days_that_are_replayed_still_counts(database: Database) -> None:
    moves = [
        Act(at=start - 40 * HOUR, session=number, name=name, who="Maya", said=said)
        for number, start in enumerate((BEGINS + timedelta(days=6), BEGINS + timedelta(days=9)))
        for name, said in (
            ("book", {"member": "Maya", "coach": "Eva", "start": start}),
            ("move", {"to": start + HOUR}),
        )
    ]
    held = Act(at=BEGINS + timedelta(days=6, hours=4), session=0, name="record", who="Eva", said={"held": True})
    player, acts = replayed(database, "thrive", sorted([*moves, held], key=lambda act: act.at))
    assert len(acts) == 5
    once = STRICT.replace("{CLIENT_MOVED = 1}", "{HELD = 1}").replace('"P14D"', '"ALL"')
    _, whole = trial_of(player.platform, once)
    _, late = trial_of(player.platform, once, since=BEGINS + timedelta(days=8))
    rows = [
        one.row
        for changed in (whole, late)
        for one in changed[player.sessions[1]].after.answers
        if one.deed is DeedKind.CHANGE
    ]
    assert rows == ["move-late", "move-late"]
    assert player.sessions[0] not in late


def test_what_was_moved_to_an_earlier_time_is_replayed_from_the_start_that_it_was_booked_for(
    database: Database,
) -> None:
    start = BEGINS + timedelta(days=9)
    acts = [
        Act(
            at=start - 100 * HOUR,
            session=0,
            name="book",
            who="Maya",
            said={"member": "Maya", "coach": "Eva", "start": start},
        ),
        Act(at=start - 96 * HOUR, session=0, name="move", who="Maya", said={"to": start - 24 * HOUR}),
        Act(at=start - 52 * HOUR, session=0, name="cancel", who="Maya", said={"claim": None}),
    ]
    player, done_acts = replayed(database, "thrive", acts)
    assert len(done_acts) == 3
    found, changed = trial_of(player.platform, STRICT)
    assert (found.replayed, found.set_aside) == (1, 0)
    assert [one.row for one in changed[player.sessions[0]].after.answers if one.deed is DeedKind.CHANGE] == [
        "again",
        "late",
    ]


def test_a_case_is_set_aside_and_not_compared(database: Database) -> None:
    start = BEGINS + timedelta(days=6)
    said = {"member": "Maya", "coach": "Eva", "start": start}
    other = Player(open_play(database, THRIVE))
    other.play([Act(at=BEGINS + HOUR, session=0, name="book", who="Maya", said=said)], until=start + HOUR)
    report = ReportNoShow(session_id=other.sessions[0])
    done(report_no_show(database, other.platform.request("Maya"), report))
    other.platform.at(ENDS)
    found, changed = trial_of(other.platform, SIXTH)
    assert (found.sessions, found.replayed, found.set_aside, changed) == (1, 0, 1, {})


def test_a_kind_that_the_document_does_not_have_is_counted_apart(database: Database) -> None:
    player, _ = replayed(database, "thrive", invented(3, 2))
    found, changed = trial_of(player.platform, 'extends = "topmate"\n')
    assert (found.without_kind, found.replayed, found.set_aside, changed) == (found.sessions, 0, 0, {})
    assert found.sessions == len(player.sessions)
