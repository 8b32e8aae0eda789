"""The checker sees every way in which a calendar can be wrong; without that its silence would mean nothing."""

from typing import Any

import pytest
from sqlalchemy import text

from calendar_sync.google.client import GoogleAccount
from tests.calendar_sync.google.world import World
from tests.calendar_sync.google_support import EVA, hour


@pytest.fixture
def booked(world: World) -> World:
    world.connect()
    world.book()
    assert world.problems == []
    return world


def edit(world: World, fields: dict[str, Any]) -> None:
    world.double.do("edit-event", email=EVA, event_id=world.events[0]["id"], fields=fields)


def account(world: World) -> GoogleAccount:
    endpoints = world.google.sandbox
    assert endpoints is not None
    sealed = bytes(world.connection.sealed_token)
    return GoogleAccount(endpoints, world.google.vault.open(sealed, organisation=world.organisation, person=world.eva))


def test_a_missing_event_is_seen(booked: World):
    booked.double.do("delete-event", email=EVA, event_id=booked.events[0]["id"])
    assert [problem for problem in booked.problems if "has no event" in problem]


def test_an_event_at_a_wrong_time_is_seen(booked: World):
    edit(booked, hour("2027-03-10T09:01:00Z", "2027-03-10T09:46:00Z"))
    assert len(booked.problems) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "tentative"}, "shown as tentative"),
        ({"summary": "My call"}, "does not name the other person"),
        ({"attendees": [{"email": "maya@example.com"}]}, "has guests"),
    ],
)
def test_a_wrong_field_is_seen(booked: World, fields: dict[str, Any], said: str):
    edit(booked, fields)
    assert [problem for problem in booked.problems if said in problem]


def test_a_second_event_and_a_write_without_care_are_seen(booked: World):
    event = booked.events[0]
    with_google = account(booked)
    body = {name: event[name] for name in ("summary", "start", "end")}
    calendar = with_google.events
    calendar.insert(calendarId=event["calendarId"], body=body).execute()
    with_google.close()
    said = " ".join(booked.problems)
    assert "2 events at" in said
    assert "may tell guests" in said
    assert "inserts without an id" in said


def test_an_event_of_a_cancelled_session_is_seen(booked: World):
    with booked.owner.begin() as connection:
        connection.execute(text("UPDATE session SET status = 'CANCELLED'"))
    assert [problem for problem in booked.problems if "has no session" in problem]


def test_a_lost_meet_link_is_seen(booked: World):
    with_google = account(booked)
    event = booked.events[0]
    with_google.calendar(event["calendarId"]).patch(event["id"], {"conferenceData": None}, etag="*")
    with_google.close()
    assert [problem for problem in booked.problems if "Meet link None" in problem]
