"""The operator's side through the contract: every verb once, what comes back, and who is shown what."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from api.ids import global_id
from commands.api_keys import read_key
from policy.terms import Role
from tests.api.conftest import FrontEnd, Json

REFUSED = "... on Refusal { __typename code message } ... on InvalidInput { path } "
EFFECT = "effect { kinds summary sessionCount digest sessions { id } }"
DOCUMENTS = {
    "updatePerson": f"... on UpdatePersonSuccess {{ record {{ email roles person {{ name timeZone }} }} }} ... on EffectNotAcknowledged {{ {EFFECT} }}",
    "deactivatePerson": f"... on DeactivatePersonSuccess {{ record {{ deactivatedAt }} }} ... on EffectNotAcknowledged {{ {EFFECT} }}",
    "reactivatePerson": f"... on ReactivatePersonSuccess {{ record {{ deactivatedAt }} }} ... on EffectNotAcknowledged {{ {EFFECT} }}",
    "linkIdentity": "... on LinkIdentitySuccess { record { identities { issuer subject linkedAt } } }",
    "unlinkIdentity": "... on UnlinkIdentitySuccess { record { identities { subject } } }",
    "setDateOverride": '... on SetDateOverrideSuccess { availability { dateOverrides(from: "2027-03-01", to: "2027-03-31") { date stretches { from to } } } }',
    "setBuffers": "... on SetBuffersSuccess { availability { bufferBefore bufferAfter } }",
    "addTimeOff": "... on AddTimeOffSuccess { timeOff { id } sessions { id } }",
    "removeTimeOff": "... on RemoveTimeOffSuccess { availability { timesOff { id } } }",
    "setTerms": "... on SetTermsSuccess { terms { startsOn name } }",
    "setHolidays": "... on SetHolidaysSuccess { holidays { date name } }",
    "startEngagement": "... on StartEngagementSuccess { engagement { id status member { name } coach { name } } }",
    "endEngagement": "... on EndEngagementSuccess { engagement { id status endedAt } sessions { id } }",
    "addContract": "... on AddContractSuccess { contract { id name sponsor document } }",
    "attachContract": "... on AttachContractSuccess { membership { id contract { name } } }",
    "createApiKey": "... on CreateApiKeySuccess { apiKey { id name scopes createdBy { name } lastUsedAt } key }",
    "revokeApiKey": "... on RevokeApiKeySuccess { apiKey { revokedAt } }",
    "issueToken": "... on IssueTokenSuccess { token expiresAt person { name } }",
    "importPeople": "... on ImportPeopleSuccess { dryRun lines imported } ... on ImportRefused { lines problems { line column code message refusal } }",
    "importBookings": "... on ImportBookingsSuccess { dryRun lines imported already problems { line code refusal } } ... on ImportRefused { problems { line column code } }",
    "enrolMember": "... on EnrolMemberSuccess { membership { id contract { name } } }",
}  # fmt: skip
WITHOUT_KEY = {"issueToken", "importPeople", "importBookings"}


@dataclass
class Operator:
    """Verbs by name, for whoever asks."""

    front_end: FrontEnd
    known: Json = field(default_factory=dict[str, Any])

    def tell(self, verb: str, *, who: str = "Sam", key: str | None = None, **fields: Any) -> Json:
        name = verb[0].upper() + verb[1:]
        document = f"mutation($input: {name}Input!) {{ {verb}(input: $input) {{ {DOCUMENTS[verb]} {REFUSED} }} }}"
        given = fields if verb in WITHOUT_KEY else {**fields, "idempotencyKey": key or self.front_end.key()}
        return self.front_end.ask(who, document, input=given)[verb]

    def done(self, verb: str, **fields: Any) -> Json:
        answer = self.tell(verb, **fields)
        assert "code" not in answer, answer
        return answer

    def refused(self, verb: str, code: str, **fields: Any) -> Json:
        answer = self.tell(verb, **fields)
        assert answer.get("code") == code, answer
        return answer

    def gid(self, who: str) -> str:
        return self.front_end.gid(who)


@pytest.fixture
def operator(front_end: FrontEnd) -> Operator:
    front_end.platform.person("Staff", Role.STAFF)
    return Operator(front_end)


# -- people --------------------------------------------------------------------------------------------------------------


def test_a_change_without_effect_is_done_at_once(operator: Operator) -> None:
    answer = operator.done("updatePerson", person=operator.gid("Maya"), name="Maya M.")
    assert answer["record"]["person"] == {"name": "Maya M.", "timeZone": "Europe/London"}


def test_an_effect_is_shown_by_twin_and_refusal_and_acknowledged_by_its_digest(operator: Operator) -> None:
    change = {"person": operator.gid("Maya"), "email": "new@example.com", "timeZone": "Europe/Paris"}
    shown = operator.front_end.ask(
        "Sam",
        f"query($input: PersonChanges!) {{ canUpdatePerson(input: $input) {{ allowed code message checkedAt {EFFECT} }} }}",
        input=change,
    )["canUpdatePerson"]
    refused = operator.refused("updatePerson", "LATE_CHANGE_NEEDS_ACK", **change)
    assert refused["__typename"] == "EffectNotAcknowledged"
    assert (shown["allowed"], shown["code"], shown["effect"]) == (True, None, refused["effect"])
    operator.refused("updatePerson", "CONSEQUENCE_CHANGED", **change, acknowledge="0" * 64)
    answer = operator.done("updatePerson", **change, acknowledge=shown["effect"]["digest"])
    assert answer["record"]["email"] == "new@example.com"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timeZone": "Mars/Olympus"}, ["timeZone"]),
        ({"email": "none"}, ["email"]),
        ({"name": ""}, ["name"]),
        ({"person": "bm9uZQ"}, ["person"]),
    ],
)
def test_bad_input_of_a_person_names_its_field(operator: Operator, change: Json, path: list[str]) -> None:
    given = {"person": operator.gid("Maya"), **change}
    assert operator.refused("updatePerson", "INVALID_INPUT", **given)["path"] == path


def test_somebody_who_was_deactivated_is_out_until_they_are_reactivated(operator: Operator) -> None:
    front_end = operator.front_end
    viewer = "{ viewer { person { name } } }"
    asked = front_end.ask(
        "Sam", f"query($p: ID!) {{ canDeactivatePerson(person: $p) {{ {EFFECT} }} }}", p=operator.gid("Maya")
    )
    effect = asked["canDeactivatePerson"]["effect"]
    assert effect["kinds"] == ["SIGN_IN_STOPS", "FEED_STOPS", "BOOKING_STOPS"]
    answer = operator.done("deactivatePerson", person=operator.gid("Maya"), acknowledge=effect["digest"])
    assert answer["record"]["deactivatedAt"] == "2027-03-01T09:00:00Z"
    assert front_end.codes("Maya", viewer) == ["UNAUTHENTICATED"]
    back = operator.refused("reactivatePerson", "LATE_CHANGE_NEEDS_ACK", person=operator.gid("Maya"))
    operator.done("reactivatePerson", person=operator.gid("Maya"), acknowledge=back["effect"]["digest"])
    assert front_end.codes("Maya", viewer) == []


def test_identities_come_and_go(operator: Operator) -> None:
    given = {"person": operator.gid("Maya"), "issuer": "https://login.example.com", "subject": "m-1"}
    (linked,) = operator.done("linkIdentity", **given)["record"]["identities"]
    assert (linked["issuer"], linked["subject"]) == ("https://login.example.com", "m-1")
    operator.refused("linkIdentity", "INVALID_INPUT", **{**given, "person": operator.gid("Nora")})
    assert operator.done("unlinkIdentity", **given)["record"]["identities"] == []


# -- availability --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Sam", "Eva"])
def test_a_coach_and_staff_set_a_date_a_buffer_and_a_time_off(operator: Operator, who: str) -> None:
    eva = operator.gid("Eva")
    hours = [{"from": "09:00", "to": "12:00"}, {"from": "14:00", "to": "00:00"}]
    answer = operator.done("setDateOverride", who=who, coach=eva, date="2027-03-20", stretches=hours)
    assert answer["availability"]["dateOverrides"] == [{"date": "2027-03-20", "stretches": hours}]
    operator.done("setDateOverride", who=who, coach=eva, date="2027-03-21", stretches=[])
    answer = operator.done("setDateOverride", who=who, coach=eva, date="2027-03-20", stretches=None)
    assert answer["availability"]["dateOverrides"] == [{"date": "2027-03-21", "stretches": []}]
    answer = operator.done("setBuffers", who=who, coach=eva, before="PT5M", after="PT10M")
    assert answer["availability"] == {"bufferBefore": "PT5M", "bufferAfter": "PT10M"}
    off = operator.done(
        "addTimeOff", who=who, coach=eva, startsAt="2027-03-22T00:00:00Z", endsAt="2027-03-23T00:00:00Z"
    )
    assert operator.done("removeTimeOff", who=who, timeOff=off["timeOff"]["id"])["availability"]["timesOff"] == []


def test_members_and_other_coaches_set_nothing(operator: Operator) -> None:
    eva = operator.gid("Eva")
    for who in ("Maya", "Dan"):
        operator.refused("setDateOverride", "FORBIDDEN", who=who, coach=eva, date="2027-03-20", stretches=[])
        operator.refused("setBuffers", "FORBIDDEN", who=who, coach=eva, before="PT5M", after="PT5M")
        operator.refused("setHolidays", "FORBIDDEN", who=who, year=2027, holidays=[])


AVAILABILITY = """query($coach: ID!) { coachAvailability(coach: $coach) { coach { name } hoursZone bufferBefore
  weeklyHours { weekday from to } timesOff { startsAt } } }"""


def test_a_member_reads_the_hours_of_a_coach_and_not_when_they_are_away(operator: Operator) -> None:
    eva = operator.gid("Eva")
    operator.done("addTimeOff", coach=eva, startsAt="2027-03-22T00:00:00Z", endsAt="2027-03-23T00:00:00Z")
    known = operator.front_end.ask("Maya", AVAILABILITY, coach=eva)["coachAvailability"]
    assert (known["coach"]["name"], known["hoursZone"], len(known["weeklyHours"])) == ("Eva", "Europe/London", 7)
    assert known["timesOff"] == []
    assert len(operator.front_end.ask("Eva", AVAILABILITY, coach=eva)["coachAvailability"]["timesOff"]) == 1
    assert operator.front_end.ask("Maya", AVAILABILITY, coach=operator.gid("Dan")) == {"coachAvailability": None}
    assert operator.front_end.ask("Sam", AVAILABILITY, coach=operator.gid("Maya")) == {"coachAvailability": None}


def test_terms_are_set_as_a_whole_and_read_by_everybody(operator: Operator) -> None:
    spring, summer = ({"startsOn": f"2027-0{month}-12", "name": "Term"} for month in (1, 4))
    assert operator.done("setTerms", terms=[summer, spring])["terms"] == [spring, summer]
    assert operator.done("setTerms", terms=[summer])["terms"] == [summer]
    assert operator.front_end.ask("Maya", "{ terms { startsOn name } }") == {"terms": [summer]}
    assert operator.refused("setTerms", "INVALID_INPUT", terms=[summer, summer])["path"] == ["terms"]
    assert operator.refused("setTerms", "INVALID_INPUT", terms=[{**summer, "name": ""}])["path"] == ["terms", "name"]


def test_holidays_are_set_by_year_and_read_by_everybody(operator: Operator) -> None:
    day = {"date": "2027-12-25", "name": "A holiday"}
    assert operator.done("setHolidays", year=2027, holidays=[day])["holidays"] == [day]
    document = 'query { holidays(from: "2027-01-01", to: "2027-12-31") { date name } }'
    assert operator.front_end.ask("Maya", document) == {"holidays": [day]}
    backwards = 'query { holidays(from: "2027-12-31", to: "2027-01-01") { date } }'
    assert operator.front_end.codes("Maya", backwards) == ["INVALID_INPUT"]
    assert operator.refused("setHolidays", "INVALID_INPUT", year=2028, holidays=[day])["path"] == ["holidays"]


# -- memberships ---------------------------------------------------------------------------------------------------------


def test_engagements_begin_and_end_with_what_stands(operator: Operator) -> None:
    begun = operator.done("startEngagement", member=operator.gid("Maya"), coach=operator.gid("Dan"))["engagement"]
    assert (begun["status"], begun["member"]["name"], begun["coach"]["name"]) == ("ACTIVE", "Maya", "Dan")
    document = "query { engagements(first: 10) { nodes { id coach { name } status } } }"
    for who, count in (("Sam", 3), ("Maya", 2), ("Dan", 2), ("Nora", 1), ("Staff", 3)):
        assert len(operator.front_end.ask(who, document)["engagements"]["nodes"]) == count
    ended = operator.done("endEngagement", engagement=begun["id"])
    assert (ended["engagement"]["status"], ended["sessions"]) == ("ENDED", [])
    operator.refused("endEngagement", "WRONG_STATE", engagement=begun["id"])


def test_a_contract_is_added_attached_and_shown_to_staff_alone(operator: Operator) -> None:
    added = operator.done("addContract", name="Frame", sponsor="S", document="[booking]\nhorizon_periods = 2\n")[
        "contract"
    ]
    operator.refused("addContract", "INVALID_INPUT", name="Frame", sponsor="S")
    person = operator.front_end.platform.person("Kai", Role.MEMBER)
    enrolled = operator.done(
        "enrolMember", member=global_id("Person", person), coaches=[operator.gid("Eva")], contract=added["id"]
    )
    assert enrolled["membership"]["contract"] == {"name": "Frame"}
    membership = enrolled["membership"]["id"]
    document = "query($id: ID!) { node(id: $id) { ... on Membership { contract { name } } } }"
    assert operator.front_end.ask("Kai", document, id=membership) == {"node": {"contract": None}}
    assert operator.front_end.ask("Kai", "query($id: ID!) { node(id: $id) { id } }", id=added["id"]) == {"node": None}
    assert operator.done("attachContract", membership=membership)["membership"]["contract"] is None
    listed = operator.front_end.ask("Sam", "{ contracts(first: 5) { nodes { name } } }")
    assert listed == {"contracts": {"nodes": [{"name": "Frame"}]}}


# -- keys ----------------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once(operator: Operator) -> None:
    given = {"name": "Back end", "scopes": ["READ", "TOKENS"], "key": "once"}
    first = operator.done("createApiKey", **given)
    presented = read_key(first["key"])
    assert presented is not None
    assert presented.organisation_id == operator.front_end.platform.organisation_id
    assert (first["apiKey"]["scopes"], first["apiKey"]["createdBy"]["name"]) == (["READ", "TOKENS"], "Sam")
    assert operator.done("createApiKey", **given) == {**first, "key": None}
    listed = operator.front_end.ask("Sam", "{ apiKeys(first: 5) { nodes { id name revokedAt } } }")["apiKeys"]["nodes"]
    assert [one["name"] for one in listed] == ["Back end"]
    assert operator.done("revokeApiKey", apiKey=first["apiKey"]["id"])["apiKey"]["revokedAt"] is not None
    operator.refused("revokeApiKey", "WRONG_STATE", apiKey=first["apiKey"]["id"])


def test_nobody_signed_in_as_a_person_issues_tokens(operator: Operator) -> None:
    operator.refused("issueToken", "FORBIDDEN", person=operator.gid("Maya"), lifetime="PT10M")


# -- imports -------------------------------------------------------------------------------------------------------------

PEOPLE = "name,email,time_zone,roles\nKai,kai@example.com,Pacific/Auckland,member\n"


def test_people_are_imported_or_every_problem_is_listed(operator: Operator) -> None:
    assert operator.done("importPeople", csv=PEOPLE, dryRun=True) == {"dryRun": True, "lines": 1, "imported": 1}
    bad = PEOPLE + "Leo,maya@example.com,Mars,member\n"
    refused = operator.refused("importPeople", "INVALID_INPUT", csv=bad)
    assert refused["__typename"] == "ImportRefused"
    assert [(one["line"], one["column"], one["code"]) for one in refused["problems"]] == [
        (3, "email", "EXISTS_ALREADY"),
        (3, "time_zone", "INVALID_VALUE"),
    ]
    for _ in range(2):
        assert operator.done("importPeople", csv=PEOPLE) == {"dryRun": False, "lines": 1, "imported": 1}
    operator.refused("importPeople", "FORBIDDEN", who="Eva", csv=PEOPLE)
    assert operator.refused("importPeople", "INVALID_INPUT", csv="x" * 200_001)["path"] == ["csv"]


def test_bookings_are_imported_line_by_line(operator: Operator) -> None:
    csv = (
        "member,coach,kind,starts_at\nmaya@example.com,eva@example.com,coaching,2027-03-18T10:00:00Z\n"
        "nora@example.com,eva@example.com,coaching,2027-03-19T10:00:00Z\n"
    )
    refused = [{"line": 3, "code": "REFUSED", "refusal": "NOT_FOUND"}]
    dry = operator.done("importBookings", csv=csv, dryRun=True)
    assert dry == {"dryRun": True, "lines": 2, "imported": 1, "already": 0, "problems": refused}
    assert operator.done("importBookings", csv=csv) == {**dry, "dryRun": False}
    assert operator.done("importBookings", csv=csv)["already"] == 1
    unread = operator.refused("importBookings", "INVALID_INPUT", csv=csv + "x,y,z\n")
    assert unread["problems"] == [{"line": 4, "column": None, "code": "WRONG_NUMBER_OF_CELLS"}]


# -- reading -------------------------------------------------------------------------------------------------------------

RECORDS = """query($role: Role, $active: Boolean) { people(role: $role, active: $active, first: 100) { nodes { id email roles
  deactivatedAt person { name } coachTerms { fee { minorUnits currency } hoursZone kinds { code } openKinds { code } }
  identities { subject } memberships { status coaches { name } } } } }"""


def test_staff_read_people_with_their_terms_and_memberships(operator: Operator) -> None:
    nodes = operator.front_end.ask("Staff", RECORDS)["people"]["nodes"]
    known = {one["person"]["name"]: one for one in nodes}
    assert list(known) == ["Sam", "Eva", "Dan", "Maya", "Nora", "Staff"]
    assert known["Sam"]["roles"] == ["SENIOR_STAFF", "STAFF"]
    terms = known["Eva"]["coachTerms"]
    assert (terms["fee"], terms["hoursZone"]) == ({"minorUnits": 10000, "currency": "EUR"}, "Europe/London")
    assert {one["code"] for one in terms["kinds"]} == {"mentor", "coaching"}
    assert terms["openKinds"] == []
    assert known["Maya"]["coachTerms"] is None
    assert known["Maya"]["memberships"] == [{"status": "ACTIVE", "coaches": [{"name": "Eva"}]}]
    for role, names in (("COACH", ["Eva", "Dan"]), ("MEMBER", ["Maya", "Nora"])):
        found = operator.front_end.ask("Sam", RECORDS, role=role)["people"]["nodes"]
        assert [one["person"]["name"] for one in found] == names
    assert operator.front_end.ask("Sam", RECORDS, active=False)["people"]["nodes"] == []


@pytest.mark.parametrize("who", ["Maya", "Eva"])
def test_nobody_else_reads_them(operator: Operator, who: str) -> None:
    front_end = operator.front_end
    assert front_end.codes(who, RECORDS) == ["FORBIDDEN"]
    assert front_end.codes(who, "{ apiKeys { nodes { id } } }") == ["FORBIDDEN"]
    assert front_end.codes(who, "{ contracts { nodes { id } } }") == ["FORBIDDEN"]
    record = global_id("PersonRecord", front_end.platform.people["Maya"])
    assert front_end.ask(who, "query($id: ID!) { node(id: $id) { id } }", id=record) == {"node": None}
    assert front_end.ask("Sam", "query($id: ID!) { node(id: $id) { id } }", id=record) == {"node": {"id": record}}
    asked = "query($p: ID!) { canDeactivatePerson(person: $p) { allowed code effect { summary } } }"
    answer = front_end.ask(who, asked, p=front_end.gid("Maya"))["canDeactivatePerson"]
    assert answer == {"allowed": False, "code": "FORBIDDEN", "effect": None}


@pytest.mark.parametrize("field", ["people", "apiKeys", "contracts", "engagements"])
def test_lists_are_for_who_is_signed_in(operator: Operator, field: str) -> None:
    assert operator.front_end.codes(None, f"{{ {field} {{ nodes {{ id }} }} }}") == ["UNAUTHENTICATED"]
