"""Across presets: S-X-01, S-X-02, S-X-03 (the cancellation), S-X-04, S-X-06 … S-X-10."""

import pytest

from calendar_sync.google_double import FaultKind
from tests.scenarios import documents
from tests.scenarios.stage import Stage
from tests.scenarios.starts import (
    BOTH_BOOKED,
    BOTH_CANCELLED,
    SIXTH_PLATFORM,
    OpenStage,
    after_s_m_01,
    instant,
    mastered,
    thrive_session,
)

KINDS = {
    "mastered": "coaching",
    "mento": "one_on_one",
    "aceup": "session",
    "topmate": "call",
    "thrive": "session",
    "sixth": "session",
}
ANY_PRESET = pytest.mark.parametrize("preset", list(KINDS))
NOTICE_OF_48_HOURS = """
extends = "thrive"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "PT48H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", notice = "PT48H", then = "DO", reason = "CLIENT_MOVED"},
  {id = "move-late", by = "MEMBER", action = "MOVE", then = "REFUSE"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
]
"""


def platform(open_stage: OpenStage, preset: str) -> Stage:
    """Maya with Eva on this preset, with something to pay a session with."""
    stage = open_stage("thrive" if preset == "sixth" else preset, at="2027-03-01T09:00:00Z")
    if preset == "sixth":
        stage.publish(SIXTH_PLATFORM)
    stage.coach("Eva", kinds=[KINDS[preset]])
    stage.member("Maya", "Eva")
    if preset in ("topmate", "thrive", "sixth"):
        stage.pack("Maya", KINDS[preset], 4)
    return stage


def units_of(preset: str) -> int:
    return 2 if preset == "sixth" else 1


def lot_of(preset: str) -> str:
    kind = KINDS[preset]
    return f"PACK {kind}" if preset in ("topmate", "thrive", "sixth") else f"{kind} 2027-03"


def test_S_X_01_a_session_keeps_the_policy_it_was_booked_under(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    version = stage.session(session)["policyVersion"]
    stage.publish(NOTICE_OF_48_HOURS)
    stage.at("2027-03-23T12:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    assert answer["session"]["policyVersion"] == version
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "PACK session")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}

    # A session that is booked now lives under the new version: the same notice is too short for it.
    new = stage.booked("Maya", "session", "Eva", "2027-03-24T18:00:00Z")
    assert stage.session(new)["policyVersion"] == version + 1
    assert stage.checks("Maya", new)["canCancel"]["late"]


@ANY_PRESET
def test_S_X_02_a_booking_that_is_sent_twice_is_made_once(open_stage: OpenStage, preset: str) -> None:
    stage = platform(open_stage, preset)
    with stage.step() as step:
        first = stage.book("Maya", KINDS[preset], "Eva", "2027-03-18T10:00:00Z", idempotencyKey="once")
        again = stage.book("Maya", KINDS[preset], "Eva", "2027-03-18T10:00:00Z", idempotencyKey="once")
    assert first == again
    assert first["session"]["status"] == "SCHEDULED"
    ledger = [("HOLD", units_of(preset), lot_of(preset))]
    step.only_booked(first["session"], by="Maya", ledger=ledger, mails=BOTH_BOOKED)
    call = {instant("2027-03-18T10:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == call


def test_S_X_03_a_strangers_session_does_not_exist(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.coach("Dan", kinds=["coaching"])
    stage.member("Leo", "Dan")
    stage.at("2027-03-10T10:00:00Z")
    version = stage.session(session)["version"]
    nobodys = stage.theatre.global_id("Session", 2**40)
    for who in ("Leo", "Dan"):
        with stage.step() as step:
            answer = stage.cancel(who, session, ifVersion=version)
            unknown = stage.cancel(who, nobodys, ifVersion=version)
        step.assert_nothing_happened()
        assert answer["code"] == "NOT_FOUND"
        assert answer == unknown
        assert stage.session(session, who=who) is None
    assert stage.session(session)["status"] == "SCHEDULED"
    assert set(stage.feed("Maya")) == set(stage.google("Eva")) == {instant("2027-03-18T10:00:00Z")}


def test_S_X_04_a_booking_stands_while_google_is_away(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    call = instant("2027-03-18T10:00:00Z")
    with stage.theatre.double.fail_while(FaultKind.UNAVAILABLE, "events.*"):
        with stage.watched() as step:
            session = stage.book("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")["session"]
        assert session["status"] == "SCHEDULED"
        assert step.ledger == [("HOLD", 1, "coaching 2027-03")]
        assert step.mails == BOTH_BOOKED
        assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == {call}
        stage.at("2027-03-01T10:00:00Z")
        assert stage.google("Eva") == {}
        assert stage.connection("Eva") == {"status": "CONNECTED", "lastError": "backendError (HTTP 503)"}
    with stage.watched() as step:
        stage.at("2027-03-01T12:00:00Z")
    assert step.ledger == step.mails == step.money == []
    assert set(stage.google("Eva")) == {call}
    assert stage.google("Eva")[call]["hangoutLink"] == stage.session(session["id"])["conferenceUrl"]
    assert stage.connection("Eva") == {"status": "CONNECTED", "lastError": None}
    tried = [row for row in step.difference.after.of("due_work") if row["kind"] == "GOOGLE_PUSH"]
    assert [row["done_at"] is not None and row["attempts"] > 3 for row in tried] == [True]


def test_S_X_06_a_cancelled_session_leaves_the_feed_for_good(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    urls = {who: stage.feed_url(who) for who in ("Maya", "Eva")}
    stage.at("2027-03-16T09:59:00Z")
    booked = {who: stage.theatre.get(url) for who, url in urls.items()}
    uids = {who: stage.feed(who)[instant("2027-03-18T10:00:00Z")].uid for who in urls}
    stage.at("2027-03-16T10:00:00Z")
    assert stage.cancel("Maya", session)["session"]["status"] == "CANCELLED"
    stage.deliver()
    for reading in ("2027-03-20T10:00:00Z", "2027-04-20T10:00:00Z"):
        stage.at(reading)
        with stage.step() as step:
            found = {who: stage.theatre.get(url) for who, url in urls.items()}
        step.assert_nothing_happened()
        for who, answer in found.items():
            assert answer.status_code == 200
            assert answer.headers["ETag"] != booked[who].headers["ETag"]
            assert uids[who] not in answer.text
            assert stage.feed(who) == {}
    again = stage.booked("Maya", "coaching", "Eva", "2027-04-28T10:00:00Z")
    assert stage.session(again)["status"] == "SCHEDULED"
    for who, uid in uids.items():
        assert stage.feed(who)[instant("2027-04-28T10:00:00Z")].uid != uid


def test_S_X_07_opening_every_link_of_a_booking_mail_changes_nothing(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    session = stage.booked("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")
    links = [link["url"] for who in ("Maya", "Eva") for link in stage.message(who, "BOOKED")["links"]]
    assert len(links) >= 3
    before = stage.session(session)
    with stage.step() as step:
        for _ in range(2):
            for url in links:
                assert stage.theatre.head(url).status_code < 400, url
                assert stage.theatre.get(url).status_code < 400, url
    step.assert_nothing_happened()
    assert stage.session(session) == before
    assert set(stage.feed("Maya")) == set(stage.google("Eva")) == {instant("2027-03-18T10:00:00Z")}


@ANY_PRESET
def test_S_X_08_from_its_start_on_a_session_is_not_cancelled(open_stage: OpenStage, preset: str) -> None:
    stage = platform(open_stage, preset)
    session = stage.booked("Maya", KINDS[preset], "Eva", "2027-03-18T10:00:00Z")
    stage.at("2027-03-18T09:59:59Z")
    before = stage.checks("Maya", session)["canCancel"]["consequence"]
    stage.at("2027-03-18T10:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session, acknowledge=None if before is None else before["digest"])
    step.assert_nothing_happened()
    assert answer["code"] == "SESSION_STARTED"
    assert answer["check"]["decision"]["row"] == "started"
    assert stage.session(session)["status"] == "SCHEDULED"
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == {instant("2027-03-18T10:00:00Z")}


def test_S_X_09_a_leaked_feed_address_can_be_renewed(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    old, mayas = stage.feed_url("Eva"), stage.feed_url("Maya")
    assert stage.theatre.get(old).status_code == 200
    answer = stage.tell("Eva", documents.ROTATE, person=stage.gid("Eva"), idempotencyKey=stage.key())
    new = answer["calendar"]["feedUrl"]
    assert new == stage.feed_url("Eva") != old
    with stage.step() as step:
        refused, unknown = stage.theatre.get(old), stage.theatre.get(f"{old.removesuffix('.ics')}x.ics")
        found = stage.theatre.get(new)
    step.assert_nothing_happened()
    assert refused.status_code == unknown.status_code == 404
    assert (refused.text, refused.headers.get("Content-Type")) == (unknown.text, unknown.headers.get("Content-Type"))
    assert found.status_code == 200
    assert set(stage.feed("Eva")) == {instant("2027-03-18T10:00:00Z")}
    assert stage.theatre.get(mayas).status_code == 200


def test_S_X_10_staff_override_with_a_reason_only(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-18T00:00:00Z")
    override = {"reason": "CLIENT_CANCELLED"}
    with stage.step() as step:
        answer = stage.cancel("Sam", session, override=override)
    step.assert_nothing_happened()
    assert answer["code"] == "REASON_REQUIRED"
    assert stage.session(session)["status"] == "SCHEDULED"

    note = "Maya was ill; agreed with Eva by telephone."
    with stage.step() as step:
        answer = stage.cancel("Sam", session, override=override, note=note)
    cancelled = answer["session"]
    assert (cancelled["status"], cancelled["late"], cancelled["cancelledBy"]) == ("CANCELLED", False, "STAFF")
    step.only_cancelled(
        session,
        by="Sam",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "coaching 2027-03")],
        mails=BOTH_CANCELLED,
    )
    audit = stage.session(session)["history"]["nodes"][-1]
    assert (audit["name"], audit["actor"], audit["note"]) == (
        "SESSION_CANCELLED",
        {"kind": "STAFF", "name": "Sam"},
        note,
    )
    assert audit["at"] == "2027-03-18T00:00:00Z"
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}
