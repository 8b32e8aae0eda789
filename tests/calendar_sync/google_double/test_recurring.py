"""Recurring events of the double: instances, exceptions, and what changes of the master do to them (CALENDAR 5, 7, 8, 9, 10)."""

from typing import Any

from tests.calendar_sync.google_support import EVA, MEET, Raw, hour

NEW_YORK = hour("2027-03-01T09:00:00-05:00", "2027-03-01T09:45:00-05:00", "America/New_York")
RULE = ["RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270413T130000Z"]
FOUR = ["2027-03-01T14:00:00Z", "2027-03-15T13:00:00Z", "2027-03-29T13:00:00Z", "2027-04-12T13:00:00Z"]


def master(raw: Raw, **fields: Any) -> None:
    answer = raw("POST", body={**NEW_YORK, "id": "serie", "recurrence": RULE, **fields}, conferenceDataVersion="1")
    assert answer.status_code == 200, answer.text


def starts(raw: Raw, **query: Any) -> list[str]:
    answer = raw("GET", "/serie/instances", timeZone="UTC", **query)
    assert answer.status_code == 200, answer.text
    return [item["start"]["dateTime"] for item in answer.json()["items"]]


def moved(raw: Raw) -> Any:
    away = hour("2027-03-16T13:00:00Z", "2027-03-16T13:45:00Z", "America/New_York")
    answer = raw("PATCH", "/serie_20270315T130000Z", body=away)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_instances_keep_the_wall_time_of_the_zone_across_a_clock_change(raw: Raw):
    master(raw)
    assert starts(raw) == FOUR
    assert starts(raw, timeMin="2027-03-20T00:00:00Z", timeMax="2027-04-01T00:00:00Z") == FOUR[2:3]
    assert starts(raw, originalStart=FOUR[1]) == [FOUR[1]]
    assert len(raw("GET", "/serie/instances", maxResults="3").json()["items"]) == 3


def test_excluded_and_added_dates_count(raw: Raw):
    lines = ["EXDATE;TZID=America/New_York:20270315T090000", "RDATE;TZID=America/New_York:20270510T090000"]
    master(raw, recurrence=[*RULE, *lines])
    assert starts(raw) == [FOUR[0], *FOUR[2:], "2027-05-10T13:00:00Z"]


def test_a_moved_instance_keeps_its_original_start_and_the_link_of_its_master(raw: Raw):
    master(raw, conferenceData=MEET)
    link = raw("GET", "/serie").json()["hangoutLink"]
    one = moved(raw)
    assert (one["recurringEventId"], one["originalStartTime"]["dateTime"]) == ("serie", "2027-03-15T13:00:00Z")
    assert one["hangoutLink"] == link
    assert starts(raw) == [FOUR[0], "2027-03-16T13:00:00Z", *FOUR[2:]]
    raw("PATCH", "/serie", body={"summary": "Renamed"})
    assert raw("GET", "/serie_20270315T130000Z").json()["summary"] == "Renamed"


def test_a_deleted_instance_leaves_the_others_and_can_be_brought_back(raw: Raw):
    master(raw)
    assert raw("DELETE", "/serie_20270315T130000Z").status_code == 204
    assert raw("DELETE", "/serie_20270315T130000Z").status_code == 410
    assert starts(raw) == [FOUR[0], *FOUR[2:]]
    told = [item for item in raw("GET").json()["items"] if item["id"] != "serie"]
    assert [(item["status"], item["originalStartTime"]["timeZone"]) for item in told] == [
        ("cancelled", "America/New_York")
    ]
    assert "start" not in told[0]
    assert raw("PATCH", "/serie_20270315T130000Z", body={"summary": "?"}).status_code == 403
    assert raw("PATCH", "/serie_20270315T130000Z", body={"status": "confirmed"}).status_code == 200
    assert starts(raw) == FOUR


def test_what_the_rule_names_no_more_is_reset(raw: Raw):
    master(raw)
    moved(raw)
    raw("PATCH", "/serie", body={"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270301T140000Z"]})
    assert starts(raw) == FOUR[:1]
    raw("PATCH", "/serie", body={"recurrence": RULE})
    assert starts(raw) == FOUR


def test_a_put_of_an_instances_body_takes_all_instances_away(raw: Raw):
    master(raw)
    body = moved(raw)
    raw("PUT", "/serie", body=body)
    assert raw("GET", "/serie_20270315T130000Z").status_code == 404
    assert len(raw.double.events(EVA)) == 1


def test_there_is_no_instance_that_the_rule_does_not_name(raw: Raw):
    master(raw)
    assert raw("GET", "/serie_20270316T130000Z").status_code == 404
    assert raw("DELETE", "/serie").status_code == 204
    assert raw("GET", "/serie/instances").status_code == 404
    assert raw.double.do("agenda", email=EVA, until="2027-12-31T00:00:00Z") == []


def test_the_agenda_shows_what_a_person_sees(raw: Raw):
    master(raw)
    moved(raw)
    shown = raw.double.do("agenda", email=EVA, until="2027-04-01T00:00:00Z")
    assert [event["start"]["dateTime"] for event in shown] == [FOUR[0], "2027-03-16T13:00:00Z", FOUR[2]]
