"""A live organisation whose members book while everything around it fails."""

import random
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from calendar_sync.google_double import GoogleDouble
from calendar_sync.google_double.faults import Fault, FaultKind
from fortnight.compose import real_now
from fortnight.database import open_database
from fortnight.embedded_postgres import reached
from fortnight.installation import create_organisation
from fortnight.listener import free_port
from fortnight.repeating import repeat_everywhere
from models.unit import Database
from tests.faults.caller import Caller, is_ready
from tests.faults.mail_server import MailServer, mail_server
from tests.faults.stack import STARTED_SECONDS, TARGETS, Stack, environment
from tests.support.collector import Collector, collector

SECRET = "planted server secret 0f3c9a77be"
SMTP_PASSWORD = "planted smtp password 71d2"
CLIENT_SECRET = "planted client secret 5b8e"
NOTE = "planted note of the coach 4d41"
QUESTION = "planted question to the team 99ab"
KINDS = (
    FaultKind.RATE_LIMITED, FaultKind.USER_RATE_LIMIT, FaultKind.BACKEND_ERROR, FaultKind.BAD_GATEWAY, FaultKind.SLOW,
    FaultKind.RESET, FaultKind.ANSWER_LOST, FaultKind.ANSWER_DROPPED, FaultKind.ANSWER_TORN, FaultKind.HTML,
    FaultKind.NONSENSE,
)  # fmt: skip
"""Refusing, hanging, and applying without answering."""
SLOWER_THAN_PATIENCE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A member and the coach whom they book, by number."""

    number: int
    coach: str
    member: str

    @property
    def coach_email(self) -> str:
        """Also who they are to Google."""
        return f"coach{self.number}@example.com"

    @property
    def member_email(self) -> str:
        """Where their mails go."""
        return f"member{self.number}@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A booking that was answered."""

    session: str
    pair: Pair
    starts_at: datetime


@dataclass
class Theatre:
    """The stack, what it talks to, and the people of a live organisation in it."""

    stack: Stack
    mails: MailServer
    google: GoogleDouble
    collector: Collector
    metrics_port: int
    workers: int
    chance: random.Random
    organisation: int = 0
    key: str = ""
    kind: str = ""
    pairs: list[Pair] = field(default_factory=list[Pair])
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    callers: list[Caller] = field(default_factory=list[Caller])

    def caller(self, token: str, *, request_id: str | None = None) -> Caller:
        """Somebody with this token."""
        caller = Caller(self.stack.port, token, request_id=request_id)
        self.callers.append(caller)
        return caller

    @contextmanager
    def database(self) -> Generator[Database]:
        """The installation's database, as its console reaches it."""
        with reached(self.stack.data) as server:
            database = open_database(server.url(), pool_size=2)
        try:
            yield database
        finally:
            database.engine.dispose()

    def repeat(self) -> None:
        """What waits for its next turn has it now."""
        with self.database() as database:
            repeat_everywhere(database, [self.organisation], kind=None, waiting=True)

    def is_ready(self) -> bool:
        """Whether the API reaches its database."""
        return is_ready(self.stack.port)

    def set_up(self, pairs: int, units: int) -> None:
        """A live organisation with so many pairs, whose coaches' calendars are connected, as docs/operator.md does it."""
        with self.database() as database:
            created = create_organisation(
                database,
                name="The Platform",
                zone="UTC",
                preset="thrive",
                staff=("Sam", "sam@example.com"),
                sandbox_at=None,
            )
        self.organisation, self.key = created.organisation_id, created.key or ""
        staff = self.caller(self.key)
        self.kind = staff.ask("{ organisation { kinds { id } } }")["organisation"]["kinds"][0]["id"]
        self.pairs = [self._pair(staff, number, units) for number in range(pairs)]

    def _pair(self, staff: Caller, number: int, units: int) -> Pair:
        coach = self._person(staff, f"coach{number}", "COACH")
        fee = {"minorUnits": 10000, "currency": "EUR"}
        staff.do(
            "addCoach",
            "person { id }",
            person=coach,
            fee=fee,
            hoursZone="UTC",
            kinds=[self.kind],
            idempotencyKey=f"terms-{number}",
        )
        hours = [{"weekday": day, "from": "00:00", "to": "00:00"} for day in range(7)]
        staff.do("setWeeklyHours", "person { id }", coach=coach, hours=hours, idempotencyKey=f"hours-{number}")
        member = self._person(staff, f"member{number}", "MEMBER")
        staff.do("enrolMember", "membership { id }", member=member, coaches=[coach], idempotencyKey=f"enrol-{number}")
        staff.do("grantPack", "__typename", member=member, kind=self.kind, units=units, idempotencyKey=f"pack-{number}")
        for person in (coach, member):
            self.tokens[person] = staff.do("issueToken", "token", person=person)["token"]
        pair = Pair(number=number, coach=coach, member=member)
        self.caller(self.tokens[coach]).connect_google(pair.coach_email)
        return pair

    def _person(self, staff: Caller, name: str, role: str) -> str:
        given = {"name": f"{name} Quillfeather", "email": f"{name}@example.com", "timeZone": "UTC", "roles": [role]}
        return staff.do("addPerson", "person { id }", **given, idempotencyKey=name)["person"]["id"]

    # -- the storm --------------------------------------------------------------------------------------------------------

    def storm(self, *, each: int, kills: int) -> list[Booked]:
        """Every pair has booked `each` times and been answered, while at least so many kills of each kind fell."""
        over = threading.Event()
        self.mails.storming = True
        with ThreadPoolExecutor(len(self.pairs) + 1) as pool:
            google = pool.submit(self._upset_google, over)
            booking = [pool.submit(self._book, pair, each) for pair in self.pairs]
            try:
                self._kill(kills, booking)
                booked = [one for found in booking for one in found.result()]
            finally:
                over.set()
                google.result()
        self.mails.storming = False
        self.google.do("clear-faults")
        return booked

    def _kill(self, kills: int, booking: list[Any]) -> None:
        wanted = [what for what in TARGETS for _ in range(kills)]
        self.chance.shuffle(wanted)
        for what in wanted:
            time.sleep(self.chance.uniform(0.2, 1.0))
            self.stack.kill(what, self.is_ready)
        while any(not one.done() for one in booking):
            time.sleep(self.chance.uniform(1.0, 4.0))
            self.stack.kill(self.chance.choice(TARGETS), self.is_ready)

    def book_once_more(self, *, request_id: str) -> Booked:
        """The first pair has booked under this id of a request, in calm weather, long after all else."""
        pair = self.pairs[0]
        start = real_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=90)
        given = {"kind": self.kind, "coach": pair.coach, "startsAt": start.isoformat(), "idempotencyKey": request_id}
        caller = self.caller(self.tokens[pair.member], request_id=request_id)
        result = caller.do("bookSession", "session { id }", **given)
        return Booked(session=result["session"]["id"], pair=pair, starts_at=start)

    def _upset_google(self, over: threading.Event) -> None:
        while not over.wait(0.15):
            kind = self.chance.choice(KINDS)
            call = "oauth.token" if self.chance.random() < 0.1 and kind is not FaultKind.USER_RATE_LIMIT else "events.*"
            fault = Fault(kind=kind, call=call, seconds=SLOWER_THAN_PATIENCE)
            self.google.do("add-fault", **fault.to_json())

    def _book(self, pair: Pair, each: int) -> list[Booked]:
        caller = self.caller(self.tokens[pair.member])
        first = real_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
        booked: list[Booked] = []
        for number in range(each):
            start = first + timedelta(hours=number)
            given = {"kind": self.kind, "coach": pair.coach, "startsAt": start.isoformat()}
            result = caller.do("bookSession", "session { id }", **given, idempotencyKey=f"book-{pair.number}-{number}")
            booked.append(Booked(session=result["session"]["id"], pair=pair, starts_at=start))
            if number == 0:
                self._write(pair, booked[0])
        return booked

    def _write(self, pair: Pair, booked: Booked) -> None:
        """What nobody else may read, and what only the team may."""
        words = {"session": booked.session, "text": NOTE, "visibility": "PRIVATE"}
        self.caller(self.tokens[pair.coach]).do(
            "writeNote", "note { id }", **words, idempotencyKey=f"note-{pair.number}"
        )
        asked = {"session": booked.session, "text": QUESTION}
        self.caller(self.tokens[pair.member]).do(
            "contactSupport", "__typename", **asked, idempotencyKey=f"ask-{pair.number}"
        )


@contextmanager
def theatre(data: Path, *, workers: int, chance: random.Random) -> Generator[Theatre]:
    """The stack runs over an empty data folder, with a mail server and a Google that as yet do as they should."""
    with ExitStack() as doubles:
        mails, smtp_port = doubles.enter_context(mail_server(chance, user="fortnight", password=SMTP_PASSWORD))
        google = doubles.enter_context(GoogleDouble(clients={"the-client": CLIENT_SECRET}))
        collected = doubles.enter_context(collector())
        port, metrics_port = free_port(0), free_ports(1 + workers)
        settings = environment(
            data, port=str(port), secret=SECRET, workers=str(workers), rate_limit="0", smtp_host="127.0.0.1", smtp_port=str(smtp_port),
            smtp_user="fortnight", smtp_password=SMTP_PASSWORD, smtp_security="none", smtp_timeout="2",
            mail_from="no-reply@example.com", google_client_id="the-client", google_client_secret=CLIENT_SECRET,
            google_api_url=f"{google.url}/calendar/v3", google_auth_url=f"{google.url}/o/oauth2/v2/auth",
            google_token_url=f"{google.url}/token", google_revoke_url=f"{google.url}/revoke", google_timeout="2",
            metrics_port=str(metrics_port), traces_url=collected.url,
        )  # fmt: skip
        stack = Stack(data, settings, port)
        stack.start()
        try:
            deadline = time.monotonic() + STARTED_SECONDS
            while not is_ready(port):
                assert time.monotonic() < deadline, stack.log.read_text()
                time.sleep(0.1)
            yield Theatre(stack, mails, google, collected, metrics_port, workers, chance)
        except Exception as fault:
            fault.add_note("\n".join(faults_of_ours(stack)))
            raise
        finally:
            stack.stop()


def free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    while True:
        first = free_port(0)
        if first + number < 65536 and all(free_port(first + place) == first + place for place in range(number)):
            return first


def faults_of_ours(stack: Stack) -> list[str]:
    """The lines of the log that tell of faults that nobody foresaw."""
    lines = stack.log.read_text(errors="replace").splitlines()
    return [line for line in lines if any(f'"{name}"' in line for name in ("unexpected_error", "work_failed"))]
