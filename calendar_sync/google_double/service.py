"""Everything that the double does with a request, free of HTTP: check it, act, write the log, all in one transaction."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from calendar_sync.google_double import calendars, channels, consents, events, free_busy, listing, log, oauth
from calendar_sync.google_double.answers import HTML_TYPE, Answer, Json, Refused
from calendar_sync.google_double.conferences import Outcome, Plan
from calendar_sync.google_double.consents import GrantRefused
from calendar_sync.google_double.delegation import Delegate
from calendar_sync.google_double.desk import APP_CREATED, Caller, Desk
from calendar_sync.google_double.discovery import ROOT, Matched, document, match, read_query
from calendar_sync.google_double.faults import (
    ANYWHERE,
    CALENDAR_ONLY,
    CONFERENCES,
    CONSENT,
    PUSHES,
    TOKEN,
    Fault,
    FaultKind,
    Faults,
    refusal_of,
)
from calendar_sync.google_double.log import Line
from calendar_sync.google_double.oauth import Authorisation
from calendar_sync.google_double.requests import Request
from calendar_sync.google_double.store import Books, Store
from calendar_sync.google_double.values import check_body

Handler = Callable[[Desk, Matched, Json], Json]

HANDLERS: Final[Mapping[str, Handler]] = {
    "calendars.get": calendars.get,
    "calendars.insert": calendars.insert,
    "channels.stop": channels.stop,
    "events.delete": events.delete,
    "events.get": events.get,
    "events.insert": events.insert,
    "events.instances": listing.list_instances,
    "events.list": listing.list_events,
    "events.patch": events.patch,
    "events.update": events.update,
    "events.watch": channels.watch,
    "freebusy.query": free_busy.query,
}
WITHOUT_ANSWER: Final = frozenset({"channels.stop", "events.delete"})
"""Calls that are answered by 204 and nothing else."""
UNPLAYED: Final = frozenset({"fields", "maxAttendees", "eventLabelVersion"})
"""Parameters that Google knows and that would change an answer, but the double does not play: said, never ignored."""
_PAGE: Final = b"<!DOCTYPE html><html><title>Sign in</title><p>Please sign in to the network to go on.</p></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer, and what still goes wrong on its way."""

    answer: Answer
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The double behind its HTTP surface."""

    store: Store
    faults: Faults
    clock: Callable[[], datetime]
    clients: Mapping[str, str] = field(repr=False)
    """Client ids with their secrets."""
    delegates: Mapping[str, Delegate] = field(default_factory=dict[str, Delegate], repr=False)
    """Service accounts by their address."""

    def call(self, request: Request) -> Served:
        """One call to the Calendar API; `request.path` begins with `/calendar/v3/`."""
        line = Line(request=request)
        with self.store.transaction() as books:
            try:
                answer = self._call(books, request, line)
            except Refused as refused:
                answer = refused.answer()
            return self._end(books, line, answer)

    def token(self, request: Request) -> Served:
        """One call to the token URL."""
        line = Line(request=request, call="oauth.token", body={"grant_type": request.form().get("grant_type")})
        with self.store.transaction() as books:
            line.fault = self.faults.take("oauth.token", self._token_account(books, request), ANYWHERE | TOKEN)
            return self._end(books, line, _failing(line.fault) or self._token(books, request, line))

    def revoke(self, request: Request) -> Served:
        """One call to the revoke URL."""
        line = Line(request=request, call="oauth.revoke", body={})
        token = request.form().get("token") or dict(request.query).get("token", "")
        with self.store.transaction() as books:
            line.fault = self.faults.take("oauth.revoke", self._token_account(books, request), ANYWHERE)
            if (answer := _failing(line.fault)) is None:
                consent = consents.revoke(books, token)
                line.account = None if consent is None else consent.email
                gone = {"error": "invalid_token", "error_description": "Token expired or revoked"}
                answer = Answer.of({}) if consent is not None else Answer.of(gone, 400)
            return self._end(books, line, answer)

    def consent(
        self, request: Request, wish: Authorisation, *, email: str, allowed: bool, scopes: frozenset[str]
    ) -> str:
        """Where the browser goes after the person has decided."""
        line = Line(request=request, call="oauth.consent", account=email, body={"allowed": allowed})
        granted = tuple(scope for scope in wish.scopes if scope in scopes)
        with self.store.transaction() as books:
            line.fault = self.faults.take("oauth.consent", email, CONSENT)
            kind = None if line.fault is None else line.fault.kind
            if kind is FaultKind.FEWER_SCOPES:
                granted = granted[:-1]
            if allowed and kind is not FaultKind.CONSENT_REFUSED:
                target = oauth.allow(books, wish, email=email, scopes=granted)
            else:
                target = wish.back(error="access_denied")
            line.status = 302
            log.write(books, line, at=self.clock())
            return target

    def notifications(self) -> list[Json]:
        """The notifications that leave now, taken out of the books: some are lost, some leave twice, some later."""
        now = self.clock().timestamp()
        leaving: list[Json] = []
        with self.store.transaction() as books:
            for one in channels.due(books, now=now):
                fault = self.faults.take("push", None, PUSHES)
                match None if fault is None else fault.kind:
                    case FaultKind.PUSH_LOST:
                        continue
                    case FaultKind.PUSH_LATE:
                        channels.put_off(books, one, until=now + (0 if fault is None else fault.seconds))
                    case FaultKind.PUSH_DOUBLED:
                        leaving += [one, one]
                    case _:
                        leaving.append(one)
        return leaving

    def _call(self, books: Books, request: Request, line: Line) -> Answer:
        matched = match(request.method, request.path.removeprefix(ROOT))
        line.call, line.body = matched.method.name, _read_body(matched, request)
        caller = consents.caller_of(books, request.bearer())
        line.account = caller.email
        line.fault = self.faults.take(line.call, caller.email, ANYWHERE | CALENDAR_ONLY)
        if (failing := _failing(line.fault)) is not None:
            return failing
        matched = read_query(matched, request.query)
        body = _check_body(matched, line.body)
        _check_played(matched)
        with books.attempt():
            result = HANDLERS[line.call](self._desk(books, line, matched, caller, body), matched, body)
        return Answer(status=204) if line.call in WITHOUT_ANSWER else Answer.of(result)

    def _desk(self, books: Books, line: Line, matched: Matched, caller: Caller, body: Json) -> Desk:
        allowed = caller.allowed(matched.method)
        return Desk(
            books=books,
            caller=caller,
            only_own_calendars=allowed == frozenset({APP_CREATED}),
            now=self.clock(),
            base_url=line.request.base_url,
            if_match=line.request.headers.get("if-match"),
            plan=self._plan(line, matched, caller, body),
        )

    def _plan(self, line: Line, matched: Matched, caller: Caller, body: Json) -> Plan:
        asks = isinstance(body.get("conferenceData"), dict) and "createRequest" in body["conferenceData"]
        fault = self.faults.take(matched.method.name, caller.email, CONFERENCES) if asks else None
        if fault is None:
            return Plan()
        line.fault = line.fault or fault
        failing = fault.kind is FaultKind.CONFERENCE_FAILURE
        return Plan(outcome=Outcome.FAILURE if failing else Outcome.PENDING, reads=fault.reads)

    def _token(self, books: Books, request: Request, line: Line) -> Answer:
        try:
            issued = oauth.issue(
                books,
                request,
                self.clients,
                None if line.fault is None else line.fault.kind,
                delegates=self.delegates,
                now=self.clock(),
            )
        except GrantRefused as refused:
            return oauth.refusal(refused)
        line.account = issued.email
        return Answer.of(issued.body)

    def _token_account(self, books: Books, request: Request) -> str | None:
        form = request.form()
        token = form.get("refresh_token") or form.get("token") or ""
        consent = consents.consent_of(books, token, consents.REFRESH)
        return None if consent is None else consent.email

    def _end(self, books: Books, line: Line, answer: Answer) -> Served:
        reset = line.fault is not None and line.fault.kind is FaultKind.RESET
        line.status = None if reset else answer.status
        log.write(books, line, at=self.clock())
        return Served(answer=answer, fault=line.fault)


def _failing(fault: Fault | None) -> Answer | None:
    """The answer in place of acting; None: the call is carried out."""
    if fault is None:
        return None
    match fault.kind:
        case FaultKind.HTML:
            return Answer(status=200, body=_PAGE, media_type=HTML_TYPE)
        case FaultKind.EMPTY:
            return Answer.of({})
        case FaultKind.NONSENSE:
            return Answer(status=200, body=b"\xff\xfe\xfd")
        case FaultKind.RESET:
            return Answer(status=0)
        case _:
            return refusal_of(fault)


def _read_body(matched: Matched, request: Request) -> Json | None:
    if matched.method.body_schema is None or not request.body:
        return None
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused(400, "parseError", "Parse Error") from None
    if not isinstance(body, dict):
        raise Refused(400, "parseError", "The body is not a JSON object.")
    return body


def _check_body(matched: Matched, body: Json | None) -> Json:
    schema = matched.method.body_schema
    return {} if schema is None else check_body(body or {}, schema, document()["schemas"])


def _check_played(matched: Matched) -> None:
    if matched.method.name not in HANDLERS:
        raise Refused(501, "notImplemented", f"The double does not play {matched.method.name}.")
    if unplayed := sorted(matched.query.keys() & UNPLAYED):
        raise Refused(501, "notImplemented", f"The double does not play the parameter {unplayed[0]}.")
