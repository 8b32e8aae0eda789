"""Reading or writing at any instant gives the same result whether or not workers have run (Inv. 7, D-42)."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, after_s_m_01, mastered

Json = dict[str, Any]
ON, OFF = "workers on time", "no workers"


def script(stage: Stage, at: Any) -> list[Json]:
    """A member's spring on Mastered; what each command answered."""
    answers: list[Json] = []
    call = stage.book("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")
    answers.append(call)
    mentor = stage.book("Maya", "mentor", "Eva", "2027-03-19T10:00:00Z")["session"]["id"]
    at("2027-03-10T10:00:00Z")
    answers.append(stage.reschedule("Maya", mentor, "2027-03-24T10:00:00Z"))
    at("2027-03-16T10:00:01Z")
    answers.append(stage.cancel("Maya", call["session"]["id"]))
    answers.append(stage.cancel_at_a_cost("Maya", call["session"]["id"]))
    answers.append(stage.book("Maya", "coaching", "Eva", "2027-03-25T10:00:00Z"))
    at("2027-03-24T10:45:00Z")
    answers.append(stage.cancel("Maya", mentor))
    at("2027-04-20T10:00:00Z")
    april = stage.book("Maya", "coaching", "Eva", "2027-04-28T10:00:00Z")
    answers.append(april)
    answers.append(stage.book("Maya", "mentor", "Eva", "2027-04-29T10:00:00Z"))
    at("2027-04-28T07:00:00Z")
    answers.append(stage.cancel("Eva", april["session"]["id"]))
    at("2027-05-20T10:00:00Z")
    answers.append(stage.book("Maya", "coaching", "Eva", "2027-05-25T10:00:00Z"))
    answers.append(stage.book("Maya", "coaching", "Eva", "2027-06-02T10:00:00Z"))
    at("2027-06-10T10:00:00Z")
    return answers


SEEN = """
query Seen { viewer {
  sessions(first: 100) { nodes { status startsAt endsAt late reason disposition version provisional kind { code }
    ledgerEntries(first: 100) { nodes { kind units reason effectiveAt } }
    moneyEntries(first: 100) { nodes { kind amount { minorUnits currency } } }
    history(first: 100) { nodes { name sentence actor { kind name } policyVersion } }
    canCancel { allowed code late deadlineAt } canReschedule { allowed code late deadlineAt } } }
  notifications(first: 100) { nodes { code subject text } } } }
"""
MAYAS = """
query Entitlements { viewer { entitlements(first: 100) { nodes {
  kind { code } source opensAt closesAt available held used forfeited expired revoked
  entries(first: 100) { nodes { kind units reason effectiveAt } } } } } }
"""


def plain(stage: Stage, value: Any) -> Any:
    """A value without what is an organisation's own or Google's: ids, addresses, tokens, Meet links, the instant of asking."""
    text = re.sub(r"'(id|digest|joinUrl|conferenceUrl|checkedAt)': ('[^']*'|None)", r"'\1': _", repr(value))
    text = re.sub(r"http://[^\s\"'\\]+", "ADDRESS", text)
    return text.replace(f".{stage.organisation_id}@", "@")


REMINDERS = {"REMINDER", "NUDGE", "OUTCOME_PROMPT"}
REMINDED = {"SESSION_REMINDED", "ABSENT_NUDGED", "OUTCOME_ASKED"}
"""What only says that something is near: a worker's alone, and left out when its moment has passed (MODEL 8)."""


def seen_by(stage: Stage, who: str) -> Any:
    viewer = stage.ask(who, SEEN)["viewer"]
    for session in viewer["sessions"]["nodes"]:
        session["history"] = [one for one in session["history"]["nodes"] if one["name"] not in REMINDED]
    told = [message for message in viewer["notifications"]["nodes"] if message["code"] not in REMINDERS]
    return plain(stage, {**viewer, "notifications": told})


def feeds(stage: Stage) -> Any:
    return {
        who: [(event.starts_at, event.ends_at, event.status, event.sequence, event.summary) for event in feed.values()]
        for who in ("Maya", "Eva")
        for feed in (stage.feed(who),)
    }


def everything(stage: Stage) -> Json:
    """All that people and calendars can see."""
    return {
        "feeds": feeds(stage),
        "Maya": seen_by(stage, "Maya"),
        "Eva": seen_by(stage, "Eva"),
        "credits": plain(stage, stage.ask("Maya", MAYAS)),
    }


def play(open_stage: OpenStage, *, workers: str) -> tuple[Stage, list[Any]]:
    stage = mastered(open_stage)
    run_timers = workers == ON
    answers = script(stage, lambda instant: stage.at(instant, run_timers=run_timers))
    return stage, [plain(stage, answer) for answer in answers]


@pytest.fixture
def on_time(open_stage: OpenStage) -> tuple[Stage, list[Any]]:
    return play(open_stage, workers=ON)


def test_every_answer_is_the_same_without_workers(open_stage: OpenStage, on_time: tuple[Stage, list[Any]]) -> None:
    stage, answers = on_time
    without, others = play(open_stage, workers=OFF)
    for mine, other in zip(answers, others, strict=True):
        assert mine == other
    assert everything(stage) == everything(without)


def test_workers_that_come_late_change_nothing_that_was_seen(
    open_stage: OpenStage, on_time: tuple[Stage, list[Any]]
) -> None:
    stage, _ = on_time
    late, _ = play(open_stage, workers=OFF)
    before = everything(late)
    late.deliver()
    assert everything(late) == before == everything(stage)
    assert late.google("Eva").keys() == stage.google("Eva").keys()


def test_a_feed_alone_notices_that_a_session_has_ended(open_stage: OpenStage) -> None:
    """Nobody asks by GraphQL and no worker runs: the feed settles what is due for its person."""
    stage, session = after_s_m_01(open_stage)
    address = stage.feed_url("Maya")
    stage.at("2027-03-18T10:45:00Z", run_timers=False)
    assert stage.theatre.get(address).status_code == 200
    with stage.theatre.owner.connect() as connection:
        status = connection.execute(
            text("SELECT status FROM session WHERE id = :id"), {"id": stage.theatre.local_id(session)}
        ).scalar_one()
    assert status == "AWAITING_OUTCOME"
