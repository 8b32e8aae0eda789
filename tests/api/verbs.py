"""Every mutation with an input that would be done, and who may have it done (MODEL 10)."""

from collections.abc import Callable

from policy.terms import Scope
from tests.api.conftest import FrontEnd
from tests.api.givens import (
    Json,
    a_series,
    about_to_rest,
    accepted_wish,
    api_key,
    asked,
    bought,
    cancelled_membership,
    contested,
    contract,
    conversation,
    deactivated,
    doubled,
    earned,
    engagement,
    failed,
    invitation,
    known_to_an_issuer,
    lost,
    matched,
    membership,
    mento,
    missed,
    moved,
    newcomer,
    of_membership,
    of_series,
    over,
    over_there,
    pack,
    pausable,
    proposed,
    questioned,
    questioned_before,
    quoted_wish,
    reported,
    request_of_hers,
    rhythm,
    session,
    shown,
    stopped,
    time_off,
    told,
    versioned,
    wish,
    written,
)

Given = Callable[[FrontEnd], Json]
DONE = "done"
NOBODY = "UNAUTHENTICATED"
ROLES = ("Maya", "Nora", "Eva", "Dan", "Tom", "Sam", None)
"""The member and the coach of the session in question, a member and a coach who have nothing to do with it, plain staff,
senior staff, and nobody."""


def allowed(*names: str, otherwise: str = "FORBIDDEN", **others: str) -> dict[str | None, str]:
    """The answer to each role: done for those who are named."""
    return {who: NOBODY if who is None else DONE if who in names else others.get(who, otherwise) for who in ROLES}


STRANGERS = {"Nora": "NOT_FOUND", "Dan": "NOT_FOUND"}
STAFF = allowed("Tom", "Sam")
STAFF_AND_EVA = allowed("Eva", "Tom", "Sam")

WORDS = {"text": "Read.", "visibility": "SHARED"}
ABOUT_THE_CALL = allowed("Eva", **STRANGERS)
OWN_WORDS = allowed("Eva", otherwise="NOT_FOUND", Maya="FORBIDDEN")

MUTATIONS: dict[str, tuple[Given, dict[str | None, str]]] = {
    "bookSession": (
        lambda f: {
            "kind": f.kind("coaching"), "coach": f.gid("Eva"), "member": f.gid("Maya"),
            "startsAt": "2027-03-18T10:00:00Z", "note": "asked by phone",
        },
        allowed("Maya", "Tom", "Sam", Eva="FORBIDDEN", Nora="NOT_FOUND", Dan="NOT_FOUND"),
    ),
    "cancelSession": (lambda f: {**session(f), "note": "asked by phone"}, allowed("Maya", "Eva", "Tom", "Sam", **STRANGERS)),
    "rescheduleSession": (
        lambda f: {**session(f), "to": "2027-03-19T10:00:00Z", "note": "asked by phone"},
        allowed("Maya", "Eva", "Tom", "Sam", **STRANGERS),
    ),
    "confirmNewTime": (moved, allowed("Maya", Eva="FORBIDDEN", **STRANGERS)),
    "recordOutcome": (
        lambda f: {**over(f), "held": True, "note": "asked by phone"}, allowed("Eva", "Tom", "Sam", **STRANGERS),
    ),
    "stateReason": (
        lambda f: {**lost(f), "reason": "CLIENT_EMERGENCY", "note": "asked by phone"},
        allowed("Eva", "Tom", "Sam", **STRANGERS),
    ),
    "checkIn": (
        lambda f: {"session": over_there(f)}, allowed("Maya", "Eva", **STRANGERS),
    ),
    "waiveEarning": (lambda f: {"earning": earned(f), "ifVersion": 1}, allowed("Eva", Maya="NOT_FOUND", **STRANGERS)),
    "markEarningsPaid": (lambda f: {"earnings": [earned(f)], "payout": "T-17"}, STAFF),
    "keepSession": (
        lambda f: {**doubled(f), "note": "Asked for."},
        allowed("Maya", "Tom", "Sam", **STRANGERS),
    ),
    "acceptProposal": (proposed, allowed("Eva", **STRANGERS)),
    "declineProposal": (proposed, allowed("Eva", **STRANGERS)),
    "skipQuestionnaire": (
        lambda f: {"session": questioned_before(f)}, allowed("Maya", **STRANGERS),
    ),
    "submitQuestionnaire": (
        lambda f: {"session": questioned_before(f), "answers": [{"question": "TOPIC", "values": ["Work."]}]},
        allowed("Maya", **STRANGERS),
    ),
    "setQuestionnaire": (
        lambda f: {"kind": f.kind("coaching"), "questions": [{"code": "A", "text": "What?", "type": "LONG_TEXT"}]}, STAFF,
    ),
    "setCoachProfile": (
        lambda f: {"coach": f.gid("Eva"), "headline": "", "about": "", "languages": []}, STAFF_AND_EVA,
    ),
    "sendMessage": (
        lambda f: {"thread": conversation(f), "text": "Hello."}, allowed("Maya", "Eva", otherwise="NOT_FOUND"),
    ),
    "markThreadRead": (lambda f: {"thread": conversation(f)}, allowed("Maya", "Eva", otherwise="NOT_FOUND")),
    "markNotificationsRead": (
        lambda f: {"upTo": told(f)}, allowed("Maya", otherwise="NOT_FOUND"),
    ),
    "sendInvite": (invitation, allowed("Eva", "Tom", "Sam", **STRANGERS)),
    "requestBooking": (request_of_hers, allowed("Maya", otherwise="NOT_FOUND")),
    "withdrawProposal": (proposed, allowed("Maya", **STRANGERS)),
    "offerRebooking": (lambda f: versioned(f, over(f)), allowed("Eva", "Tom", "Sam", **STRANGERS)),
    "reportNoShow": (lambda f: versioned(f, over(f)), allowed("Maya", **STRANGERS)),
    "withdrawReport": (reported, allowed("Maya", **STRANGERS)),
    "contestOutcome": (missed, allowed("Maya", **STRANGERS)),
    "answerInvestigation": (questioned, allowed("Maya", **STRANGERS)),
    "decideCase": (
        lambda f: {**contested(f), "held": False, "reason": "PLATFORM_FAILURE"}, allowed("Tom", "Sam", **STRANGERS),
    ),
    "writeNote": (lambda f: {**WORDS, "session": session(f)["session"]}, ABOUT_THE_CALL),
    "editNote": (lambda f: {**WORDS, "note": written(f, "writeNote", "note"), "ifVersion": 1}, OWN_WORDS),
    "addActionItem": (lambda f: {**WORDS, "session": session(f)["session"]}, ABOUT_THE_CALL),
    "editActionItem": (
        lambda f: {**WORDS, "actionItem": written(f, "addActionItem", "actionItem"), "ifVersion": 1}, OWN_WORDS,
    ),
    "finishActionItem": (
        lambda f: {"actionItem": written(f, "addActionItem", "actionItem"), "ifVersion": 1, "done": True},
        allowed("Eva", "Maya", otherwise="NOT_FOUND"),
    ),
    "addPerson": (
        lambda _: {"name": "Kai", "email": "kai@example.com", "timeZone": "Pacific/Auckland", "roles": ["MEMBER"]},
        STAFF,
    ),
    "addCoach": (
        lambda f: {
            "person": f.gid("Eva"), "fee": {"minorUnits": 1, "currency": "EUR"}, "hoursZone": "Europe/London",
            "kinds": [f.kind("coaching")],
        },
        STAFF,
    ),
    "setWeeklyHours": (
        lambda f: {"coach": f.gid("Eva"), "hours": [{"weekday": 0, "from": "09:00", "to": "17:00"}]},
        STAFF_AND_EVA,
    ),
    "addTimeOff": (
        lambda f: {"coach": f.gid("Eva"), "startsAt": "2027-08-01T00:00:00Z", "endsAt": "2027-08-15T00:00:00Z"},
        STAFF_AND_EVA,
    ),
    "enrolMember": (
        lambda f: {"member": newcomer(f), "coaches": [f.gid("Eva")]},
        STAFF,
    ),
    "grantPack": (
        lambda f: {"member": f.gid("Maya"), "kind": f.kind("coaching"), "units": 1},
        STAFF,
    ),
    "recordPayment": (
        lambda f: {
            "member": bought(f), "kind": f.kind("call"), "amount": {"minorUnits": 6000, "currency": "EUR"},
            "provider": "bank", "reference": "1",
        },
        STAFF,
    ),
    "cancelMembership": (
        lambda f: of_membership(f, "canCancel"), allowed("Maya", Eva="FORBIDDEN", Tom="REASON_REQUIRED", Sam="REASON_REQUIRED", **STRANGERS),
    ),
    "changeCadence": (
        rhythm, allowed("Maya", "Tom", "Sam", Eva="FORBIDDEN", **STRANGERS),
    ),
    "makeRequest": (
        lambda f: {"member": f.gid("Maya"), "wanted": {"extra": {}}, "text": "Please.", **mento(f)},
        allowed("Maya", "Eva", "Tom", "Sam", **STRANGERS),
    ),
    "answerRequest": (
        lambda f: {**wish(f), "answer": "REFUSE"}, allowed("Tom", "Sam", Maya="FORBIDDEN", Eva="FORBIDDEN", **STRANGERS),
    ),
    "withdrawRequest": (wish, allowed("Maya", "Eva", Tom="FORBIDDEN", Sam="FORBIDDEN", **STRANGERS)),
    "acceptRequest": (quoted_wish, allowed("Maya", Eva="FORBIDDEN", Tom="FORBIDDEN", Sam="FORBIDDEN", **STRANGERS)),
    "recordRequestPayment": (
        lambda f: {**accepted_wish(f), "provider": "bank", "reference": "1"}, STAFF,
    ),
    "chooseCoach": (matched, allowed("Maya", "Tom", "Sam", Eva="FORBIDDEN", Nora="NOT_FOUND", Dan="FORBIDDEN")),
    "switchCoach": (
        lambda f: {**of_membership(f), "from": f.gid("Eva"), "to": f.gid("Dan")},
        allowed("Tom", "Sam", Maya="FORBIDDEN", Eva="FORBIDDEN", **STRANGERS),
    ),
    "reportToTeam": (
        lambda f: {"member": f.gid("Maya"), "matter": "CONDUCT", "text": "Rude."}, allowed("Maya", "Eva", "Tom", "Sam", **STRANGERS),
    ),
    "logContactAttempt": (
        lambda f: {"member": f.gid("Maya"), "text": "Called."}, allowed("Eva", "Tom", "Sam", Maya="FORBIDDEN", **STRANGERS),
    ),
    "keepMembership": (cancelled_membership, allowed("Maya", Eva="FORBIDDEN", Tom="REASON_REQUIRED", Sam="REASON_REQUIRED", **STRANGERS)),
    "pauseMembership": (pausable, allowed("Maya", Eva="FORBIDDEN", Tom="REASON_REQUIRED", Sam="REASON_REQUIRED", **STRANGERS)),
    "resumeMembership": (about_to_rest, allowed("Maya", Eva="FORBIDDEN", Tom="REASON_REQUIRED", Sam="REASON_REQUIRED", **STRANGERS)),
    "markPastDue": (of_membership, allowed("Tom", "Sam", Maya="FORBIDDEN", Eva="FORBIDDEN", **STRANGERS)),
    "recordReceipt": (
        lambda f: {
            "member": f.gid("Maya"), "amount": {"minorUnits": 6000, "currency": "EUR"}, "provider": "bank", "reference": "1",
        },
        STAFF,
    ),
    "contactSupport": (
        lambda f: {"session": session(f)["session"], "text": "I need help."},
        allowed("Maya", "Eva", **STRANGERS),
    ),
    "extendPack": (pack, allowed("Maya", "Tom", "Sam", Eva="FORBIDDEN", **STRANGERS)),
    "liftSanction": (stopped, allowed("Sam", Maya="FORBIDDEN", Tom="FORBIDDEN", Eva="NOT_FOUND", **STRANGERS)),
    "concludeTask": (lambda f: {"task": asked(f), "ifVersion": 1, "conclusion": "ANSWERED"}, STAFF),
    "createSeries": (a_series, allowed("Eva", "Tom", "Sam", **STRANGERS)),
    "changeSeries": (lambda f: of_series(f, localTime="10:00"), allowed("Eva", "Tom", "Sam", **STRANGERS)),
    "endSeries": (of_series, allowed("Eva", "Tom", "Sam", **STRANGERS)),
    "proposeSplit": (of_series, allowed("Maya", "Eva", **STRANGERS)),
    "publishPolicyVersion": (lambda _: {"document": 'extends = "mastered"\n'}, STAFF),
    "updatePerson": (lambda f: {"person": f.gid("Maya"), "name": "Maya M."}, STAFF),
    "deactivatePerson": (lambda f: shown(f, "canDeactivatePerson", newcomer(f)), STAFF),
    "reactivatePerson": (lambda f: shown(f, "canReactivatePerson", deactivated(f)), STAFF),
    "linkIdentity": (
        lambda f: {"person": f.gid("Maya"), "issuer": "https://id.example.com", "subject": "m"}, STAFF,
    ),
    "unlinkIdentity": (known_to_an_issuer, STAFF),
    "setDateOverride": (lambda f: {"coach": f.gid("Eva"), "date": "2027-03-18", "stretches": []}, STAFF_AND_EVA),
    "setBuffers": (lambda f: {"coach": f.gid("Eva"), "before": "PT5M", "after": "PT5M"}, STAFF_AND_EVA),
    "removeTimeOff": (lambda f: {"timeOff": time_off(f)}, STAFF_AND_EVA),
    "setTerms": (lambda _: {"terms": [{"startsOn": "2027-01-11", "name": "Spring"}]}, STAFF),
    "setHolidays": (lambda _: {"year": 2027, "holidays": [{"date": "2027-12-25", "name": "Christmas"}]}, STAFF),
    "startEngagement": (lambda f: {"member": f.gid("Maya"), "coach": f.gid("Dan")}, STAFF),
    "endEngagement": (lambda f: {"engagement": engagement(f)}, STAFF),
    "addContract": (
        lambda _: {"name": "Frame", "sponsor": "Sponsor", "document": "[booking]\nhorizon_periods = 2\n"}, STAFF,
    ),
    "attachContract": (lambda f: {"membership": membership(f), "contract": contract(f)}, STAFF),
    "createApiKey": (lambda _: {"name": "Reader", "scopes": ["READ"]}, STAFF),
    "revokeApiKey": (lambda f: {"apiKey": api_key(f)}, allowed("Tom", "Sam")),
    "repeatWork": (lambda f: {"work": failed(f)}, STAFF),
    "issueToken": (lambda f: {"person": f.gid("Maya"), "lifetime": "PT10M"}, allowed()),
    "importPeople": (
        lambda _: {"csv": "name,email,time_zone,roles\nKai,kai@example.com,Pacific/Auckland,member\n", "dryRun": False}, STAFF,
    ),
    "importBookings": (
        lambda _: {
            "csv": "member,coach,kind,starts_at\nmaya@example.com,eva@example.com,coaching,2027-03-18T10:00:00Z\n",
            "dryRun": False,
        },
        STAFF,
    ),
    "rotateFeedUrl": (lambda _: {}, allowed("Maya", "Nora", "Eva", "Dan", "Tom", "Sam")),
    "startGoogleConnection": (lambda _: {}, allowed("Maya", "Nora", "Eva", "Dan")),
    "disconnectGoogle": (lambda _: {}, allowed("Maya", "Nora", "Eva", "Dan")),
    "advanceTestClock": (lambda _: {"to": "2027-03-02T00:00:00Z"}, STAFF),
}  # fmt: skip

SCOPES: dict[str, Scope | None] = {
    "addPerson": Scope.PEOPLE, "addCoach": Scope.PEOPLE, "updatePerson": Scope.PEOPLE, "deactivatePerson": Scope.PEOPLE,
    "reactivatePerson": Scope.PEOPLE, "linkIdentity": Scope.PEOPLE, "unlinkIdentity": Scope.PEOPLE, "enrolMember": Scope.PEOPLE,
    "startEngagement": Scope.PEOPLE, "endEngagement": Scope.PEOPLE, "addContract": Scope.PEOPLE, "attachContract": Scope.PEOPLE,
    "importPeople": Scope.PEOPLE, "rotateFeedUrl": Scope.PEOPLE,
    "cancelMembership": Scope.PEOPLE, "keepMembership": Scope.PEOPLE, "pauseMembership": Scope.PEOPLE, "resumeMembership": Scope.PEOPLE, "markPastDue": Scope.PEOPLE,
    "changeCadence": Scope.PEOPLE, "answerRequest": Scope.PEOPLE, "switchCoach": Scope.PEOPLE, "chooseCoach": Scope.PEOPLE,
    "recordRequestPayment": Scope.CREDITS, "makeRequest": None, "acceptRequest": None, "withdrawRequest": None,
    "reportToTeam": None, "logContactAttempt": None,
    "setWeeklyHours": Scope.AVAILABILITY, "addTimeOff": Scope.AVAILABILITY, "removeTimeOff": Scope.AVAILABILITY,
    "setDateOverride": Scope.AVAILABILITY, "setBuffers": Scope.AVAILABILITY, "setHolidays": Scope.AVAILABILITY, "setTerms": Scope.AVAILABILITY,
    "publishPolicyVersion": Scope.POLICY,
    "bookSession": Scope.BOOKINGS, "cancelSession": Scope.BOOKINGS, "rescheduleSession": Scope.BOOKINGS,
    "keepSession": Scope.BOOKINGS, "recordOutcome": Scope.BOOKINGS, "stateReason": Scope.BOOKINGS,
    "offerRebooking": Scope.BOOKINGS, "decideCase": Scope.BOOKINGS, "importBookings": Scope.BOOKINGS, "repeatWork": Scope.BOOKINGS, "sendInvite": Scope.BOOKINGS,
    "grantPack": Scope.CREDITS, "recordPayment": Scope.CREDITS, "recordReceipt": Scope.CREDITS, "markEarningsPaid": Scope.CREDITS,
    "issueToken": Scope.TOKENS, "createApiKey": Scope.KEYS, "revokeApiKey": Scope.KEYS, "advanceTestClock": Scope.CLOCK,
    "setQuestionnaire": Scope.POLICY, "setCoachProfile": Scope.PEOPLE,
    "sendMessage": None, "markThreadRead": None, "markNotificationsRead": None,
    "skipQuestionnaire": None, "submitQuestionnaire": None,
    "confirmNewTime": None, "requestBooking": None, "checkIn": None, "waiveEarning": None, "acceptProposal": None, "declineProposal": None,
    "withdrawProposal": None, "reportNoShow": None, "withdrawReport": None, "contestOutcome": None,
    "answerInvestigation": None, "writeNote": None, "editNote": None, "addActionItem": None, "editActionItem": None,
    "finishActionItem": None, "contactSupport": None, "concludeTask": None, "liftSanction": None, "extendPack": Scope.PEOPLE, "startGoogleConnection": None,
    "disconnectGoogle": None, "proposeSplit": None,
    "createSeries": Scope.BOOKINGS, "changeSeries": Scope.BOOKINGS, "endSeries": Scope.BOOKINGS,
}  # fmt: skip
"""The scope by which an API key does what staff do; None for what is for people alone."""

WITHOUT_KEY = frozenset({"advanceTestClock", "issueToken", "importPeople", "importBookings"})
"""Verbs whose input has no idempotency key."""

OF_ONES_OWN = frozenset(
    {
        "addPerson", "addContract", "publishPolicyVersion", "setHolidays", "setTerms", "createApiKey", "importPeople", "rotateFeedUrl",
        "advanceTestClock", "startGoogleConnection", "disconnectGoogle",
    }
)  # fmt: skip
"""Verbs whose input names nothing that is there already: whoever sends it means their own organisation."""
