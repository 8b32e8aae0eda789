"""policyTrial: scenarios and the record under a document that nobody has published."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import FrontEnd, Json

SIXTH = (Path(__file__).parents[1] / "policy" / "data" / "sixth.toml").read_text("utf-8")
TRIAL = """query ($document: String!, $scenarios: [PolicyScenarioInput!]!) { policyTrial(document: $document, scenarios: $scenarios) {
  scenarios { name allowed code row reason disposition credits { kind units } charge { minorUnits currency } refund { minorUnits }
    earning { minorUnits } penalty { minorUnits } waitsFor messages { code to } summary decision { row timeline { row } facts { notice } } } } }"""
LATE = {"name": "late", "kind": "session", "act": "CANCEL", "by": "MEMBER", "startsAt": "2027-03-18T17:00:00Z"}


def tried(front_end: FrontEnd, *scenarios: Json, document: str = SIXTH, who: str = "Sam") -> Json:
    return front_end.post(who, TRIAL, {"document": document, "scenarios": list(scenarios)}).json()


def test_scenarios_are_answered_in_their_order_with_row_credits_money_and_messages(front_end: FrontEnd) -> None:
    missed = {**LATE, "name": "missed", "act": "MISS"}
    late, absent = tried(front_end, LATE, missed)["data"]["policyTrial"]["scenarios"]
    assert (late["name"], late["row"], late["disposition"]) == ("late", "cancel-late", "COUNTED")
    assert late["credits"] == [{"kind": "FORFEIT", "units": 2}]
    assert late["messages"] == [{"code": "LATE_LOSS", "to": "MEMBER"}, {"code": "CANCELLED", "to": "COACH"}]
    assert (absent["name"], absent["charge"]) == ("missed", {"minorUnits": 2000, "currency": "EUR"})
    assert "A fee of 20.00 EUR is due." in absent["summary"]


def test_a_count_that_reaches_its_number_shows_what_follows(front_end: FrontEnd) -> None:
    absent = {**LATE, "act": "MISS", "tallies": [{"tally": "absences", "number": 2}]}
    document = TRIAL.replace("summary", "steps { tally whom then until } summary")
    found = front_end.post(
        "Sam", document, {"document": SIXTH, "scenarios": [absent, {**absent, "tallies": []}]}
    ).json()
    third, first = found["data"]["policyTrial"]["scenarios"]
    assert third["steps"] == [
        {"tally": "absences", "whom": "MEMBER", "then": ["BLOCK"], "until": "2027-04-01T17:10:00Z"}
    ]
    assert "The member makes no new booking until 2027-04-01 17:10 UTC." in third["summary"]
    assert first["steps"] == []


def test_a_count_a_claim_and_earlier_moves_are_seen(front_end: FrontEnd) -> None:
    move = {**LATE, "act": "MOVE", "at": "2027-03-18T12:00:00Z"}
    counted = {**move, "tallies": [{"tally": "graces", "number": 1}]}
    first, second = tried(front_end, move, counted)["data"]["policyTrial"]["scenarios"]
    assert (first["row"], second["row"], second["code"]) == ("move-grace", "move-late", "NOTICE_TOO_SHORT")
    assert second["allowed"] is False


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"kind": "call"}, ["scenarios", "0", "kind"]),
        ({"startsAt": "1950-03-18T17:00:00Z"}, ["scenarios", "0", "startsAt"]),
        ({"paid": {"minorUnits": 1, "currency": "USD"}}, ["scenarios", "0", "paid"]),
        ({"tallies": [{"tally": "graces", "number": -1}]}, ["scenarios", "0", "tallies"]),
        (
            {"moves": [{"by": "MEMBER", "at": "1950-03-18T17:00:00Z", "from": "2027-03-18T17:00:00Z"}]},
            ["scenarios", "0", "moves", "0", "at"],
        ),
    ],
)
def test_what_is_wrong_in_a_scenario_is_named(front_end: FrontEnd, changed: dict[str, Any], path: list[str]) -> None:
    (error,) = tried(front_end, {**LATE, **changed})["errors"]
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", path)


def test_a_document_that_cannot_be_published_decides_nothing(front_end: FrontEnd) -> None:
    for document, path in (
        ("what = 1", ["document", "name"]),
        (SIXTH.replace("units = 2", "units = 1"), ["document", "reasons", "CANCELLED_HALF", "take"]),
    ):
        (error,) = tried(front_end, LATE, document=document)["errors"]
        assert error["extensions"]["path"] == path
    (many,) = tried(front_end, *[LATE] * 101)["errors"]
    assert many["extensions"]["path"] == ["scenarios"]


def test_only_staff_try_a_policy(front_end: FrontEnd) -> None:
    for who in ("Maya", "Eva"):
        (error,) = tried(front_end, LATE, who=who)["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
