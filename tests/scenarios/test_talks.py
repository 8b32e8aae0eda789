"""Questionnaires and messages: S-V-12, S-V-16, S-V-19, S-A-20; who reads which words (V8, V13, V14, A8, MODEL 10)."""

from typing import Any

import pytest

from tests.scenarios.expected import Expected, Tables, filled
from tests.scenarios.footprint import events, sent, used_keys
from tests.scenarios.invites import SLOT, invited, look, pending_invites
from tests.scenarios.records import read_records
from tests.scenarios.starts import OpenStage, aceup_paid_session, instant, thrive_session
from tests.scenarios.statements import assert_only_stated, record
from tests.scenarios.step import Step
from tests.scenarios.talks import (
    PROFILE,
    THREAD_BY_ID,
    questionnaire,
    readings,
    skip,
    submit,
    tell,
    threads,
    write,
)
from tests.scenarios.test_notes import note, written
from tests.scenarios.turns import said

SAID = {"TOPIC": "My team."}


def tried(step: Step, kind: str, session: int) -> Tables:
    """The work that told, or had nothing to tell, is done."""
    waiting = [
        row
        for row in step.difference.before.of("due_work")
        if (row["kind"], row["object_id"], row["done_at"]) == (kind, session, None)
    ]
    first = min(waiting, key=lambda row: row["fires_at"])
    return {"due_work": Expected(changed={(first["id"],): {"done_at": filled, "attempts": 1}})}


def only_written(step: Step, answer: Any, *, to: str, about: int | None) -> None:
    """Maya began a conversation; whom she wrote to has a message and a mail; and nothing else happened."""
    stage, thread = step.stage, step.stage.theatre.local_id(answer["thread"]["id"])
    people = {"coach_id": stage.person_ids[to], "member_id": stage.person_ids["Maya"], "session_id": about}
    message = {"thread_id": thread, "author_id": stage.person_ids["Maya"], "by": "MEMBER", "written_at": stage.now}
    assert (step.ledger, step.money, step.google_calls) == ([], [], [])
    step.changed_only(
        events(step, ("MESSAGE_SENT", "Maya", (to, "Maya"))),
        used_keys(),
        sent(step, [(to, "MESSAGE")], session=None),
        {
            "thread": Expected(added=[{"id": thread, "kind": "COACHING", **people, "opened_at": stage.now}]),
            "message": Expected(added=[message]),
        },
    )


def test_S_V_12_a_skipped_questionnaire_is_reminded_of_until_it_is_submitted(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    assert skip(stage, "Maya", session)["session"]["questionnaire"]["status"] == "SKIPPED"
    assert skip(stage, "Maya", session)["code"] == "WRONG_STATE"
    feed = stage.feed("Maya")
    stage.at("2027-03-22T17:59:59Z")
    with stage.step() as step:
        stage.at("2027-03-22T18:00:00Z")
    key = stage.theatre.local_id(session)
    step.changed_only(
        said(step, session, "QUESTIONNAIRE_REMINDED", by=None, mails=[("Maya", "QUESTIONNAIRE_REMINDER")]),
        tried(step, "QUESTIONNAIRE_REMINDER", key),
    )
    stage.at("2027-03-23T10:00:00Z")
    with stage.step() as step:
        answer = submit(stage, "Maya", session, **SAID)
    assert answer["session"]["questionnaire"]["status"] == "SUBMITTED"
    kept = {"status": "SUBMITTED", "changed_at": stage.now, "answers": filled, "questions": filled}
    step.changed_only(
        said(step, session, "QUESTIONNAIRE_SUBMITTED", by="Maya"),
        {"questionnaire": Expected(changed={(str(key),): kept})},
    )
    assert step.google_calls == []
    stage.at("2027-03-23T17:59:59Z")
    with stage.step() as step:
        stage.at("2027-03-23T18:00:00Z")
    step.changed_only(
        said(step, session, "SESSION_REMINDED", by=None, mails=[("Eva", "REMINDER"), ("Maya", "REMINDER")]),
        tried(step, "QUESTIONNAIRE_REMINDER", key),
        tried(step, "REMINDER", key),
    )
    assert stage.feed("Maya") == feed
    assert questionnaire(stage, "Eva", session)["answers"] == [{"question": "TOPIC", "values": ["My team."]}]
    assert readings(stage, "QUESTIONNAIRE") == [("Eva", stage.theatre.local_id(session))]
    assert submit(stage, "Maya", session, **SAID)["code"] == "WRONG_STATE"


def test_while_it_is_open_the_member_is_reminded_48_and_24_hours_before(open_stage: OpenStage) -> None:
    stage, _ = thrive_session(open_stage)
    stage.at("2027-03-24T19:00:00Z")
    rows = read_records(stage.theatre.owner, stage.organisation_id).of("notification")
    told = [row for row in rows if row["code"] == "QUESTIONNAIRE_REMINDER"]
    assert [(stage.name_of(row["recipient_id"]), instant(row["created_at"])) for row in told] == [
        ("Maya", instant("2027-03-22T18:00:00Z")),
        ("Maya", instant("2027-03-23T18:00:00Z")),
    ]


def test_nobody_is_reminded_of_a_questionnaire_once_the_session_has_begun_or_is_gone(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-21T18:00:00Z")
    stage.cancel("Maya", session)
    stage.at("2027-03-24T18:00:00Z")
    assert not [one for one in stage.messages("Maya") if one["code"] == "QUESTIONNAIRE_REMINDER"]
    assert submit(stage, "Maya", session, **SAID)["code"] == "WRONG_STATE"


def test_staff_set_typed_questions_and_answers_must_fit_them(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    questions = [
        {"code": "GOAL", "text": "Which goal?", "type": "CHOICE", "choices": ["Lead", "Write"], "required": True},
        {"code": "MOOD", "text": "Your mood?", "type": "SCALE"},
        {"code": "FIRST", "text": "Is it your first session?", "type": "YES_NO"},
    ]
    shown = "kind { questionnaire { code type required choices } }"
    assert (
        tell(stage, "Eva", "setQuestionnaire", shown, kind=stage.kinds["session"], questions=questions)["code"]
        == "FORBIDDEN"
    )
    twice = tell(stage, "Sam", "setQuestionnaire", shown, kind=stage.kinds["session"], questions=questions * 2)
    assert twice["code"] == "INVALID_INPUT"
    answer = tell(stage, "Sam", "setQuestionnaire", shown, kind=stage.kinds["session"], questions=questions)
    assert [one["code"] for one in answer["kind"]["questionnaire"]] == ["GOAL", "MOOD", "FIRST"]
    twice = [{"question": "GOAL", "values": [one]} for one in ("Lead", "Write")]
    assert (
        tell(stage, "Maya", "submitQuestionnaire", "session { id }", session=session, answers=twice)["code"]
        == "INVALID_INPUT"
    )
    for wrong in ({"MOOD": "5"}, {"GOAL": "Sing"}, {"GOAL": "Lead", "MOOD": "11"}, {"GOAL": "Lead", "TOPIC": "x"}):
        assert submit(stage, "Maya", session, **wrong)["code"] == "INVALID_INPUT"
    assert submit(stage, "Eva", session, GOAL="Lead")["code"] == "FORBIDDEN"
    assert (
        submit(stage, "Maya", session, GOAL="Lead", MOOD="10", FIRST="NO")["session"]["questionnaire"]["status"]
        == "SUBMITTED"
    )


def test_S_V_16_an_absence_counts(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-24T19:00:00Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, held=False, reason="CLIENT_NO_SHOW")
    assert (answer["session"]["status"], answer["session"]["disposition"]) == ("MISSED", "COUNTED")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason="CLIENT_NO_SHOW",
        disposition="COUNTED",
        fault="member",
        ledger=[("FORFEIT", 1, "PACK session")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "OUTCOME_COUNTED")],
    )
    for where in (stage.feed("Maya"), stage.feed("Eva"), stage.google("Eva")):
        assert set(where) == {instant("2027-03-24T18:00:00Z")}


def test_S_V_19_from_an_invite_the_member_sees_the_coach_and_writes_to_her(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    profile = {"headline": "For new leaders", "about": "Twelve years.", "languages": ["English"]}
    assert "coach" in tell(stage, "Eva", "setCoachProfile", "coach", **profile)
    [waiting] = pending_invites(stage, "Maya")
    assert waiting["id"] == key
    seen = stage.ask("Maya", PROFILE, id=waiting["coach"]["id"])["coachProfile"]
    assert seen == {**profile, "coach": {"name": "Eva"}}
    with stage.step() as step:
        answer = write(stage, "Maya", "Could it be in the morning?", to=waiting["coach"]["id"])
    only_written(step, answer, to="Eva", about=None)
    held = [stage.feed("Eva")[instant(SLOT)].status, stage.google("Eva")[instant(SLOT)]["status"]]
    assert held == ["TENTATIVE", "tentative"]
    assert look(stage, "Maya", key)["status"] == "PENDING"
    message = stage.message("Eva", "MESSAGE")
    assert "morning" not in message["text"] + message["html"] + message["subject"]
    assert message["subject"] == "Maya has written to you"
    assert "Maya has written to you. Please sign in" in message["text"]
    [thread] = threads(stage, "Eva")
    assert (thread["id"], thread["unreadCount"]) == (answer["thread"]["id"], 1)
    assert [(one["text"], one["by"], one["mine"]) for one in thread["messages"]["nodes"]] == [
        ("Could it be in the morning?", "MEMBER", False)
    ]


def test_S_A_20_a_missed_session_is_not_moved_but_the_member_may_write(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:45:00Z")
    record(stage, "Eva", session, held=False, reason="CLIENT_NO_SHOW")
    stage.deliver()
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-25T15:00:00Z")
    assert answer["code"] == "WRONG_STATE"
    step.assert_nothing_happened()
    before = stage.session(session)
    with stage.step() as step:
        written_to = write(stage, "Maya", "When may I come next?", to=stage.gid("Eva"), session=session)
    only_written(step, written_to, to="Eva", about=stage.theatre.local_id(session))
    assert (written_to["thread"]["sessionId"], written_to["thread"]["kind"]) == (session, "COACHING")
    assert stage.session(session)["version"] == before["version"]


def test_a_conversation_is_read_by_its_two_sides_alone_and_reading_is_recorded(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.member("Leo", "Eva")
    stage.coach("Cora", kinds=["session"])
    thread = write(stage, "Maya", "For Eva.", to=stage.gid("Eva"), session=session)["thread"]["id"]
    for stranger in ("Leo", "Cora", "Sam"):
        assert stage.ask(stranger, THREAD_BY_ID, id=thread)["node"] is None
        assert threads(stage, stranger) == []
        assert write(stage, stranger, "Me too.", thread=thread)["code"] == "NOT_FOUND"
    assert write(stage, "Maya", "Hello.", to=stage.gid("Cora"))["code"] == "NOT_FOUND"
    assert write(stage, "Leo", "Hello.", to=stage.gid("Eva"), session=session)["code"] == "NOT_FOUND"
    assert readings(stage, "MESSAGE") == []
    stage.ask("Maya", THREAD_BY_ID, id=thread)
    assert readings(stage, "MESSAGE") == []
    stage.ask("Eva", THREAD_BY_ID, id=thread)
    assert [who for who, _ in readings(stage, "MESSAGE")] == ["Eva"]
    read = tell(stage, "Eva", "markThreadRead", "thread { unreadCount }", thread=thread)
    assert read["thread"]["unreadCount"] == 0
    assert write(stage, "Eva", "Yes?", thread=thread)["thread"]["id"] == thread
    assert stage.message("Maya", "MESSAGE")["subject"] == "Eva has written to you"
    assert [one["unreadCount"] for one in threads(stage, "Maya")] == [1]


def test_a_message_has_one_addressee(open_stage: OpenStage) -> None:
    """Who names a conversation and a person may mean either: what was meant for one is never read by the other."""
    stage, session = thrive_session(open_stage)
    thread = write(stage, "Maya", "For the team.")["thread"]["id"]
    stage.deliver()
    with stage.step() as step:
        for more in ({"to": stage.gid("Eva")}, {"session": session}, {"to": stage.gid("Eva"), "session": session}):
            assert write(stage, "Maya", "For Eva alone.", thread=thread, **more)["code"] == "INVALID_INPUT"
    step.assert_nothing_happened()


def test_the_team_reads_and_answers_what_is_written_to_it(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    thread = write(stage, "Maya", "My credit is gone.", session=session)["thread"]
    assert (thread["kind"], thread["coach"]) == ("SUPPORT", None)
    assert stage.ask("Eva", THREAD_BY_ID, id=thread["id"])["node"] is None
    assert "gone" not in stage.message("Sam", "MESSAGE")["text"]
    assert (
        write(stage, "Sam", "We look into it.", thread=thread["id"])["thread"]["messages"]["nodes"][1]["by"] == "STAFF"
    )
    assert stage.message("Maya", "MESSAGE")["subject"].startswith("The team")


def test_the_team_is_told_which_coach_writes_to_it_and_the_coach_who_answers(open_stage: OpenStage) -> None:
    stage, _ = thrive_session(open_stage)
    thread = write(stage, "Eva", "My hours are wrong.")["thread"]
    assert (thread["kind"], thread["coach"], thread["member"]) == ("SUPPORT", None, {"name": "Eva"})
    assert [(one["by"], one["author"]) for one in thread["messages"]["nodes"]] == [("COACH", {"name": "Eva"})]
    told = stage.message("Sam", "MESSAGE")
    assert told["subject"] == "Eva has written to you"
    assert "Eva has written to the team." in told["text"]
    assert write(stage, "Sam", "We look.", thread=thread["id"])["thread"]["messages"]["nodes"][1]["by"] == "STAFF"
    assert stage.message("Eva", "MESSAGE")["subject"].startswith("The team")
    assert [one["unreadCount"] for one in threads(stage, "Eva")] == [1]


def test_the_notification_centre_counts_leads_and_forgets_what_was_read(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    document = (
        "query N { viewer { unreadNotifications notifications(first: 50) { nodes { id code readAt aboutId } } } }"
    )
    seen = stage.ask("Maya", document)["viewer"]
    [invite] = [one for one in seen["notifications"]["nodes"] if one["code"] == "INVITE"]
    assert (seen["unreadNotifications"], invite["readAt"], invite["aboutId"]) == (1, None, key)
    assert tell(stage, "Maya", "markNotificationsRead", "unread", upTo=invite["id"])["unread"] == 0
    after = stage.ask("Maya", document)["viewer"]
    assert (after["unreadNotifications"], after["notifications"]["nodes"][-1]["readAt"]) == (0, stage.now)


def test_reading_a_note_is_recorded_for_whoever_did_not_write_it(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    kept = note(stage, "Eva", session, "Shared.", "SHARED")["note"]["id"]
    note(stage, "Eva", session, "Mine.", "PRIVATE")
    for who in ("Eva", "Sam", "Maya"):
        written(stage, who, session)
    assert readings(stage, "NOTE") == [("Maya", stage.theatre.local_id(kept))]


HOSTILE = [
    "<script>alert(1)</script> & \"quoted\" 'too' {{ 7 * 7 }} ${x} %0d%0a",
    "\u202eevil\u202c \u2066left\u2069 \u200f\u061c שלום",
    "line one\nBEGIN:VEVENT\r\nSUMMARY:mine\r\nEND:VEVENT\r\nBcc: all@example.com",
    "\U0001f469\u200d\U0001f4bb \U0001f3f3\ufe0f \U00020bb7 e\u0301",
]


@pytest.mark.parametrize("words", HOSTILE, ids=["markup", "direction", "lines", "beyond-the-bmp"])
def test_hostile_words_come_back_as_they_went_in_and_harm_no_mail_feed_or_event(
    open_stage: OpenStage, words: str
) -> None:
    stage, key = invited(open_stage)
    stage.deliver()
    session = stage.booked("Maya", "session", "Eva", "2027-03-26T10:00:00Z")
    feeds = [stage.feed(who) for who in ("Eva", "Maya")]
    events = stage.google("Eva")
    assert note(stage, "Eva", session, words, "SHARED")["note"]["text"] == words
    assert submit(stage, "Maya", session, TOPIC=words)["session"]["questionnaire"]["answers"][0]["values"] == [words]
    assert write(stage, "Maya", words, to=stage.gid("Eva"))["thread"]["messages"]["nodes"][-1]["text"] == words
    line = words.replace("\n", " ").replace("\r", " ")[:200]
    tell(stage, "Eva", "setCoachProfile", "coach", headline=line, about=words, languages=[line[:100]])
    profile = stage.ask("Maya", PROFILE, id=stage.gid("Eva"))["coachProfile"]
    assert (profile["headline"], profile["about"], profile["languages"]) == (line, words, [line[:100]])
    from tests.scenarios.answers import decline, proposal

    assert proposal(stage, "Maya", key)["status"] == "PENDING"
    decline(stage, "Maya", key, note=words)
    stage.deliver()
    told = stage.message("Eva", "INVITE_DECLINED")
    assert "<script" not in told["html"]
    assert not {"\u202e", "\u2066"} & set(told["text"] + told["html"])
    assert "\nBcc:" not in told["subject"]
    gone = {at for at in feeds[0] if at not in stage.feed("Eva")}
    assert len(gone) == 1
    assert stage.feed("Maya") == feeds[1]
    assert {at: one for at, one in events.items() if at not in gone} == stage.google("Eva")


def test_the_longest_words_are_taken_and_one_more_is_not(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    wide = "\U00020bb7"
    assert (
        write(stage, "Maya", wide * 10_000, to=stage.gid("Eva"))["thread"]["messages"]["nodes"][0]["text"]
        == wide * 10_000
    )
    assert write(stage, "Maya", wide * 10_001, to=stage.gid("Eva"))["code"] == "INVALID_INPUT"
    assert submit(stage, "Maya", session, TOPIC=wide * 4001)["code"] == "INVALID_INPUT"
    assert submit(stage, "Maya", session, TOPIC=wide * 4000)["session"]["questionnaire"]["status"] == "SUBMITTED"
    for control in ("\x00", "\x07"):
        assert write(stage, "Maya", f"a{control}b", to=stage.gid("Eva"))["code"] == "INVALID_INPUT"
