"""Each mutation can be asked about before it is done; those that cannot stand here, each with its reason (decision 7, PEERS 5)."""

import re
from collections.abc import Iterator

from graphql import GraphQLInterfaceType, GraphQLObjectType

from api.schema import schema

TWIN = re.compile(r"twin of `(\w+)`")
SAID_BACK = "It writes down what somebody says and changes nothing else; the input is all that there is to see."
SET_UP = "The operator's own set-up: sessions that stand stay, nobody loses or owes anything; the input is all that there is to see."
ACCESS = "It opens or closes a way in for a program or a calendar, at once and as a whole; nothing else follows."
GIVEN = "Staff give what the input names, and nobody loses or owes anything else by it."
OTHERWISE = "It is tried beforehand in another way: "
WITHOUT = {
    "sendMessage": SAID_BACK,
    "markThreadRead": SAID_BACK,
    "markNotificationsRead": SAID_BACK,
    "logContactAttempt": SAID_BACK,
    "reportToTeam": SAID_BACK,
    "setCoachProfile": SAID_BACK,
    "setQuestionnaire": SET_UP,
    "addPerson": SET_UP,
    "addCoach": SET_UP,
    "setWeeklyHours": SET_UP,
    "setDateOverride": SET_UP,
    "setBuffers": SET_UP,
    "addTimeOff": SET_UP,
    "removeTimeOff": SET_UP,
    "setHolidays": SET_UP,
    "setTerms": SET_UP,
    "startEngagement": SET_UP,
    "endEngagement": SET_UP,
    "addContract": SET_UP,
    "attachContract": SET_UP,
    "linkIdentity": ACCESS,
    "unlinkIdentity": ACCESS,
    "createApiKey": ACCESS,
    "revokeApiKey": ACCESS,
    "issueToken": ACCESS,
    "rotateFeedUrl": ACCESS,
    "startGoogleConnection": ACCESS,
    "disconnectGoogle": ACCESS,
    "repeatWork": "What was to be told or written anyway is tried again; nothing else follows.",
    "enrolMember": GIVEN,
    "grantPack": GIVEN,
    "importPeople": OTHERWISE + "`dryRun`.",
    "importBookings": OTHERWISE + "`dryRun`.",
    "publishPolicyVersion": OTHERWISE + "`policyCheck` and `policyDiff`.",
    "advanceTestClock": "A sandbox's clock is there to see what follows.",
}


def twins() -> Iterator[tuple[str, str]]:
    """Each field that says whose twin it is, with that mutation."""
    for name, kind in schema().core.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, described in kind.fields.items():
                for mutation in TWIN.findall(described.description or ""):
                    yield mutation, f"{name}.{field}"


def test_every_mutation_has_a_twin_or_stands_in_the_list_of_those_that_need_none() -> None:
    verbs = schema().core.mutation_type
    assert verbs is not None
    asked = {mutation for mutation, _ in twins()}
    assert asked <= set(verbs.fields), "a twin of no mutation"
    assert set(verbs.fields) - asked == set(WITHOUT)


def test_a_twin_is_named_after_what_it_asks() -> None:
    odd = [field for _, field in twins() if not field.partition(".")[2].startswith(("can", "preview"))]
    assert odd == []
