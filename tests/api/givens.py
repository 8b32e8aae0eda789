"""What stands before a mutation can be done: sessions, cases, wishes, stops and the rest, made by commands."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from api.ids import global_id, parse_id
from commands.contact_support import ContactSupport, contact_support
from commands.outcome import Done
from policy.terms import Role
from tests.api.conftest import FrontEnd

CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
Json = dict[str, Any]


def session(front_end: FrontEnd) -> Json:
    """A call of Maya's with Eva that was just booked."""
    return {"session": front_end.session(front_end.platform.booked("Maya", "coaching", "Eva", CALL)), "ifVersion": 1}


def moved(front_end: FrontEnd) -> Json:
    """The same after Eva has moved it."""
    platform = front_end.platform
    key = platform.booked("Maya", "coaching", "Eva", CALL)
    platform.reschedule("Eva", key, CALL.replace(hour=12))
    return {"session": front_end.session(key), "ifVersion": 2}


def doubled(front_end: FrontEnd) -> Json:
    """The same while another booking competes with it."""
    found = session(front_end)
    front_end.platform.booked("Maya", "coaching", "Eva", CALL.replace(day=25))
    return found


def bought(front_end: FrontEnd) -> str:
    """Maya, where sessions are purchased."""
    front_end.platform.publish('extends = "topmate"\n')
    return front_end.gid("Maya")


def asked(front_end: FrontEnd) -> str:
    """A task of the team: Maya has asked for help."""
    platform, key = front_end.platform, session(front_end)["session"]
    command = ContactSupport(session_id=local(key), text="I need help.")
    outcome = contact_support(platform.database, platform.request("Maya"), command)
    assert isinstance(outcome, Done)
    return global_id("Task", outcome.object_id)


def local(text: str) -> int:
    """The key of a global id."""
    parsed = parse_id(text)
    assert parsed is not None
    return parsed[1]


def newcomer(front_end: FrontEnd) -> str:
    """Kai, who has the role of a member and nothing else."""
    front_end.platform.person("Kai", Role.MEMBER)
    return front_end.gid("Kai")


def made(front_end: FrontEnd, verb: str, selection: str, **fields: Any) -> Any:
    """What Sam gets from a verb of the operator's side, as an object of its success."""
    name = verb[0].upper() + verb[1:]
    document = (
        f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ ... on {name}Success {{ {selection} }} }} }}"
    )
    given = {**fields, "idempotencyKey": front_end.key()}
    return next(iter(front_end.ask("Sam", document, input=given).values()))


def shown(front_end: FrontEnd, twin: str, person: str) -> Json:
    """The person, with the digest of the effect that Sam was shown."""
    check = front_end.ask("Sam", f"query ($id: ID!) {{ {twin}(person: $id) {{ effect {{ digest }} }} }}", id=person)
    return {"person": person, "acknowledge": check[twin]["effect"]["digest"]}


def deactivated(front_end: FrontEnd) -> str:
    """Kai again, after he was deactivated."""
    kai = newcomer(front_end)
    made(front_end, "deactivatePerson", "record { id }", **shown(front_end, "canDeactivatePerson", kai))
    return kai


def known_to_an_issuer(front_end: FrontEnd) -> Json:
    """Maya, whom an issuer calls m."""
    identity = {"person": front_end.gid("Maya"), "issuer": "https://id.example.com", "subject": "m"}
    made(front_end, "linkIdentity", "record { id }", **identity)
    return identity


def time_off(front_end: FrontEnd) -> str:
    """Eva's August."""
    given = {"coach": front_end.gid("Eva"), "startsAt": "2027-08-01T00:00:00Z", "endsAt": "2027-08-15T00:00:00Z"}
    return made(front_end, "addTimeOff", "timeOff { id }", **given)["timeOff"]["id"]


def engagement(front_end: FrontEnd) -> str:
    """Maya's with Eva."""
    found = front_end.ask("Maya", "{ engagements { nodes { id } } }")["engagements"]["nodes"]
    return found[0]["id"]


def membership(front_end: FrontEnd) -> str:
    """The membership of Kai, enrolled with Eva."""
    given = {"member": newcomer(front_end), "coaches": [front_end.gid("Eva")]}
    return made(front_end, "enrolMember", "membership { id }", **given)["membership"]["id"]


def of_membership(front_end: FrontEnd, twin: str | None = None) -> Json:
    """The membership of Maya, with the digest of what she was shown."""
    query = "{ viewer { membership { id version canCancel { effect { digest } } canKeep { effect { digest } } } } }"
    own = front_end.ask("Maya", query)["viewer"]["membership"]
    given = {"membership": own["id"], "ifVersion": own["version"]}
    return given if twin is None else {**given, "acknowledge": own[twin]["effect"]["digest"]}


def mento(front_end: FrontEnd) -> Json:
    """Mento's rules are in force for Maya and Eva."""
    front_end.platform.publish('extends = "mento"\n')
    return {}


def rhythm(front_end: FrontEnd) -> Json:
    """Another rhythm for Maya, by Mento's rules."""
    mento(front_end)
    query = """{ viewer { membership { id version canChangeCadence(cadence: MONTHLY) { effect { digest } } } } }"""
    own = front_end.ask("Maya", query)["viewer"]["membership"]
    digest = own["canChangeCadence"]["effect"]["digest"]
    return {"membership": own["id"], "ifVersion": own["version"], "cadence": "MONTHLY", "acknowledge": digest}


def wish(front_end: FrontEnd) -> Json:
    """Eva asks for an extra session of Maya's."""
    mento(front_end)
    given = {"member": front_end.gid("Maya"), "wanted": {"extra": {}}, "text": "Please."}
    act(front_end, "Eva", "makeRequest", **given)
    return latest_wish(front_end)


def latest_wish(front_end: FrontEnd) -> Json:
    """What was asked for last, as it stands."""
    query = "{ viewer { requests(last: 1) { nodes { id version } } } }"
    [found] = front_end.ask("Sam", query)["viewer"]["requests"]["nodes"]
    return {"request": found["id"], "ifVersion": found["version"]}


def quoted_wish(front_end: FrontEnd) -> Json:
    """The same after the team has quoted it, with what Maya was shown."""
    price = {"minorUnits": 12000, "currency": "EUR"}
    act(front_end, "Sam", "answerRequest", **wish(front_end), answer="QUOTE", price=price)
    found = latest_wish(front_end)
    query = "query ($id: ID!) { node(id: $id) { ... on MembershipRequest { canAccept { effect { digest } } } } }"
    shown = front_end.ask("Maya", query, id=found["request"])["node"]["canAccept"]
    return {**found, "acknowledge": shown["effect"]["digest"]}


def accepted_wish(front_end: FrontEnd) -> Json:
    """The same after she has accepted it."""
    act(front_end, "Maya", "acceptRequest", **quoted_wish(front_end))
    return latest_wish(front_end)


def matched(front_end: FrontEnd) -> Json:
    """Maya, whose membership has ended, is matched with Eva and Dan."""
    platform = front_end.platform
    mento(front_end)
    with platform.database.unit(platform.organisation_id) as unit:
        unit.connection.execute(UNMATCHED)
    given = {"member": front_end.gid("Maya"), "coaches": [], "candidates": [front_end.gid("Eva"), front_end.gid("Dan")]}
    made(front_end, "enrolMember", "membership { id }", **given)
    own = front_end.ask("Maya", "{ viewer { membership { id version } } }")["viewer"]["membership"]
    return {"membership": own["id"], "ifVersion": own["version"], "coach": front_end.gid("Eva")}


UNMATCHED = text("UPDATE membership SET status = 'ENDED'")


def cancelled_membership(front_end: FrontEnd) -> Json:
    """The same after she has cancelled it."""
    act(front_end, "Maya", "cancelMembership", **of_membership(front_end, "canCancel"))
    return of_membership(front_end)


def pausable(front_end: FrontEnd) -> Json:
    """Maya's membership, by rules under which she may let it rest, with the digest of what she was shown."""
    front_end.platform.publish('extends = "mastered"\n[membership]\npause = true\n')
    query = "{ viewer { membership { id version canPause { effect { digest } } } } }"
    own = front_end.ask("Maya", query)["viewer"]["membership"]
    return {"membership": own["id"], "ifVersion": own["version"], "acknowledge": own["canPause"]["effect"]["digest"]}


def about_to_rest(front_end: FrontEnd) -> Json:
    """The same after she has said so."""
    act(front_end, "Maya", "pauseMembership", **pausable(front_end))
    return of_membership(front_end)


WITH_SERIES = 'extends = "mastered"\n[entitlement]\nbasis = "CADENCE"\n[series]\nenabled = true\n'


def a_series(front_end: FrontEnd) -> Json:
    """Coaching calls of Maya's with Eva, every other Saturday of May and June, where there are series; three in May."""
    front_end.platform.publish(WITH_SERIES)
    terms = {"firstDate": "2027-05-01", "localTime": "09:00", "until": "2027-06-30", "note": "Agreed."}
    return {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "member": front_end.gid("Maya"), **terms}


def of_series(front_end: FrontEnd, **more: Any) -> Json:
    """The same after it was created."""
    series = made(front_end, "createSeries", "series { id version }", **a_series(front_end))["series"]
    return {"series": series["id"], "ifVersion": series["version"], "note": "Agreed.", **more}


def contract(front_end: FrontEnd) -> str:
    """A contract of a sponsor."""
    given = {"name": "Frame", "sponsor": "Sponsor", "document": "[booking]\nhorizon_periods = 2\n"}
    return made(front_end, "addContract", "contract { id }", **given)["contract"]["id"]


def api_key(front_end: FrontEnd) -> str:
    """A key that reads."""
    return made(front_end, "createApiKey", "apiKey { id }", name="Reader", scopes=["READ"])["apiKey"]["id"]


FAILED = text("""
UPDATE due_work SET set_aside_at = fires_at, last_error = 'smtp550', attempts = 1
WHERE id = (SELECT min(id) FROM due_work WHERE kind = 'MAIL' AND done_at IS NULL) RETURNING id
""")


def failed(front_end: FrontEnd) -> str:
    """A mail of a booking that the mail server refused for good."""
    session(front_end)
    platform = front_end.platform
    with platform.database.unit(platform.organisation_id) as unit:
        return global_id("DueWork", unit.connection.execute(FAILED).scalar_one())


def over(front_end: FrontEnd) -> Json:
    """A call of Maya's with Eva of which the time is over."""
    given = session(front_end)
    front_end.platform.at(CALL.replace(minute=45))
    return {**given, "ifVersion": 2}


def over_there(front_end: FrontEnd) -> str:
    """A call of Maya's with Eva that has just begun."""
    found = session(front_end)["session"]
    front_end.platform.at(CALL)
    return found


def lost(front_end: FrontEnd) -> Json:
    """A call that Maya cancelled a day before, too late."""
    platform = front_end.platform
    key = platform.booked("Maya", "coaching", "Eva", CALL)
    platform.at(CALL.replace(day=17))
    check = platform.can_cancel("Maya", key)
    assert check.consequence is not None
    platform.cancel("Maya", key, acknowledge=check.consequence.digest)
    return {"session": front_end.session(key), "ifVersion": 2}


def earned(front_end: FrontEnd) -> str:
    """What Eva has earned by it."""
    query = "query ($id: ID!) { node(id: $id) { ... on Session { earning { id } } } }"
    return front_end.ask("Eva", query, id=lost(front_end)["session"])["node"]["earning"]["id"]


def written(front_end: FrontEnd, verb: str, shown: str, **fields: Any) -> str:
    """The id of something that Eva wrote about a call, shared with Maya."""
    given = {"session": session(front_end)["session"], "text": "Read.", "visibility": "SHARED", **fields}
    name = verb[0].upper() + verb[1:]
    document = (
        f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ ... on {name}Success {{ {shown} {{ id }} }} }} }}"
    )
    answer = front_end.ask("Eva", document, input={**given, "idempotencyKey": front_end.key()})
    return answer[verb][shown]["id"]


ASKS = """
extends = "mastered"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "ASK", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
]
"""


def act(front_end: FrontEnd, who: str, verb: str, **fields: Any) -> None:
    """The verb is done by this person."""
    name = verb[0].upper() + verb[1:]
    document = f"mutation ($input: {name}Input!) {{ {verb}(input: $input) {{ __typename ... on Refusal {{ code }} }} }}"
    result = front_end.tell(who, document, **fields, idempotencyKey=front_end.key())
    assert result["__typename"] == f"{name}Success", result


PACKS = 'extends = "thrive"\n[entitlement]\npack_validity = "P3M"\nextension_by = "P1M"\n[kinds.coaching]\nname = "Call"\nduration = "PT45M"\nunits = 1\npay = 1\n'


def pack(front_end: FrontEnd) -> Json:
    """A pack of Maya's that can be extended."""
    platform = front_end.platform
    platform.publish(PACKS)
    made(
        front_end,
        "grantPack",
        "membership { id }",
        member=front_end.gid("Maya"),
        kind=global_id("SessionKind", platform.kinds["coaching"]),
        units=2,
    )
    query = "{ viewer { entitlements(first: 50) { nodes { id source } } } }"
    nodes = front_end.ask("Maya", query)["viewer"]["entitlements"]["nodes"]
    return {"entitlement": next(one["id"] for one in nodes if one["source"] == "PACK")}


STOPS = """extends = "mastered"
[tallies.late]
of = "MEMBER"
counts = {CLIENT_CANCELLED_LATE = 1}
window = "ALL"
steps = [{at = 1, then = ["BLOCK"], for = "P14D"}]
[tallies.hidden]
of = "COACH"
counts = {CLIENT_CANCELLED_LATE = 1}
window = "ALL"
steps = [{at = 1, then = ["HIDE"], for = "STAFF"}]
"""


def stopped(front_end: FrontEnd) -> Json:
    """Maya's bookings are stopped, because she has cancelled too late; Eva is hidden from others by the same."""
    front_end.platform.publish(STOPS)
    lost(front_end)
    query = "{ viewer { sanctions(first: 1) { nodes { id } } } }"
    [stop] = front_end.ask("Maya", query)["viewer"]["sanctions"]["nodes"]
    return {"sanction": stop["id"], "note": "They have called."}


def proposed(front_end: FrontEnd) -> Json:
    """Maya's wish to move a call, which waits for Eva."""
    front_end.platform.publish(ASKS)
    found = session(front_end)
    act(front_end, "Maya", "rescheduleSession", **found, to="2027-03-19T10:00:00Z")
    query = "query ($id: ID!) { node(id: $id) { ... on Session { proposals { id version } } } }"
    [waiting] = front_end.ask("Maya", query, id=found["session"])["node"]["proposals"]
    return {"proposal": waiting["id"], "ifVersion": waiting["version"], "note": "asked by phone"}


def versioned(front_end: FrontEnd, found: Json) -> Json:
    """The session, with the version that it has now and a reason in words."""
    query = "query ($id: ID!) { node(id: $id) { ... on Session { version } } }"
    version = front_end.ask("Sam", query, id=found["session"])["node"]["version"]
    return {"session": found["session"], "ifVersion": version, "note": "asked by phone"}


def reported(front_end: FrontEnd) -> Json:
    """A call of which Maya says that Eva did not come."""
    found = versioned(front_end, over(front_end))
    act(front_end, "Maya", "reportNoShow", **found)
    return versioned(front_end, found)


def missed(front_end: FrontEnd) -> Json:
    """A call of which Eva says that Maya did not come."""
    found = versioned(front_end, over(front_end))
    act(front_end, "Eva", "recordOutcome", **found, held=False, absent="MEMBER")
    return versioned(front_end, found)


def contested(front_end: FrontEnd) -> Json:
    """The same, which Maya has contested: she is asked questions."""
    found = missed(front_end)
    act(front_end, "Maya", "contestOutcome", **found, claim="PLATFORM_FAILURE")
    return versioned(front_end, found)


def questioned(front_end: FrontEnd) -> Json:
    """The same with an answer to every question."""
    found = contested(front_end)
    query = "query ($id: ID!) { node(id: $id) { ... on Session { cases { questions { code } } } } }"
    cases = front_end.ask("Maya", query, id=found["session"])["node"]["cases"]
    answers = [{"question": one["code"], "answer": "It did not open."} for case in cases for one in case["questions"]]
    return {**found, "answers": answers}


INVITES = 'extends = "mastered"\n[invite]\nenabled = true\n'


def invitation(front_end: FrontEnd) -> Json:
    """Eva's invite to Maya, under rules that let coaches invite."""
    front_end.platform.publish(INVITES)
    return {
        "kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "member": front_end.gid("Maya"),
        "slots": ["2027-03-18T18:00:00Z"], "note": "asked by phone",
    }  # fmt: skip


def request_of_hers(front_end: FrontEnd) -> Json:
    """Maya's request, where the coach confirms each booking."""
    front_end.platform.publish(INVITES + "[booking]\nby_request = true\n")
    return {"kind": front_end.kind("coaching"), "coach": front_end.gid("Eva"), "startsAt": "2027-03-18T10:00:00Z"}


def questioned_before(front_end: FrontEnd) -> str:
    """A call of Maya's with Eva, before which members are asked something."""
    front_end.platform.publish('extends = "mastered"\n[questionnaire]\nenabled = true\n')
    return session(front_end)["session"]


def conversation(front_end: FrontEnd) -> str:
    """Maya's with Eva."""
    given = {"to": front_end.gid("Eva"), "text": "Hello.", "idempotencyKey": front_end.key()}
    document = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { ... on SendMessageSuccess { thread { id } } } }"
    return front_end.ask("Maya", document, input=given)["sendMessage"]["thread"]["id"]


def told(front_end: FrontEnd) -> str:
    """A message that Maya got."""
    session(front_end)
    return front_end.ask("Maya", "{ viewer { notifications { nodes { id } } } }")["viewer"]["notifications"]["nodes"][
        0
    ]["id"]
