"""What coaches do in their own Google Calendar: S-X-05, S-V-17, D-53, D-35."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from sqlalchemy import text

from calendar_sync.google_double import FaultKind
from tests.scenarios.documents import ROTATE
from tests.scenarios.invites import SLOT, invite, thrive
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, after_s_m_01, instant, mastered
from worker.polling import poll_checks

Json = dict[str, Any]
CALL = "2027-03-18T10:00:00Z"


def event_of(stage: Stage, coach: str = "Eva") -> Json:
    """The one event in the coach's calendar."""
    (event,) = stage.google(coach).values()
    return event


def standing(stage: Stage, session: str) -> Json:
    """The session as its coach reads it; a restored event has a Meet link of its own."""
    return {name: value for name, value in stage.session(session).items() if name != "conferenceUrl"}


def heard(stage: Stage) -> None:
    """Google tells of what has changed, and what follows from it is worked off."""
    stage.theatre.google_notifies()
    stage.deliver()
    stage.theatre.google_notifies()
    stage.deliver()


def delete(stage: Stage) -> None:
    stage.theatre.double.do("delete-event", email=stage.email("Eva"), event_id=event_of(stage)["id"])


def drag(stage: Stage, start: str = "2027-03-19T15:00:00Z", end: str = "2027-03-19T15:45:00Z") -> None:
    moved = {"start": {"dateTime": start}, "end": {"dateTime": end}}
    stage.theatre.double.do("edit-event", email=stage.email("Eva"), event_id=event_of(stage)["id"], fields=moved)


def repeat(stage: Stage) -> None:
    fields = {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    stage.theatre.double.do("edit-event", email=stage.email("Eva"), event_id=event_of(stage)["id"], fields=fields)


def copy(stage: Stage) -> None:
    double, event = stage.theatre.double, event_of(stage)
    double.do("copy-event", email=stage.email("Eva"), event_id=event["id"])
    double.do("copy-event", email=stage.email("Eva"), event_id=event["id"], calendar_id=event["calendarId"])


def rename(stage: Stage) -> None:
    fields = {"summary": "Maya, walking", "colorId": "5", "location": "The park"}
    stage.theatre.double.do("edit-event", email=stage.email("Eva"), event_id=event_of(stage)["id"], fields=fields)


QUESTION = {
    "calendar_question",
    "event",
    "event_person",
    "notification",
    "due_work",
    "google_event",
    "google_connection",
    "person",
}


def test_S_X_05_an_event_that_the_coach_deletes_is_restored_and_the_coach_is_asked(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    heard(stage)
    before, wanted = standing(stage, session), event_of(stage)
    with stage.watched() as step:
        delete(stage)
        assert stage.google("Eva") == {}
        heard(stage)
    assert (step.ledger, step.money, step.mails) == ([], [], [("Eva", "CALENDAR_QUESTION")])
    assert step.difference.touched <= QUESTION
    assert standing(stage, session) == before
    assert before["status"] == "SCHEDULED"
    restored = event_of(stage)
    assert restored["id"] != wanted["id"]
    assert {name: restored[name] for name in ("summary", "start", "end", "status")} == {
        name: wanted[name] for name in ("summary", "start", "end", "status")
    }
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == {instant(CALL)}


def test_S_V_17_a_coach_cannot_invite_into_a_private_appointment(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    private = {"start": {"dateTime": "2027-03-24T17:30:00Z"}, "end": {"dateTime": "2027-03-24T19:00:00Z"}}
    stage.theatre.double.do("add-event", email=stage.email("Eva"), fields={"summary": "Private", **private})
    stage.connect_google("Eva")
    with stage.step() as step:
        refused = invite(stage, "Eva", "Maya", "2027-03-24T18:00:00Z")
    step.assert_nothing_happened()
    assert refused["code"] == "SLOT_UNAVAILABLE"
    assert stage.feed("Eva") == stage.feed("Maya") == {}
    for free in ("2027-03-24T16:45:00Z", "2027-03-24T19:00:00Z"):
        assert invite(stage, "Eva", "Maya", free)["proposal"]["status"] == "PENDING", "intervals are half-open"


@pytest.mark.parametrize("edit", [delete, drag])
def test_a_coach_is_asked_once_whatever_is_told_how_often(open_stage: OpenStage, edit: Callable[[Stage], None]) -> None:
    stage, _ = after_s_m_01(open_stage)
    heard(stage)
    for _ in range(2):
        edit(stage)
        heard(stage)
        heard(stage)
        assert set(stage.google("Eva")) == {instant(CALL)}
    assert [message["code"] for message in stage.messages("Eva")].count("CALENDAR_QUESTION") == 1


def test_a_dragged_event_goes_back_and_its_new_time_is_one_click_away(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    heard(stage)
    before = standing(stage, session)
    with stage.watched() as step:
        drag(stage)
        heard(stage)
    assert (step.ledger, step.money, step.mails) == ([], [], [("Eva", "CALENDAR_QUESTION")])
    assert standing(stage, session) == before
    assert set(stage.google("Eva")) == {instant(CALL)}
    asked = stage.ask("Eva", QUESTIONS)["viewer"]["calendarQuestions"]["nodes"]
    assert [(one["edit"], one["toStartsAt"], one["session"]["id"]) for one in asked] == [
        ("MOVED", "2027-03-19T15:00:00Z", session)
    ]
    links = {link["kind"]: link["url"] for link in stage.message("Eva", "CALENDAR_QUESTION")["links"]}
    assert set(links) == {"RESCHEDULE", "CANCEL"}
    page = stage.theatre.get(links["RESCHEDULE"])
    assert page.status_code == 200
    assert "19 March 2027" in page.text
    assert stage.theatre.get(links["CANCEL"]).status_code == 200
    assert standing(stage, session) == before

    moved = stage.reschedule("Eva", session, asked[0]["toStartsAt"])
    assert moved["session"]["startsAt"] == "2027-03-19T15:00:00Z"
    assert stage.ask("Eva", QUESTIONS)["viewer"]["calendarQuestions"]["nodes"] == []
    stage.deliver()
    assert set(stage.google("Eva")) == {instant("2027-03-19T15:00:00Z")}


@pytest.mark.parametrize("edit", [rename, copy])
def test_what_does_not_touch_a_session_is_the_coachs_own(open_stage: OpenStage, edit: Callable[[Stage], None]) -> None:
    stage, session = after_s_m_01(open_stage)
    heard(stage)
    before = standing(stage, session)
    with stage.watched() as step:
        edit(stage)
        shown = stage.theatre.double.events(stage.email("Eva"))
        heard(stage)
    assert (step.ledger, step.money, step.mails) == ([], [], [])
    assert "calendar_question" not in step.difference.touched
    assert standing(stage, session)["version"] == before["version"]
    assert stage.theatre.double.events(stage.email("Eva")) == shown


def test_an_event_that_was_made_to_repeat_stands_once_again_without_a_word(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    heard(stage)
    before = standing(stage, session)
    with stage.watched() as step:
        repeat(stage)
        heard(stage)
    assert (step.ledger, step.money, step.mails) == ([], [], [])
    assert standing(stage, session) == before
    assert not event_of(stage).get("recurrence")


def test_a_deletion_is_noticed_when_the_sync_token_is_forgotten(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    heard(stage)
    delete(stage)
    stage.theatre.double.do("forget-sync-tokens")
    heard(stage)
    assert [message["code"] for message in stage.messages("Eva")].count("CALENDAR_QUESTION") == 1
    assert set(stage.google("Eva")) == {instant(CALL)}


def make_a_day_of_it(stage: Stage) -> None:
    """A day that is free in the calendar: no private appointment."""
    fields = {"start": {"dateTime": None, "date": "2027-03-19"}, "end": {"dateTime": None, "date": "2027-03-20"}}
    stage.theatre.double.do("edit-event", email=stage.email("Eva"), event_id=event_of_any_day(stage), fields=fields)


def event_of_any_day(stage: Stage) -> str:
    (event,) = stage.theatre.double.events(stage.email("Eva"))
    return event["id"]


def test_a_time_that_is_held_for_an_answer_is_put_back_without_a_word(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    invite(stage, "Eva", "Maya", SLOT)
    heard(stage)
    for touch in (delete, drag, repeat, make_a_day_of_it, delete):
        touch(stage)
        heard(stage)
        assert set(stage.google("Eva")) == {instant(SLOT)}, touch.__name__
    assert event_of(stage)["summary"] == "Hold: Session with Maya"
    assert "recurrence" not in event_of(stage)
    assert stage.ask("Eva", QUESTIONS)["viewer"]["calendarQuestions"]["nodes"] == []
    assert [one["code"] for one in stage.messages("Eva")].count("CALENDAR_QUESTION") == 0


def test_nobody_else_reads_what_a_coach_was_asked(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    heard(stage)
    delete(stage)
    heard(stage)
    counts = {
        who: len(stage.ask(who, QUESTIONS)["viewer"]["calendarQuestions"]["nodes"]) for who in ("Eva", "Maya", "Sam")
    }
    assert counts == {"Eva": 1, "Maya": 0, "Sam": 0}


def test_a_coach_can_see_how_their_calendar_stands(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    with stage.theatre.double.fail_while(FaultKind.UNAVAILABLE):
        stage.book("Maya", "coaching", "Eva", CALL)
        stage.deliver()
        away = stage.ask("Eva", STATE)["viewer"]["calendar"]["google"]
    assert (away["status"], away["waitingPushes"], away["lastPushedAt"]) == ("CONNECTED", 1, None)
    assert away["problem"].startswith("Google could not be reached")
    stage.at("2027-03-01T12:00:00Z")
    well = stage.ask("Eva", STATE)["viewer"]["calendar"]["google"]
    assert (well["waitingPushes"], well["failedPushes"], well["lastError"], well["problem"]) == (0, 0, None, None)
    assert None not in (well["lastPushedAt"], well["lastReadAt"])
    assert set(stage.google("Eva")) == {instant(CALL)}


def test_a_member_has_their_sessions_in_a_google_calendar_too(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.connect_google("Maya")
    stage.deliver()
    assert {start: event["summary"] for start, event in stage.google("Maya").items()} == {
        instant(CALL): "Coaching call with Eva"
    }
    moved = stage.reschedule("Maya", session, "2027-03-22T10:00:00Z")
    assert moved["session"]["startsAt"] == "2027-03-22T10:00:00Z"
    stage.deliver()
    assert set(stage.google("Maya")) == set(stage.google("Eva")) == {instant("2027-03-22T10:00:00Z")}
    stage.theatre.double.do("delete-event", email=stage.email("Maya"), event_id=event_of(stage, "Maya")["id"])
    with stage.watched() as step:
        heard(stage)
    assert (step.ledger, step.money, step.mails) == ([], [], [("Maya", "CALENDAR_QUESTION")])
    assert set(stage.google("Maya")) == {instant("2027-03-22T10:00:00Z")}
    asked = stage.ask("Maya", QUESTIONS)["viewer"]["calendarQuestions"]["nodes"]
    assert [(one["edit"], one["session"]["id"]) for one in asked] == [("DELETED", session)]
    assert stage.ask("Eva", QUESTIONS)["viewer"]["calendarQuestions"]["nodes"] == []


def test_staff_see_how_every_calendar_stands_and_what_was_put_right(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    heard(stage)
    lines = stage.ask("Sam", CONNECTED)["connectedCalendars"]["nodes"]
    assert [(one["person"]["name"], one["google"]["status"], one["google"]["lastCheck"]) for one in lines] == [
        ("Eva", "CONNECTED", None)
    ]
    # Something of ours went wrong: the event is changed, and we take it for what we wrote.
    event = event_of(stage)
    later = {"start": {"dateTime": "2027-03-19T15:00:00Z"}, "end": {"dateTime": "2027-03-19T15:45:00Z"}}
    stage.theatre.double.do("edit-event", email=stage.email("Eva"), event_id=event["id"], fields=later)
    etag = stage.theatre.double.events(stage.email("Eva"))[0]["etag"]
    with stage.theatre.owner.begin() as connection:
        connection.execute(text("UPDATE google_event SET etag = :etag"), {"etag": etag})
        # Due before those of all others, of whom a poll takes only some.
        first = "UPDATE google_reading SET check_at = '2000-01-01T00:00:00Z' WHERE organisation_id = :organisation"
        connection.execute(text(first), {"organisation": stage.organisation_id})
    assert poll_checks(stage.theatre.database) >= 1
    stage.deliver()
    assert set(stage.google("Eva")) == {instant(CALL)}
    (line,) = stage.ask("Sam", CONNECTED)["connectedCalendars"]["nodes"]
    found = line["google"]["lastCheck"]
    assert (found["sessions"], found["differing"], found["repaired"], found["problem"]) == (1, 1, 1, None)
    assert [(one["sessionId"], one["startsAt"]) for one in found["differences"]] == [(session, CALL)]
    assert "differs in end, start" in found["differences"][0]["what"]
    assert stage.ask("Eva", LAST_CHECK)["viewer"]["calendar"]["google"]["lastCheck"] == found
    assert stage.ask("Sam", CONNECTED, status="BROKEN")["connectedCalendars"]["nodes"] == []
    assert [message["code"] for message in stage.messages("Eva")].count("CALENDAR_QUESTION") == 0


LEADS_ON = [302, 200, 200]
"""Into the room, and to the pages for another time and for the cancellation."""


def test_renewing_a_leaked_feed_takes_back_the_links_in_it_and_no_others(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    leaked = links_in(stage)
    assert [stage.theatre.get(url).status_code for url in leaked] == LEADS_ON
    mailed = [link["url"] for link in stage.message("Maya", "BOOKED")["links"]]
    stage.tell("Maya", ROTATE, idempotencyKey=stage.key())
    assert [stage.theatre.get(url).status_code for url in leaked] == [404] * 3
    assert stage.theatre.client.post(urlsplit(leaked[0]).path).status_code == 404
    fresh = links_in(stage)
    assert not set(fresh) & set(leaked)
    assert [stage.theatre.get(url).status_code for url in fresh] == LEADS_ON
    assert sorted(stage.theatre.get(url).status_code for url in mailed) == sorted(LEADS_ON)


def links_in(stage: Stage) -> list[str]:
    """The ways into the session and to its pages that stand in Maya's feed."""
    (event,) = Calendar.from_ical(stage.theatre.get(stage.feed_url("Maya")).content).walk("VEVENT")
    return [word for word in str(event["DESCRIPTION"]).split() if word.startswith("http")]


def test_what_a_reader_chooses_is_fixed_in_the_address_of_their_feed(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    urls = stage.ask("Eva", FEED, kinds=[stage.kinds["coaching"]])["viewer"]["calendar"]
    other = stage.ask("Eva", FEED, kinds=[stage.kinds["mentor"]])["viewer"]["calendar"]
    assert urls["plain"] == stage.feed_url("Eva") != urls["hidden"] != other["hidden"]
    assert urls["webcal"] == urls["hidden"].replace("http:", "webcal:")
    found = stage.theatre.get(urls["hidden"]).text
    assert "SUMMARY:Coaching call\r\n" in found
    assert "TRIGGER:-PT10M" in found
    assert "Maya" in stage.theatre.get(urls["plain"]).text
    assert "VEVENT" not in stage.theatre.get(other["hidden"]).text
    stage.tell("Eva", ROTATE, person=stage.gid("Eva"), idempotencyKey=stage.key())
    assert stage.theatre.get(urls["hidden"]).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["alarmMinutes: 0", "alarmMinutes: 100000", "daysAhead: 0", "daysAhead: 401", 'kinds: ["x"]']
)
def test_what_no_feed_can_be_is_refused(open_stage: OpenStage, wrong: str) -> None:
    stage, _ = after_s_m_01(open_stage)
    answer = stage.theatre.post(stage.token("Eva"), f"{{ viewer {{ calendar {{ feedUrl({wrong}) }} }} }}", {})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]


def test_a_message_with_another_token_or_of_an_unknown_channel_makes_no_work(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    heard(stage)
    drag(stage)
    (sent,) = stage.theatre.double.do("take-notifications")
    forged = [
        {**sent["headers"], "X-Goog-Channel-Token": "x" * 43},
        {**sent["headers"], "X-Goog-Channel-ID": sent["headers"]["X-Goog-Channel-ID"] + "0"},
        {**sent["headers"], "X-Goog-Resource-ID": "another"},
        {**sent["headers"], "X-Goog-Resource-State": "shaken"},
        {name: value for name, value in sent["headers"].items() if name != "X-Goog-Channel-Token"},
        {},
    ]
    with stage.step() as step:
        answers = [stage.theatre.client.post("/google/notifications", headers=one).status_code for one in forged]
    assert answers == [404] * len(forged)
    step.assert_nothing_happened()
    assert stage.theatre.client.post("/google/notifications", headers=sent["headers"]).status_code == 204


GOOGLE = """status calendar problem waitingPushes failedPushes
lastCheck { at sessions differing repaired problem differences { sessionId startsAt what } }"""
CONNECTED = f"""
query Connected($status: ConnectionStatus) {{ connectedCalendars(first: 10, status: $status) {{ nodes {{
  person {{ name }} google {{ {GOOGLE} }} }} }} }}
"""
LAST_CHECK = f"query LastCheck {{ viewer {{ calendar {{ google {{ {GOOGLE} }} }} }} }}"
FEED = """
query Feed($kinds: [ID!]) { viewer { calendar {
  plain: feedUrl hidden: feedUrl(names: HIDDEN, alarmMinutes: 10, daysAhead: 30, kinds: $kinds)
  webcal: webcalUrl(names: HIDDEN, alarmMinutes: 10, daysAhead: 30, kinds: $kinds) } } }
"""
STATE = """
query State { viewer { calendar { google { status lastPushedAt lastReadAt lastError problem waitingPushes failedPushes } } } }
"""
QUESTIONS = """
query Questions { viewer { calendarQuestions(first: 10) { nodes {
  id edit toStartsAt askedAt session { id } } } } }
"""
