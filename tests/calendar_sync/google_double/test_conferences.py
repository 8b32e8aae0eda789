"""Meet links come from create requests, at once or later, and no later write loses one (CALENDAR 13 to 16)."""

import re
from typing import Any

import pytest

from calendar_sync.google_double import FaultKind
from tests.calendar_sync.google_support import EVA, MEET, MORNING, Raw

ID = "abcde12345"


def insert(raw: Raw, **query: Any) -> dict[str, Any]:
    answer = raw("POST", body={**MORNING, "id": ID, "conferenceData": MEET}, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def request(number: str, kind: str = "hangoutsMeet") -> dict[str, Any]:
    return {"conferenceData": {"createRequest": {"requestId": number, "conferenceSolutionKey": {"type": kind}}}}


def status(event: dict[str, Any]) -> str:
    return event["conferenceData"]["createRequest"]["status"]["statusCode"]


def test_a_create_request_gives_a_link_to_a_page_of_the_double(raw: Raw):
    made = insert(raw, conferenceDataVersion=1)
    assert re.fullmatch(rf"{raw.double.url}/meet/[a-z]{{3}}-[a-z]{{4}}-[a-z]{{3}}", made["hangoutLink"])
    assert status(made) == "success"
    entries = made["conferenceData"]["entryPoints"]
    assert [(entry["entryPointType"], entry["uri"]) for entry in entries] == [("video", made["hangoutLink"])]


def test_without_the_version_conference_data_are_not_looked_at(raw: Raw):
    assert "hangoutLink" not in insert(raw)


def test_no_two_events_share_a_link(raw: Raw):
    one = insert(raw, conferenceDataVersion=1)
    two = raw("POST", body={**MORNING, "conferenceData": MEET}, conferenceDataVersion=1).json()
    assert one["hangoutLink"] != two["hangoutLink"]


@pytest.mark.parametrize("query", [{}, {"conferenceDataVersion": 1}])
def test_a_patch_without_conference_data_keeps_the_link(raw: Raw, query: dict[str, Any]):
    made = insert(raw, conferenceDataVersion=1)
    assert raw("PATCH", f"/{ID}", body={"summary": "New"}, **query).json()["hangoutLink"] == made["hangoutLink"]


def test_a_put_without_conference_data_takes_the_link_away_only_with_the_version(raw: Raw):
    made = insert(raw, conferenceDataVersion=1)
    assert raw("PUT", f"/{ID}", body=MORNING).json()["hangoutLink"] == made["hangoutLink"]
    assert "hangoutLink" not in raw("PUT", f"/{ID}", body=MORNING, conferenceDataVersion=1).json()


def test_a_repeated_request_is_the_same_request_and_a_new_one_gives_a_new_link(raw: Raw):
    made = insert(raw, conferenceDataVersion=1)
    same = raw("PATCH", f"/{ID}", body=request("one"), conferenceDataVersion=1).json()
    other = raw("PATCH", f"/{ID}", body=request("two"), conferenceDataVersion=1).json()
    assert same["hangoutLink"] == made["hangoutLink"] != other["hangoutLink"]


@pytest.mark.parametrize("data", [request("x", "eventHangout"), request(""), {"conferenceData": {"createRequest": {}}}])
def test_a_request_that_google_cannot_fulfil_is_refused(raw: Raw, data: dict[str, Any]):
    insert(raw)
    assert raw("PATCH", f"/{ID}", body=data, conferenceDataVersion=1).status_code == 400


def test_the_conference_of_another_event_is_not_taken_over(raw: Raw):
    made = insert(raw, conferenceDataVersion=1)
    copied = {**MORNING, "conferenceData": made["conferenceData"]}
    copied["conferenceData"].pop("createRequest")
    assert raw("POST", body=copied, conferenceDataVersion=1).status_code == 400
    assert raw("PUT", f"/{ID}", body=copied, conferenceDataVersion=1).json()["hangoutLink"] == made["hangoutLink"]


def test_null_takes_the_link_away(raw: Raw):
    insert(raw, conferenceDataVersion=1)
    patched = raw("PATCH", f"/{ID}", body={"conferenceData": None}, conferenceDataVersion=1).json()
    assert "hangoutLink" not in patched


def test_a_pending_link_is_made_after_some_readings(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_PENDING, reads=2)
    made = insert(raw, conferenceDataVersion=1)
    assert (status(made), "hangoutLink" in made) == ("pending", False)
    assert [status(raw("GET", f"/{ID}").json()) for _ in range(4)] == ["pending", "pending", "success", "success"]
    read = raw("GET", f"/{ID}").json()
    assert read["etag"] != made["etag"]
    assert read["hangoutLink"]


def test_a_pending_link_is_made_when_told_to(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_PENDING)
    insert(raw, conferenceDataVersion=1)
    assert status(raw("PATCH", f"/{ID}", body={"summary": "New"}).json()) == "pending"
    assert raw.double.do("settle-conferences", email=EVA) == 1
    assert raw.double.do("settle-conferences", email=EVA) == 0
    assert status(raw("GET", f"/{ID}").json()) == "success"


def test_a_failed_request_leaves_an_event_without_a_link(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_FAILURE)
    made = insert(raw, conferenceDataVersion=1)
    assert (status(made), "hangoutLink" in made) == ("failure", False)


def test_an_event_without_a_request_does_not_use_up_the_fault(raw: Raw):
    raw.double.fail_next(FaultKind.CONFERENCE_FAILURE)
    raw("POST", body=MORNING, conferenceDataVersion=1)
    assert status(insert(raw, conferenceDataVersion=1)) == "failure"
