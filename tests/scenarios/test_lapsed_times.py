"""Of an invite to several times each is held until it can be taken no more, not until the whole invite has ended (V21, D-34)."""

import pytest

from tests.calendar_sync.google_checker import problems
from tests.scenarios import documents
from tests.scenarios.answers import accept
from tests.scenarios.invites import SLOT, TO_EIGHT, invite, look, thrive
from tests.scenarios.records import read_records
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant

FIRST, SECOND, LAST = "2027-03-12T18:00:00Z", "2027-03-12T18:30:00Z", "2027-03-14T19:00:00Z"
DAY_BEFORE = "[invite]\naccept_notice = 'P1D'\n"


def with_leo(open_stage: OpenStage, more: str | None = None) -> tuple[Stage, str]:
    """Eva has invited Maya to three times, of which the first two overlap; Leo is a member of hers too."""
    stage = thrive(open_stage, hours=TO_EIGHT, more=more)
    stage.member("Leo", "Eva")
    stage.pack("Leo", "session", 2)
    answer = invite(stage, "Eva", "Maya", FIRST, SECOND, LAST)
    stage.deliver()
    return stage, answer["proposal"]["id"]


def offered_to_leo(stage: Stage, start: str, until: str) -> list[str]:
    """The openings in a stretch of time; what is listed can be booked."""
    found = stage.openings("Leo", "session", "Eva", start, until)
    for one in found:
        wish = {"kind": stage.kinds["session"], "coach": stage.gid("Eva"), "startsAt": one}
        assert stage.ask("Leo", documents.CAN_BOOK, input=wish)["canBook"]["allowed"]
    return found


def holds(stage: Stage) -> dict[str, int]:
    """What stands in the coach's feed and in her Google Calendar, and how many stretches of her time are held."""
    rows = read_records(stage.theatre.owner, stage.organisation_id).of("busy")
    return {
        "feed": len(stage.feed("Eva")),
        "google": len(stage.google("Eva")),
        "held": len([row for row in rows if row["proposal_id"] is not None]),
    }


@pytest.mark.parametrize("workers", [True, False])
def test_a_time_that_can_be_taken_no_more_is_somebody_elses_while_the_invite_waits(
    open_stage: OpenStage, *, workers: bool
) -> None:
    stage, key = with_leo(open_stage, DAY_BEFORE)
    stage.at("2027-03-11T18:00:00Z", run_timers=workers)
    assert [one["startsAt"] for one in look(stage, "Maya", key)["openings"]["nodes"]] == [FIRST, SECOND, LAST]
    assert offered_to_leo(stage, "2027-03-12T17:30:00Z", "2027-03-12T18:15:00Z") == []
    assert holds(stage) == {"feed": 3, "google": 3, "held": 2}

    stage.at("2027-03-11T18:00:01Z", run_timers=workers)
    assert set(stage.feed("Eva")) == {instant(SECOND), instant(LAST)}
    # What nobody can take any more is free, and what the second time needs is not.
    free = ["2027-03-12T17:30:00Z", "2027-03-12T17:45:00Z"]
    assert offered_to_leo(stage, "2027-03-12T17:30:00Z", "2027-03-12T18:15:00Z") == free
    assert stage.book("Leo", "session", "Eva", "2027-03-12T18:00:00Z")["code"] == "SLOT_TAKEN"
    assert stage.book("Leo", "session", "Eva", "2027-03-12T17:45:00Z")["session"]["status"] == "SCHEDULED"
    assert look(stage, "Maya", key)["status"] == "PENDING"
    assert accept(stage, "Maya", key, at=FIRST)["code"] == "NOTICE_TOO_SHORT"
    stage.deliver()
    assert holds(stage) == {"feed": 3, "google": 3, "held": 2}

    assert accept(stage, "Maya", key, at=SECOND)["proposal"]["status"] == "ACCEPTED"
    stage.deliver()
    assert holds(stage) == {"feed": 2, "google": 2, "held": 0}
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_without_notice_a_time_is_held_until_it_begins_and_the_invite_is_told_of_once(open_stage: OpenStage) -> None:
    stage, key = with_leo(open_stage)
    stage.at("2027-03-12T17:59:59Z", run_timers=False)
    assert stage.book("Leo", "session", "Eva", "2027-03-12T18:00:00Z")["code"] == "SLOT_TAKEN"
    with stage.step() as step:
        stage.at("2027-03-12T18:00:00Z")
    assert step.mails == []
    assert step.difference.touched <= {"busy", "due_work", "google_hold", "google_connection"}
    assert set(stage.feed("Eva")) == set(stage.google("Eva")) == {instant(SECOND), instant(LAST)}
    stage.at("2027-03-12T18:30:00Z", run_timers=False)
    assert set(stage.feed("Eva")) == {instant(LAST)}
    assert offered_to_leo(stage, "2027-03-12T18:30:00Z", "2027-03-12T19:00:00Z") == ["2027-03-12T18:45:00Z"]
    assert stage.book("Leo", "session", "Eva", "2027-03-12T18:45:00Z")["session"]["status"] == "SCHEDULED"
    assert look(stage, "Maya", key)["answerUntil"] == LAST
    stage.at(LAST)
    assert look(stage, "Maya", key)["status"] == "EXPIRED"
    codes = [one["code"] for who in ("Maya", "Eva") for one in stage.messages(who)]
    assert codes.count("PROPOSAL_EXPIRED") == 2
    # None of the three times is the session's: the message names them all.
    told = stage.message("Maya", "PROPOSAL_EXPIRED")
    assert told["subject"] == "No answer in time: Session with Eva"
    assert told["text"].count("March 2027") == 3
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_an_invite_reaches_no_further_than_anybody_can_look(open_stage: OpenStage) -> None:
    """Whoever reads an invite has each of its times looked at: a range of centuries would let nobody else be answered."""
    stage = thrive(open_stage)
    month = {"from": "2027-04-01T00:00:00Z", "to": "2027-05-02T00:00:00Z"}
    cases = [
        ([], [{"from": "1900-01-01T00:00:00Z", "to": "8999-12-31T00:00:00Z"}]),
        ([], [month, {"from": "2027-06-01T00:00:00Z", "to": "2027-06-01T00:00:01Z"}]),
        (["2028-03-10T09:15:00Z"], []),
        (["2027-03-24T18:00:00Z", "8999-12-31T00:00:00Z"], []),
    ]
    with stage.step() as step:
        for slots, within in cases:
            assert invite(stage, "Eva", "Maya", *slots, within=within)["code"] == "INVALID_INPUT"
        assert invite(stage, "Eva", "Maya", "1900-01-01T00:00:00Z")["code"] == "SLOT_UNAVAILABLE"
    step.assert_nothing_happened()
    sent = invite(stage, "Eva", "Maya", "2028-03-10T09:00:00Z", within=[month])["proposal"]
    seen = look(stage, "Maya", sent["id"])["openings"]["nodes"]
    assert (len(seen), seen[0]["startsAt"]) == (100, "2027-04-01T00:00:00Z")
    assert accept(stage, "Maya", sent["id"], at="2027-05-01T23:15:00Z")["proposal"]["status"] == "ACCEPTED"


def test_in_her_primary_calendar_too_what_a_dead_invite_has_left_blocks_nothing(open_stage: OpenStage) -> None:
    """What stands in a primary calendar takes the coach's time, but for what we have written there ourselves."""
    stage = thrive(open_stage, hours=TO_EIGHT)
    answer = stage.tell("Eva", documents.CONNECT, calendar="PRIMARY", idempotencyKey=stage.key())
    stage.theatre.consent(answer["url"], stage.email("Eva"))
    stage.member("Leo", "Eva")
    stage.pack("Leo", "session", 1)
    invite(stage, "Eva", "Maya", SLOT)
    stage.deliver()
    assert [event["status"] for event in stage.google("Eva").values()] == ["tentative"]
    assert stage.book("Leo", "session", "Eva", SLOT)["code"] == "SLOT_TAKEN"
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    assert [event["status"] for event in stage.google("Eva").values()] == ["tentative"]
    assert stage.book("Leo", "session", "Eva", SLOT)["session"]["status"] == "SCHEDULED"
    stage.deliver()
    assert [event["status"] for event in stage.google("Eva").values()] == ["confirmed"]
