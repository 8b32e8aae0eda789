"""The stage of a scenario: a sandbox organisation with the cast of SCENARIOS.md, driven through GraphQL alone."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from tests.scenarios import documents
from tests.scenarios.explained import assert_explained
from tests.scenarios.feeds import FeedEvent, read_feed
from tests.scenarios.records import Difference, read_records
from tests.scenarios.step import Json, Step
from tests.scenarios.theatre import Theatre

ZONES = {
    "Maya": "Europe/London",
    "Leo": "Europe/Berlin",
    "Nora": "America/New_York",
    "Kai": "Pacific/Auckland",
    "Eva": "Europe/London",
    "Cora": "Europe/Berlin",
    "Dan": "America/New_York",
    "Mona": "Europe/London",
}
ROUND_THE_CLOCK = [{"weekday": day, "from": "00:00", "to": "00:00"} for day in range(7)]


class Stage:
    """A sandbox that stands at an instant, with people who act by name."""

    def __init__(self, theatre: Theatre, *, preset: str, at: str) -> None:
        self.theatre = theatre
        self.organisation_id, staff_id, self.now = theatre.open_sandbox(preset, at=at)
        self.preset = preset
        self.meets = preset != "topmate"
        self.person_ids: dict[str, int] = {"Sam": staff_id}
        self.fees: dict[str, int] = {}
        self.connected: set[str] = set()
        self._keys = count(1)
        self.kinds: dict[str, str] = {
            kind["code"]: kind["id"] for kind in self.ask("Sam", documents.KINDS)["organisation"]["kinds"]
        }

    # -- asking ---------------------------------------------------------------------------------------------------------

    def ask(self, who: str, document: str, /, **variables: Any) -> Json:
        """The data of an answer without errors."""
        answer = self.theatre.post(self.token(who), document, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def tell(self, who: str, document: str, /, **fields: Any) -> Json:
        """The result of a mutation with this input: a member of its union."""
        answer = self.ask(who, document, input=fields)
        return next(iter(answer.values()))

    def token(self, who: str) -> str:
        return self.theatre.token(self.organisation_id, self.person_ids[who])

    def key(self) -> str:
        """A fresh idempotency key."""
        return f"key-{next(self._keys)}"

    def gid(self, who: str) -> str:
        """The global id of a person."""
        return self.theatre.global_id("Person", self.person_ids[who])

    def email(self, who: str) -> str:
        """An address that nobody in another organisation has, so that each scenario has Google accounts of its own."""
        return f"{who.lower()}.{self.organisation_id}@example.com"

    def name_of(self, person_id: int) -> str:
        return next(name for name, key in self.person_ids.items() if key == person_id)

    def capacity(self, who: str, persons: Sequence[str]) -> str:
        """In which capacity somebody acts on an object of (coach, member) (MODEL 10)."""
        if who not in persons:
            return "STAFF"
        return "COACH" if who == persons[0] else "MEMBER"

    def lot_name(self, entry: Mapping[str, Any]) -> str:
        """For people: the kind and month of a period's lot, or RETURN and the end of a return lot."""
        lot = self.theatre.lot(self.organisation_id, entry["from_lot_id"] or entry["to_lot_id"])
        if entry["kind"] != "CARRY":
            return lot
        return f"{lot} -> {self.theatre.lot(self.organisation_id, entry['to_lot_id'])}"

    # -- time -----------------------------------------------------------------------------------------------------------

    def at(self, instant: str, *, run_timers: bool = True) -> "Stage":
        """The sandbox lives through the time up to this instant, with its workers on time or without any."""
        answer = self.tell("Sam", documents.ADVANCE, to=instant, runTimers=run_timers)
        assert "organisation" in answer, answer
        self.now = instant
        return self

    def deliver(self) -> None:
        """The mails and pushes of this very instant are sent."""
        self.at(self.now)

    @contextmanager
    def step(self) -> Generator[Step]:
        """Watch what happens inside, and what workers then send; Google is well."""
        mark = self.theatre.google_mark()
        with self.watched() as step:
            yield step
        step.google_calls = self.theatre.google_calls(since=mark)

    @contextmanager
    def watched(self) -> Generator[Step]:
        """Watch what happens inside, and what workers then try to send."""
        before = read_records(self.theatre.owner, self.organisation_id)
        step = Step(self)
        yield step
        self.deliver()
        step.difference = Difference(before, read_records(self.theatre.owner, self.organisation_id))
        assert_explained(step.difference.after)

    # -- givens, made by commands ---------------------------------------------------------------------------------------

    def person(self, name: str, role: str) -> None:
        answer = self.tell(
            "Sam",
            documents.ADD_PERSON,
            name=name,
            email=self.email(name),
            timeZone=ZONES[name],
            roles=[role],
            idempotencyKey=self.key(),
        )
        assert "person" in answer, answer
        self.person_ids[name] = self.theatre.local_id(answer["person"]["id"])

    def coach(self, name: str, *, kinds: list[str], open_kinds: list[str] | None = None, fee: int = 10000) -> None:
        """A coach who is there round the clock and whose Google Calendar is connected."""
        self.person(name, "COACH")
        answer = self.tell(
            "Sam",
            documents.ADD_COACH,
            person=self.gid(name),
            fee={"minorUnits": fee, "currency": "EUR"},
            hoursZone=ZONES[name],
            kinds=[self.kinds[code] for code in kinds],
            openKinds=[self.kinds[code] for code in open_kinds or []],
            idempotencyKey=self.key(),
        )
        assert "person" in answer, answer
        self.fees[name] = fee
        answer = self.tell(
            "Sam", documents.SET_HOURS, coach=self.gid(name), hours=ROUND_THE_CLOCK, idempotencyKey=self.key()
        )
        assert "person" in answer, answer
        self.connect_google(name)

    def connect_google(self, name: str) -> None:
        """The coach gives consent in a browser."""
        answer = self.tell(name, documents.CONNECT, idempotencyKey=self.key())
        assert "url" in answer, answer
        self.theatre.consent(answer["url"], self.email(name))
        self.connected.add(name)
        self.deliver()

    def member(self, name: str, *coaches: str, **more: Any) -> None:
        """A member, enrolled now, engaged with these coaches."""
        self.person(name, "MEMBER")
        answer = self.tell(
            "Sam",
            documents.ENROL,
            member=self.gid(name),
            coaches=[self.gid(coach) for coach in coaches],
            idempotencyKey=self.key(),
            **more,
        )
        assert "membership" in answer, answer

    def pack(self, member: str, kind: str, units: int) -> None:
        answer = self.tell(
            "Sam",
            documents.GRANT_PACK,
            member=self.gid(member),
            kind=self.kinds[kind],
            units=units,
            idempotencyKey=self.key(),
        )
        assert "membership" in answer, answer

    def publish(self, document: str) -> None:
        answer = self.tell("Sam", documents.PUBLISH, document=document, idempotencyKey=self.key())
        assert "policyVersion" in answer, answer

    # -- acts -----------------------------------------------------------------------------------------------------------

    def book(self, member: str, kind: str, coach: str, starts_at: str, **more: Any) -> Json:
        fields = {
            "kind": self.kinds[kind],
            "coach": self.gid(coach),
            "startsAt": starts_at,
            "idempotencyKey": self.key(),
        }
        return self.tell(member, documents.BOOK, **{**fields, **more})

    def booked(self, member: str, kind: str, coach: str, starts_at: str) -> str:
        """The id of a session that was booked and pushed."""
        answer = self.book(member, kind, coach, starts_at)
        assert "session" in answer, answer
        self.deliver()
        return answer["session"]["id"]

    def cancel(self, who: str, session: str, **more: Any) -> Json:
        return self.tell(who, documents.CANCEL, session=session, **self._safely(session, more))

    def cancel_at_a_cost(self, who: str, session: str, **more: Any) -> Json:
        """Cancel with the acknowledgement of exactly what the twin showed; it must have shown a cost."""
        shown = self.checks(who, session, **more)["canCancel"]["consequence"]
        assert shown["costly"], shown
        return self.cancel(who, session, acknowledge=shown["digest"], **more)

    def reschedule(self, who: str, session: str, to: str, **more: Any) -> Json:
        return self.tell(who, documents.RESCHEDULE, session=session, to=to, **self._safely(session, more))

    def _safely(self, session: str, more: Mapping[str, Any]) -> Json:
        version = more["ifVersion"] if "ifVersion" in more else self.session(session)["version"]
        return {"idempotencyKey": self.key(), **more, "ifVersion": version}

    def checks(self, who: str, session: str, **more: Any) -> Json:
        """The twins' answers about a session: canCancel and canReschedule."""
        return self.ask(who, documents.CHECKS, id=session, **more)["node"]

    # -- looking --------------------------------------------------------------------------------------------------------

    def session(self, session: str, *, who: str = "Sam") -> Json:
        """The session as this person sees it."""
        return self.ask(who, documents.SESSION_BY_ID, id=session)["node"]

    def entitlements(self, who: str) -> dict[str, Json]:
        """The member's credit lots by name."""
        nodes = self.ask(who, documents.ENTITLEMENTS)["viewer"]["entitlements"]["nodes"]
        return {self.theatre.lot(self.organisation_id, self.theatre.local_id(node["id"])): node for node in nodes}

    def openings(self, who: str, kind: str, coach: str, start: str, end: str) -> list[str]:
        """The starts that the coach's calendar allows in `[start, end)`."""
        variables = {"kind": self.kinds[kind], "coach": self.gid(coach), "from": start, "to": end}
        nodes = self.ask(who, documents.OPENINGS, **variables)["openings"]["nodes"]
        return [node["startsAt"] for node in nodes]

    def messages(self, who: str) -> list[Json]:
        return self.ask(who, documents.NOTIFICATIONS)["viewer"]["notifications"]["nodes"]

    def message(self, who: str, code: str) -> Json:
        """The latest message of this code that somebody got."""
        found = [message for message in self.messages(who) if message["code"] == code]
        assert found, f"{who} got no {code}"
        return found[-1]

    def feed_url(self, who: str) -> str:
        return self.ask(who, documents.CALENDAR)["viewer"]["calendar"]["feedUrl"]

    def feed(self, who: str) -> dict[datetime, FeedEvent]:
        """The person's feed as a real parser reads it: each event by its start."""
        answer = self.theatre.get(self.feed_url(who))
        assert answer.status_code == 200, answer.text
        return {event.starts_at: event for event in read_feed(answer.content)}

    def connection(self, coach: str) -> Json:
        """What the coach is told of their connection to Google."""
        return self.ask(coach, documents.CALENDAR)["viewer"]["calendar"]["google"]

    def google(self, coach: str) -> dict[datetime, Json]:
        """The events that stand in the coach's Google Calendar, by start."""
        return self.theatre.google_events(self.email(coach))
