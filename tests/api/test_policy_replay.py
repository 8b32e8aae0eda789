"""policyTrial.replay: an organisation's own last days under a document, in pages, for staff."""

from datetime import timedelta
from typing import Any

import pytest

from api.types import policy_trial
from tests.api.conftest import START, FrontEnd, Json

LATER = 'extends = "mastered"\n[booking]\nmin_notice = "P20D"\n'
REPLAY = """query ($document: String!, $days: Int, $first: Int, $after: String) { policyTrial(document: $document) { replay(days: $days) {
  since until sessions replayed setAside withoutKind changed refused allowed asked atOnce
  before { item units amount { minorUnits currency } } after { item units amount { minorUnits currency } }
  members(first: 5) { nodes { person { name } sessions before { item units } after { item units } } }
  coaches(first: 5) { nodes { person { name } sessions } }
  changedSessions(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { kind differs session { id startsAt } coach { name } member { name }
    before { booked status price { minorUnits } sums { item units } deeds { deed verdict row code } }
    after { booked status reason disposition startsAt deeds { deed verdict row code } } } } } } }"""


def replay(front_end: FrontEnd, **variables: Any) -> Json:
    return front_end.post("Sam", REPLAY, variables).json()


@pytest.fixture
def lived(front_end: FrontEnd) -> FrontEnd:
    """Two calls of Maya with Eva have been, and were held for all that anybody says."""
    for number, kind in enumerate(("mentor", "coaching")):
        front_end.platform.booked("Maya", kind, "Eva", START + timedelta(days=10, hours=2 * number))
    front_end.platform.at(START + timedelta(days=30))
    return front_end


def test_what_would_have_been_refused_is_told_for_whom_and_at_what_cost(lived: FrontEnd) -> None:
    found = replay(lived, document=LATER)["data"]["policyTrial"]["replay"]
    counts = ("sessions", "replayed", "setAside", "withoutKind", "changed", "refused", "allowed", "asked", "atOnce")
    assert [found[name] for name in counts] == [2, 2, 0, 0, 2, 2, 0, 0, 0]
    assert found["before"] == [
        {"item": "EARNING", "units": None, "amount": {"minorUnits": 20000, "currency": "EUR"}},
        {"item": "USED", "units": 2, "amount": None},
    ]
    assert found["after"] == []
    assert [(one["person"]["name"], one["sessions"]) for one in found["members"]["nodes"]] == [("Maya", 2)]
    assert [(one["person"]["name"], one["sessions"]) for one in found["coaches"]["nodes"]] == [("Eva", 2)]
    first = found["changedSessions"]["nodes"][0]
    assert first["differs"] == ["REFUSED", "STATUS", "REASON", "DISPOSITION", "CREDITS", "MONEY"]
    assert (first["before"]["status"], first["after"]["booked"]) == ("COMPLETED", False)
    assert first["after"]["deeds"] == [{"deed": "BOOK", "verdict": "REFUSED", "row": None, "code": "NOTICE_TOO_SHORT"}]
    assert first["session"]["startsAt"] == "2027-03-11T09:00:00Z"


def test_the_changed_sessions_come_in_pages(lived: FrontEnd) -> None:
    page = replay(lived, document=LATER, first=1)["data"]["policyTrial"]["replay"]["changedSessions"]
    assert ([one["kind"] for one in page["nodes"]], page["pageInfo"]["hasNextPage"]) == (["mentor"], True)
    rest = replay(lived, document=LATER, first=1, after=page["pageInfo"]["endCursor"])
    page = rest["data"]["policyTrial"]["replay"]["changedSessions"]
    assert ([one["kind"] for one in page["nodes"]], page["pageInfo"]["hasNextPage"]) == (["coaching"], False)


def test_the_policy_in_force_changes_nothing_and_days_are_counted_back_from_now(lived: FrontEnd) -> None:
    same = replay(lived, document='extends = "mastered"\n')["data"]["policyTrial"]["replay"]
    assert (same["sessions"], same["replayed"], same["changed"]) == (2, 2, 0)
    assert replay(lived, document=LATER, days=19)["data"]["policyTrial"]["replay"]["sessions"] == 0
    (error,) = replay(lived, document=LATER, days=91)["errors"]
    assert (error["extensions"]["code"], error["extensions"]["argument"]) == ("INVALID_INPUT", "days")


COUNTS = """extends = "mastered"
[tallies.regular]
of = "MEMBER"
counts = {HELD = 1}
window = "ALL"
steps = [{at = 1, then = ["WARN"]}, {at = 2, then = ["BLOCK", "CHARGE"], for = "P14D", amount = "5.00"}]
"""


def test_what_tallies_would_have_led_to_is_told_for_whom_and_at_what_cost(lived: FrontEnd) -> None:
    found = replay(lived, document=COUNTS)["data"]["policyTrial"]["replay"]
    before = [{"item": "EARNING", "units": None, "amount": {"minorUnits": 20000, "currency": "EUR"}}]
    used = {"item": "USED", "units": 2, "amount": None}
    assert found["before"] == [*before, used]
    assert found["after"] == [
        {"item": "BLOCK", "units": 1, "amount": None},
        *before,
        {"item": "FEE", "units": None, "amount": {"minorUnits": 500, "currency": "EUR"}},
        used,
        {"item": "WARN", "units": 1, "amount": None},
    ]
    differ = [one["differs"] for one in found["changedSessions"]["nodes"]]
    assert differ == [["STEPS"], ["MONEY", "STEPS"]]


def test_a_replay_costs_as_much_as_twenty_thousand_objects(lived: FrontEnd) -> None:
    """Two of them are within what one document may ask for; a third is refused before anything is read."""
    fields = " ".join(f"r{number}: replay {{ changed }}" for number in range(3))
    document = f"{{ policyTrial(document: \"extends = 'mastered'\") {{ {fields} }} }}"
    (error,) = lived.post("Sam", document, {}).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("LIMIT_EXCEEDED", "nodes")


def test_more_sessions_than_somebody_waits_for_are_refused(lived: FrontEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_trial, "MOST_SESSIONS", 1)
    (error,) = replay(lived, document=LATER)["errors"]
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("LIMIT_EXCEEDED", "sessions")
