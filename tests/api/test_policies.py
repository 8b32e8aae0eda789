"""What a policy says, how versions differ, and what is wrong or odd in a document, for who asks."""

import pytest

from policy.terms import Role
from tests.api.conftest import FrontEnd, Json
from tests.commands.operator.test_publication import FINDING, ODD

CHECK = """query ($document: String!) { policyCheck(document: $document) {
  problems { level name path message } changes { path kind before after } helpPage } }"""
PUBLISH = """mutation ($input: PublishPolicyVersionInput!) { publishPolicyVersion(input: $input) { __typename
  ... on InvalidInput { path message } ... on Refusal { code }
  ... on PublishPolicyVersionSuccess { policyVersion { number acknowledgedFindings { name message } publishedBy { name } } } } }"""
APPLIED = """query ($number: Int) { policy(number: $number) { helpPage applied { kind
  parameters { key value source rule } rows { id below { tally number } asksStaff answerWithin decidedBy decideWithin onSilence }
  tallies { name of counts { reason weight } window inARow steps { at every then lasts amount { minorUnits currency } kinds } rule } } } }"""
DIFF = """query ($before: Int!, $after: Int) { policyDiff(before: $before, after: $after) {
  before after changes { path kind before after } } }"""


def check_of(front_end: FrontEnd, document: str) -> Json:
    answer = front_end.post("Sam", CHECK, {"document": document}).json()
    return answer["data"]["policyCheck"]


def publish(front_end: FrontEnd, who: str, document: str, *meant: str) -> Json:
    given = {"document": document, "acknowledgedFindings": meant, "idempotencyKey": front_end.key()}
    return front_end.post(who, PUBLISH, {"input": given}).json()["data"]["publishPolicyVersion"]


def test_a_finding_is_acknowledged_by_name_and_recorded_with_who_and_when(front_end: FrontEnd) -> None:
    check = check_of(front_end, ODD)
    finding = next(one for one in check["problems"] if one["name"] == FINDING)
    assert finding["level"] == "FINDING"
    assert finding["path"] == ["change", "rules", "cancel-late"]
    refused = publish(front_end, "Sam", ODD)
    assert refused["path"] == ["document", "change", "rules", "cancel-late"]
    meant = [one["name"] for one in check["problems"]]
    done = publish(front_end, "Sam", ODD, *meant)
    version = done["policyVersion"]
    assert [one["name"] for one in version["acknowledgedFindings"]] == meant
    assert version["publishedBy"]["name"] == "Sam"


def test_only_senior_staff_acknowledge(front_end: FrontEnd) -> None:
    front_end.platform.person("Tom", Role.STAFF)
    assert publish(front_end, "Tom", ODD, FINDING)["code"] == "FORBIDDEN"
    assert "policyVersion" in publish(front_end, "Tom", 'extends = "mastered"\n')


def test_versions_differ_path_by_path(front_end: FrontEnd) -> None:
    number = front_end.ask("Sam", "{ policy { number } }")["policy"]["number"]
    front_end.platform.publish('extends = "mastered"\n[booking]\nmin_notice = "PT2H"\n')
    front_end.platform.publish('extends = "mastered"\n[booking]\nmin_notice = "PT3H"\n')
    found = front_end.ask("Maya", DIFF, before=number + 1)["policyDiff"]
    assert (found["before"], found["after"]) == (number + 1, number + 2)
    assert found["changes"] == [{"path": "booking.min_notice", "kind": None, "before": "PT2H", "after": "PT3H"}]
    assert front_end.ask("Maya", DIFF, before=number + 1, after=number + 1)["policyDiff"]["changes"] == []
    assert front_end.ask("Maya", DIFF, before=99)["policyDiff"] is None


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('extends = "mastered"\n[booking]\nmin_notice = "soon"\n', ["booking", "min_notice"]),
        ('extends = "mastered"\n[change]\nrules = [{id = "cancel"}]\n', ["change", "rules", "cancel", "by"]),
        ("this is no TOML", []),
    ],
)
def test_an_error_names_row_and_parameter(front_end: FrontEnd, document: str, path: list[str]) -> None:
    (problem,) = check_of(front_end, document)["problems"]
    assert (problem["level"], problem["path"]) == ("ERROR", path)


def test_a_check_says_what_would_change_and_publishes_nothing(front_end: FrontEnd) -> None:
    front_end.platform.publish('extends = "mastered"\n')
    before = front_end.ask("Sam", "{ policy { number } }")
    found = check_of(front_end, 'extends = "mastered"\n[booking]\nmin_notice = "PT2H"\n')
    assert found["problems"] == []
    assert [one["path"] for one in found["changes"]] == ["booking.min_notice"]
    assert "Least time between a booking and its start: 2 h." in found["helpPage"]
    assert front_end.ask("Sam", "{ policy { number } }") == before


def test_each_value_says_its_source_and_the_published_rule(front_end: FrontEnd) -> None:
    more = '[booking]\nmin_notice = "PT2H"\n[kinds.mentor.values.booking]\nstart_grid = "PT30M"\n'
    front_end.platform.publish(f'extends = "mastered"\n{more}')
    applied = {one["kind"]: one for one in front_end.ask("Maya", APPLIED)["policy"]["applied"]}
    said = {one["key"]: (one["source"], one["rule"]) for one in applied["mentor"]["parameters"]}
    assert said["booking.min_notice"] == ("POLICY", None)
    assert said["booking.start_grid"] == ("KIND", None)
    assert said["entitlement.basis"] == ("PRESET", "M1")
    assert said["invite.ttl"] == ("DEFAULT", None)


def test_rows_and_tallies_are_shown_whole(front_end: FrontEnd) -> None:
    front_end.platform.publish('extends = "mento"\n')
    policy = front_end.ask("Maya", APPLIED)["policy"]
    applied = next(one for one in policy["applied"] if one["kind"] == "one_on_one")
    assert [one["name"] for one in applied["tallies"]] == ["late-row", "late-often", "absence"]
    assert applied["tallies"][1]["window"] == "PT2160H"
    assert applied["tallies"][1]["steps"] == [
        {"at": 3, "every": None, "then": ["TASK"], "lasts": None, "amount": None, "kinds": None}
    ]
    assert "- late-often: " in policy["helpPage"]
    front_end.platform.publish('extends = "aceup"\n')
    rows = front_end.ask("Maya", APPLIED)["policy"]["applied"][0]["rows"]
    assert next(one for one in rows if one["id"] == "emergency")["decidedBy"] == "COACH"
