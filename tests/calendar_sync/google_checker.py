"""An independent look at both sides: the sessions by plain SQL, the events as Google's double tells them.

It knows nothing of how a session becomes an event. A session or a held time and its event are recognised by their owner
and their time: nobody has two at once.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from calendar_sync.google_double import Handle

Json = dict[str, Any]
Span = tuple[datetime, datetime]

PEOPLE = text("""
SELECT person.id, person.email, connection.connected_at,
    CASE connection.calendar_id WHEN 'primary' THEN person.email ELSE connection.calendar_id END AS calendar_id
FROM google_connection AS connection
JOIN person ON person.organisation_id = connection.organisation_id AND person.id = connection.person_id
WHERE connection.organisation_id = :organisation AND connection.status = 'CONNECTED'
""")

SESSIONS = text("""
SELECT session.id, starts_at, ends_at, status, provisional, other.name AS other,
    CASE WHEN coach_id = :person THEN resolved.document -> 'values' -> 'conference.provider' ->> 'value' END AS provider
FROM session
JOIN person AS other ON other.organisation_id = session.organisation_id AND other.id IN (session.member_id, session.coach_id) AND other.id <> :person
JOIN resolved_policy AS resolved
    ON resolved.organisation_id = session.organisation_id AND resolved.id = session.resolved_policy_id
WHERE session.organisation_id = :organisation AND :person IN (session.coach_id, session.member_id)
UNION ALL SELECT -proposal.id, starts_at, ends_at, 'SCHEDULED', true, member.name, 'NONE'
FROM proposal JOIN person AS member ON member.organisation_id = proposal.organisation_id AND member.id = proposal.member_id
WHERE proposal.organisation_id = :organisation AND proposal.coach_id = :person AND proposal.status = 'PENDING'
    AND proposal.starts_at IS NOT NULL AND proposal.kind <> 'REBOOK_OFFER'
""")


TO_COME = text("""
SELECT zone, at_time, next_on FROM series
WHERE organisation_id = :organisation AND :person IN (coach_id, member_id) AND next_on IS NOT NULL
""")


def problems(owner: Engine, double: Handle, organisation_id: int) -> list[str]:
    """Everything in which the connected calendars of coaches and members differ from the sessions; empty: they agree."""
    found: list[str] = []
    with owner.connect() as connection:
        for person in connection.execute(PEOPLE, {"organisation": organisation_id}).all():
            whose = {"organisation": organisation_id, "person": person.id}
            sessions = connection.execute(SESSIONS, whose).all()
            until = max([person.connected_at, *(session.ends_at for session in sessions)]).astimezone(UTC)
            shown = double.do("agenda", email=person.email, until=f"{until:%Y-%m-%dT%H:%M:%SZ}")
            events = [event for event in shown if event["calendarId"] == person.calendar_id and _is_ours(event)]
            to_come = connection.execute(TO_COME, whose).all()
            found += [f"{person.email}: {problem}" for problem in _compare(person, sessions, _made(events, to_come))]
    return found + _shared_links(double, organisation_id, owner) + _careless_writes(double)


def _is_ours(event: Json) -> bool:
    """Whether an application wrote it, not a person: Google chooses the ids of what people make or copy by hand."""
    return not event["id"].startswith(("byhand", "copy"))


def _made(events: list[Json], to_come: Sequence[Any]) -> list[Json]:
    """The events without those of a running series whose sessions do not exist yet."""
    return [event for event in events if not any(_is_to_come(event, series) for series in to_come)]


def _is_to_come(event: Json, series: Any) -> bool:
    if "originalStartTime" not in event:
        return False
    original = datetime.fromisoformat(event["originalStartTime"]["dateTime"]).astimezone(ZoneInfo(series.zone))
    return original.time() == series.at_time and original.date() >= series.next_on


def _compare(person: Any, sessions: Sequence[Any], events: list[Json]) -> list[str]:
    standing = {
        (session.starts_at.astimezone(UTC), session.ends_at.astimezone(UTC)): session
        for session in sessions
        if session.status != "CANCELLED" and session.ends_at > person.connected_at
    }
    events = [event for event in events if _span(event)[1] > person.connected_at]
    shown = Counter(_span(event) for event in events)
    found = [f"session {session.id} at {span[0]} has no event" for span, session in standing.items() if not shown[span]]
    found += [f"an event at {span[0]} has no session" for span in shown if span not in standing]
    found += [f"{number} events at {span[0]}" for span, number in shown.items() if number > 1]
    for event in events:
        if (session := standing.get(_span(event))) is not None:
            found += [f"session {session.id}: {problem}" for problem in _differences(session, event)]
    return found


def _differences(session: Any, event: Json) -> list[str]:
    found: list[str] = []
    if event["status"] != ("tentative" if session.provisional else "confirmed"):
        found.append(f"shown as {event['status']}")
    if session.other not in event.get("summary", ""):
        found.append("does not name the other person")
    if (session.provider == "GOOGLE_MEET") != bool(event.get("hangoutLink")):
        found.append(f"Meet link {event.get('hangoutLink')}")
    if event.get("attendees"):
        found.append("has guests")
    return found


def _span(event: Json) -> Span:
    starts, ends = (datetime.fromisoformat(event[side]["dateTime"]).astimezone(UTC) for side in ("start", "end"))
    return starts, ends


def _shared_links(double: Handle, organisation_id: int, owner: Engine) -> list[str]:
    with owner.connect() as connection:
        emails = [row.email for row in connection.execute(PEOPLE, {"organisation": organisation_id})]
    links = Counter(
        event["hangoutLink"]
        for email in emails
        for event in double.events(email, deleted=True)
        # The instances of a series share the link of their series.
        if event.get("hangoutLink") and "recurringEventId" not in event
    )
    return [f"{number} events share {link}" for link, number in links.items() if number > 1]


def _careless_writes(double: Handle) -> list[str]:
    """Writes that say nothing about telling guests, and inserts that let Google choose the id."""
    found: list[str] = []
    for line in double.log():
        if line["call"] in ("events.insert", "events.patch", "events.update", "events.delete"):
            found += [] if line["query"].get("sendUpdates") == "none" else [f"request {line['number']} may tell guests"]
        if line["call"] == "events.insert" and "id" not in line["body"]:
            found.append(f"request {line['number']} inserts without an id")
    return found
