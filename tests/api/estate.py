"""One of everything that can be read, and everybody who might: what the tests of visibility walk through."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, text

from api.ids import global_id
from policy.terms import Role, Scope
from tests.api.conftest import FrontEnd, Json
from tests.api.givens import (
    ASKS,
    CALL,
    act,
    api_key,
    asked,
    contested,
    contract,
    conversation,
    known_to_an_issuer,
    lost,
    made,
    membership,
    moved,
    of_series,
    proposed,
    stopped,
    time_off,
    versioned,
    wish,
)

ROWS = {
    "Session": "session", "Person": "person", "SessionKind": "session_kind", "PolicyVersion": "policy_version",
    "Membership": "membership", "TimeOff": "time_off", "Entitlement": "credit_lot", "LedgerEntry": "ledger_entry",
    "MoneyEntry": "money_entry", "HistoryEntry": "event", "Notification": "notification", "Viewer": "person",
    "Organisation": "organisation", "PersonRecord": "person", "Engagement": "engagement", "Contract": "contract",
    "ApiKey": "api_key", "Earning": "earning", "Proposal": "proposal", "SessionCase": "session_case", "Note": "note",
    "Task": "task", "ActionItem": "action_item", "CalendarQuestion": "calendar_question", "AuditEntry": "event", "MembershipRequest": "membership_request",
    "Thread": "thread", "Series": "series", "BookingStop": "sanction", "Reading": "content_reading",
}  # fmt: skip
"""The table of each type of node."""

READING, NOT_READING = "a key that reads", "a key of every other scope"
STRANGER = "Sam of another organisation"


def lost_call(front_end: FrontEnd, _owner: Engine) -> None:
    """Maya has cancelled too late; Eva has earned, and has written about it; support was asked, and Maya has written to Eva."""
    written_about(front_end, lost(front_end)["session"])


def written_about(front_end: FrontEnd, session: str) -> None:
    """Both sides have written about a session, and to each other."""
    for verb, visibility in (("writeNote", "PRIVATE"), ("writeNote", "SHARED"), ("addActionItem", "SHARED")):
        act(front_end, "Eva", verb, session=session, text="Read.", visibility=visibility)
    act(front_end, "Maya", "contactSupport", session=session, text="I need help.")
    conversation(front_end)


def contested_call(front_end: FrontEnd, _owner: Engine) -> None:
    """Maya has contested what Eva said, and is asked questions."""
    contested(front_end)


def request_to_move(front_end: FrontEnd, _owner: Engine) -> None:
    """Maya would like to move a call, which waits for Eva."""
    proposed(front_end)


EDITED = text("""
INSERT INTO calendar_question (organisation_id, session_id, person_id, edit, sequence, cause, asked_at)
SELECT organisation_id, id, coach_id, 'DELETED', sequence, 'edited:' || id, starts_at FROM session WHERE organisation_id = :organisation
""")


def moved_call(front_end: FrontEnd, owner: Engine) -> None:
    """Eva has moved a call, and Maya has not agreed yet; then Eva has deleted its event in her calendar."""
    moved(front_end)
    edited(front_end, owner)


def edited(front_end: FrontEnd, owner: Engine) -> None:
    """Coaches have deleted the events of their sessions."""
    with owner.begin() as connection:
        connection.execute(EDITED, {"organisation": front_end.platform.organisation_id})


def wish_for_more(front_end: FrontEnd, _owner: Engine) -> None:
    """Eva asks for an extra session of Maya's."""
    wish(front_end)


def rhythm(front_end: FrontEnd, _owner: Engine) -> None:
    """Maya and Eva meet every other Saturday."""
    of_series(front_end)


def stopped_bookings(front_end: FrontEnd, _owner: Engine) -> None:
    """Maya has cancelled too late, and counts stop her bookings and hide her coach."""
    stopped(front_end)


def office(front_end: FrontEnd, _owner: Engine) -> None:
    """The operator's side: time off, an API key, a contract that a membership is under, an identity at an issuer."""
    asked(front_end)
    time_off(front_end)
    api_key(front_end)
    known_to_an_issuer(front_end)
    made(
        front_end,
        "attachContract",
        "membership { id }",
        membership=membership(front_end),
        contract=contract(front_end),
    )


def asked_to_move(front_end: FrontEnd) -> None:
    """Nora would like to move a call, which waits for Dan."""
    front_end.platform.publish(ASKS)
    key = front_end.platform.booked("Nora", "coaching", "Dan", CALL.replace(day=25, hour=14))
    act(front_end, "Nora", "rescheduleSession", session=front_end.session(key), ifVersion=1, to="2027-03-26T14:00:00Z")


def contested_first(front_end: FrontEnd) -> None:
    """Maya has contested what Eva said of a mentor call, and is asked questions."""
    at = CALL.replace(day=10)
    found = {"session": front_end.session(front_end.platform.booked("Maya", "mentor", "Eva", at))}
    front_end.platform.at(at.replace(minute=45))
    act(front_end, "Eva", "recordOutcome", **versioned(front_end, found), held=False, absent="MEMBER")
    act(front_end, "Maya", "contestOutcome", **versioned(front_end, found), claim="PLATFORM_FAILURE")


def sponsored(front_end: FrontEnd) -> None:
    """The Works pay for Nora's membership, and Mona reads for them."""
    given = {"name": "Sponsored", "sponsor": "The Works", "document": "", "sponsorPerson": front_end.gid("Mona")}
    frame = made(front_end, "addContract", "contract { id }", **given)["contract"]["id"]
    own = front_end.ask("Nora", "{ viewer { membership { id } } }")["viewer"]["membership"]["id"]
    made(front_end, "attachContract", "membership { id }", membership=own, contract=frame)


THEMES: tuple[Callable[[FrontEnd, Engine], None], ...] = (
    lost_call,
    contested_call,
    request_to_move,
    moved_call,
    wish_for_more,
    rhythm,
    stopped_bookings,
    office,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One organisation with its theme, and the bearer of everybody who might read in it."""

    front_end: FrontEnd
    owner: Engine
    bearers: Mapping[str, str]

    def ids(self, kind: str) -> list[str]:
        """All objects of a type."""
        column = "id" if kind == "Organisation" else "organisation_id"
        about = "AND session_id IS NOT NULL" if kind == "HistoryEntry" else ""
        rows = text(f"SELECT id FROM {ROWS[kind]} WHERE {column} = :organisation {about} ORDER BY id")
        with self.owner.connect() as connection:
            found = connection.execute(rows, {"organisation": self.front_end.platform.organisation_id})
            return [global_id(kind, key) for key in found.scalars()]

    def ask(self, who: str, document: str, **variables: object) -> Json:
        """The whole answer."""
        headers = {"authorization": f"Bearer {self.bearers[who]}"} if who in self.bearers else {}
        body = {"query": document, "variables": variables}
        return self.front_end.client.post("/graphql", json=body, headers=headers).json()


LOST = "{ viewer { sessions(filter: {status: [CANCELLED]}, first: 2) { nodes { id } } } }"


def furnish_one(open_front_end: Callable[..., FrontEnd], owner: Engine) -> House:
    """Something of everything in one organisation, for whose sponsor Mona reads; the stranger is the senior staff of another."""
    stranger, front_end = open_front_end(), open_front_end()
    people(front_end)
    front_end.platform.person("Mona", Role.MEMBER)
    asked_to_move(front_end)
    of_series(front_end)
    contested_first(front_end)
    stopped_bookings(front_end, owner)
    [cancelled] = front_end.ask("Maya", LOST)["viewer"]["sessions"]["nodes"]
    written_about(front_end, cancelled["id"])
    time_off(front_end)
    api_key(front_end)
    sponsored(front_end)
    wish_for_more(front_end, owner)
    edited(front_end, owner)
    return House(front_end=front_end, owner=owner, bearers=bearers_of(front_end, stranger, "Mona"))


def furnish(open_front_end: Callable[..., FrontEnd], owner: Engine) -> Iterator[House]:
    """A house for each theme; the stranger is the senior staff of the one before."""
    stranger = open_front_end()
    for theme in THEMES:
        front_end = open_front_end()
        people(front_end)
        theme(front_end, owner)
        yield House(front_end=front_end, owner=owner, bearers=bearers_of(front_end, stranger))
        stranger = front_end


def bearers_of(front_end: FrontEnd, stranger: FrontEnd, *more: str) -> dict[str, str]:
    """Everybody's token."""
    found = {who: bearer(front_end, who) for who in ("Maya", "Nora", "Eva", "Dan", "Tom", "Sam", *more)}
    found |= {READING: key(front_end, {Scope.READ}), NOT_READING: key(front_end, set(Scope) - {Scope.READ})}
    return {**found, STRANGER: bearer(stranger, "Sam")}


def people(front_end: FrontEnd) -> None:
    """Maya is a member of Eva's and Nora of Dan's; Tom is staff but not senior."""
    platform = front_end.platform
    platform.coach("Eva", "coaching", "mentor", fee=10000)
    platform.coach("Dan", "coaching", "mentor", zone="America/New_York")
    platform.member("Maya", "Eva")
    platform.member("Nora", "Dan")
    platform.person("Tom", Role.STAFF)


def bearer(front_end: FrontEnd, who: str) -> str:
    """A person's token."""
    return front_end.headers(who)["authorization"].removeprefix("Bearer ")


def key(front_end: FrontEnd, scopes: set[Scope]) -> str:
    """A key of these scopes."""
    return made(front_end, "createApiKey", "key", name="Back end", scopes=sorted(scopes))["key"]
