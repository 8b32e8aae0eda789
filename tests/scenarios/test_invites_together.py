"""Answers to proposals that arrive together: one outcome, the other told, and then the database, feeds, openings and Google agree (D-49, D-54)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.calendar_sync.google_checker import problems
from tests.scenarios import documents
from tests.scenarios.answers import ACCEPT, DECLINE, WITHDRAW, proposal, the_proposal
from tests.scenarios.invites import SLOT, TO_EIGHT, UNTIL, invite, invited, thrive
from tests.scenarios.records import read_records
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant, thrive_session

ROUNDS = [1, pytest.param(12, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
Act = tuple[str, str, dict[str, Any]]
"""Who, which mutation, and its input."""
LATE = "2027-03-17T09:00:01Z"


def together(stage: Stage, *acts: Act) -> list[str]:
    """What everybody was answered who asked at the same moment: "done", or the code of the refusal."""
    barrier = Barrier(len(acts))
    asked = [(stage.token(who), document, {**_key(stage, document), **given}) for who, document, given in acts]

    def begin(one: tuple[str, str, dict[str, Any]]) -> str:
        token, document, given = one
        barrier.wait(timeout=30)
        [answer] = stage.theatre.post(token, document, {"input": given})["data"].values()
        return answer.get("code") or "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, asked))


def _key(stage: Stage, document: str) -> dict[str, str]:
    """The clock alone is advanced without a key."""
    return {} if document == documents.ADVANCE else {"idempotencyKey": stage.key()}


def on(verb: str, who: str, key: str, **more: Any) -> Act:
    """An answer to a proposal that nobody has answered yet."""
    return who, verb, {"proposal": key, "ifVersion": 1, **more}


def booking(stage: Stage, who: str, start: str) -> Act:
    return who, documents.BOOK, {"kind": stage.kinds["session"], "coach": stage.gid("Eva"), "startsAt": start}


def assert_agreed(stage: Stage, *members: str) -> Counter[str]:
    """What stands is a session or waits for an answer: in the database, in both feeds, in Google and among the openings alike.

    How many proposals are in which state.
    """
    stage.deliver()
    records = read_records(stage.theatre.owner, stage.organisation_id)
    eva = stage.person_ids["Eva"]
    waiting = {row["id"] for row in records.of("proposal") if row["status"] == "PENDING"}
    held = [row for row in records.of("busy") if row["proposal_id"] is not None]
    assert {row["proposal_id"] for row in held} <= waiting
    sessions = {instant(row["starts_at"]) for row in records.of("session") if row["status"] == "SCHEDULED"}
    offered = {
        instant(row["starts_at"])
        for row in records.of("proposal_slot")
        if row["proposal_id"] in waiting and not row["is_range"]
    }
    offered |= {
        instant(row["starts_at"]) for row in records.of("proposal") if row["id"] in waiting and row["starts_at"]
    }
    feed, google = stage.feed("Eva"), stage.google("Eva")
    assert {at for at, one in feed.items() if one.status == "CONFIRMED"} == sessions
    assert {at for at, one in feed.items() if one.status == "TENTATIVE"} == offered
    assert {at: one["status"].upper() for at, one in google.items()} == {at: one.status for at, one in feed.items()}
    assert {at for who in members for at in stage.feed(who)} == sessions
    assert len([row for row in records.of("busy") if row["session_id"] is not None and row["person_id"] == eva]) == len(
        sessions
    )
    for at in sessions | offered:
        taken = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        assert stage.openings(members[0], "session", "Eva", taken, taken.replace(":00Z", ":01Z")) == []
    units = sum({"HOLD": 1, "RELEASE": -1}.get(row["kind"], 0) for row in records.of("ledger_entry"))
    assert units == len(sessions)
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []
    return Counter(row["status"] for row in records.of("proposal"))


def with_leo(stage: Stage) -> Stage:
    stage.member("Leo", "Eva")
    stage.pack("Leo", "session", 2)
    return stage


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_members_choose_overlapping_times_of_open_availability(open_stage: OpenStage, rounds: int) -> None:
    for _ in range(rounds):
        stage = with_leo(thrive(open_stage))
        evening = {"from": "2027-03-24T18:00:00Z", "to": "2027-03-24T20:00:00Z"}
        keys = {who: invite(stage, "Eva", who, within=[evening])["proposal"]["id"] for who in ("Maya", "Leo")}
        answers = together(
            stage,
            on(ACCEPT, "Maya", keys["Maya"], at="2027-03-24T18:00:00Z"),
            on(ACCEPT, "Leo", keys["Leo"], at="2027-03-24T18:30:00Z"),
        )
        assert sorted(answers) == ["SLOT_TAKEN", "done"]
        assert assert_agreed(stage, "Maya", "Leo") == {"ACCEPTED": 1, "PENDING": 1}
        loser = ("Maya", "Leo")[answers.index("SLOT_TAKEN")]
        assert proposal(stage, loser, keys[loser], at="2027-03-24T19:15:00Z")["canAccept"]["allowed"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_member_accepts_two_invites_with_the_last_credit(open_stage: OpenStage, rounds: int) -> None:
    for _ in range(rounds):
        stage, first = invited(open_stage)
        stage.booked("Maya", "session", "Eva", "2027-04-15T10:00:00Z")
        second = invite(stage, "Eva", "Maya", "2027-03-25T18:00:00Z")["proposal"]["id"]
        answers = together(stage, on(ACCEPT, "Maya", first), on(ACCEPT, "Maya", second))
        assert sorted(answers) == ["NO_CREDIT", "done"]
        assert assert_agreed(stage, "Maya") == {"ACCEPTED": 1, "PENDING": 1}


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_beside_withdrawing_and_declining(open_stage: OpenStage, rounds: int) -> None:
    for _ in range(rounds):
        stage, key = invited(open_stage)
        answers = together(stage, on(ACCEPT, "Maya", key), on(WITHDRAW, "Eva", key), on(DECLINE, "Maya", key))
        assert sorted(answers) == ["NOT_PENDING", "NOT_PENDING", "done"]
        status = ("ACCEPTED", "WITHDRAWN", "DECLINED")[answers.index("done")]
        assert assert_agreed(stage, "Maya") == {status: 1}
        told = {"ACCEPTED": "BOOKED", "WITHDRAWN": "INVITE_WITHDRAWN", "DECLINED": "INVITE_DECLINED"}
        codes = [one["code"] for one in stage.messages("Maya")]
        assert [code for code in codes if code in told.values()] == [told[status]]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_at_the_last_instant_beside_the_deadline(open_stage: OpenStage, rounds: int) -> None:
    for _ in range(rounds):
        stage, key = invited(open_stage)
        stage.at(UNTIL)
        answers = together(stage, on(ACCEPT, "Maya", key), ("Sam", documents.ADVANCE, {"to": LATE, "runTimers": True}))
        stage.now = LATE
        assert answers[0] in ("done", "INVITE_EXPIRED")
        assert answers[1] == "done"
        ended = "ACCEPTED" if answers[0] == "done" else "EXPIRED"
        assert assert_agreed(stage, "Maya") == {ended: 1}
        codes = Counter(one["code"] for who in ("Maya", "Eva") for one in stage.messages(who))
        assert (codes["BOOKED"], codes["PROPOSAL_EXPIRED"]) == ((2, 0) if ended == "ACCEPTED" else (0, 2))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_a_new_time_beside_the_cancellation_of_the_session(open_stage: OpenStage, rounds: int) -> None:
    for _ in range(rounds):
        stage, session = thrive_session(open_stage)
        stage.reschedule("Eva", session, "2027-03-25T18:00:00Z")
        key = the_proposal(stage, "Maya", session)["id"]
        cancel = ("Maya", documents.CANCEL, {"session": session, "ifVersion": 1})
        answers = together(stage, on(ACCEPT, "Maya", key), cancel)
        assert answers in (["done", "STALE_VERSION"], ["NOT_PENDING", "done"])
        accepted = answers[0] == "done"
        assert assert_agreed(stage, "Maya") == {"ACCEPTED" if accepted else "WITHDRAWN": 1}
        assert stage.session(session)["status"] == ("SCHEDULED" if accepted else "CANCELLED")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_after_the_deadline_somebody_else_books_the_time_beside_the_late_answer_and_no_worker_runs(
    open_stage: OpenStage, rounds: int
) -> None:
    for _ in range(rounds):
        stage, key = invited(open_stage, hours=TO_EIGHT)
        with_leo(stage)
        stage.at(LATE, run_timers=False)
        answers = together(stage, on(ACCEPT, "Maya", key), booking(stage, "Leo", SLOT))
        assert answers == ["INVITE_EXPIRED", "done"]
        assert assert_agreed(stage, "Maya", "Leo") == {"EXPIRED": 1}
        assert [one["code"] for one in stage.messages("Leo")] == ["BOOKED"]
