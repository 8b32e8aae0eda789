"""The links of a message: personal, signed, each for one purpose, gone with it; opening one changes nothing (D-38, M3, M22)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from commands.notices import NoticeFacts
from models.keyring import Keyring
from notifications.capability import NotOurs, seal, unseal

CHANGE: Final = "links/change"


class LinkKind(StrEnum):
    """What a link is for."""

    RESCHEDULE = "RESCHEDULE"
    CANCEL = "CANCEL"
    JOIN = "JOIN"
    OUTCOME = "OUTCOME"
    ANSWER = "ANSWER"
    KEEP = "KEEP"
    INVITE = "INVITE"
    QUESTIONNAIRE = "QUESTIONNAIRE"
    MESSAGE = "MESSAGE"
    CONNECT = "CONNECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address and what it is for."""

    kind: LinkKind
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLink:
    """What a link permits: this person, this session, this purpose, until `expires_at` in the organisation's time.

    An invite has no session yet: `session_id` is the invite's own id then. A link that connects a calendar has none: 0. `feed`: the
    generation of the feed in which it stands; renewing the feed's address takes back the link too (CALENDAR 41).
    """

    organisation_id: int
    person_id: int
    session_id: int
    kind: LinkKind
    expires_at: datetime
    feed: int | None = None


def seal_link(keyring: Keyring, link: ChangeLink) -> str:
    """The token of a link; the same link always has the same token."""
    feed = () if link.feed is None else (link.feed,)
    parts = (link.organisation_id, link.person_id, link.session_id, link.kind, int(link.expires_at.timestamp()), *feed)
    return seal(keyring, CHANGE, ".".join(str(part) for part in parts))


def read_link(keyring: Keyring, token: str) -> ChangeLink:
    """What a token permits; whether it is still in time is asked by who knows the organisation's time. Raises NotOurs."""
    parts = unseal(keyring, CHANGE, token).split(".")
    if len(parts) not in (5, 6):
        raise NotOurs
    organisation, person, session, kind, expires_at, *feed = parts
    return ChangeLink(
        organisation_id=int(organisation),
        person_id=int(person),
        session_id=int(session),
        kind=LinkKind(kind),
        expires_at=datetime.fromtimestamp(int(expires_at), UTC),
        feed=int(feed[0]) if feed else None,
    )


ANSWERABLE: Final = timedelta(days=90)
"""How long after a session its outcome can be stated by a link; by signing in it can be at any time (A11)."""


CONNECTABLE: Final = timedelta(days=90)
"""How long a calendar can be connected again by the link of a message; by signing in it can be at any time."""


def _until(kind: LinkKind, facts: NoticeFacts) -> datetime:
    """When a link of a message has lost its purpose."""
    match kind:
        case LinkKind.JOIN:
            return facts.ends_at
        case LinkKind.OUTCOME:
            return facts.ends_at + ANSWERABLE
        case LinkKind.CONNECT:
            return facts.starts_at + CONNECTABLE
        case LinkKind.ANSWER | LinkKind.INVITE | LinkKind.KEEP:
            return facts.answer_by or facts.starts_at
        case LinkKind.RESCHEDULE | LinkKind.CANCEL | LinkKind.QUESTIONNAIRE | LinkKind.MESSAGE:
            return facts.starts_at


def _kept(facts: NoticeFacts, session_id: int) -> tuple[NoticeFacts, int]:
    """Of a booking that was given up for another, the links are those of the other (D-14)."""
    if len(facts.choices) != 1:
        return facts, session_id
    kept = facts.choices[0]
    return replace(facts, starts_at=kept.starts_at, ends_at=kept.ends_at), kept.session_id


def _with_time(link: Link, facts: NoticeFacts) -> Link:
    """The way to another time leads to the one that the reader chose in their own calendar (D-53)."""
    if link.kind is not LinkKind.RESCHEDULE or facts.edited is None or facts.proposed_starts_at is None:
        return link
    return replace(link, url=f"{link.url}?to={facts.proposed_starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


_PAGES: Final = {
    LinkKind.OUTCOME: "outcome",
    LinkKind.ANSWER: "answer",
    LinkKind.INVITE: "invite",
    LinkKind.KEEP: "keep",
    LinkKind.CONNECT: "calendar",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where links lead: to the front end where there is one, else to our own pages.

    `global_id` makes the id that a front end knows a session by. Neither address ends with a slash.
    """

    keyring: Keyring = field(repr=False)
    base_url: str
    front_end_url: str | None
    global_id: Callable[[str, int], str]

    def links_of(
        self,
        facts: NoticeFacts,
        *,
        organisation_id: int,
        recipient_id: int,
        session_id: int | None,
        proposal_id: int | None = None,
        thread_id: int | None = None,
    ) -> tuple[Link, ...]:
        """The links that a message with these facts carries; they expire with the session, or the invite, that it tells of."""
        if thread_id is not None:
            return self._in_front_end(LinkKind.MESSAGE, f"threads/{self.global_id('Thread', thread_id)}")
        if session_id is None and facts.connect_link:
            return (self._without_session(LinkKind.CONNECT, facts, organisation_id, recipient_id, 0),)
        if session_id is None:
            asked = proposal_id is not None and facts.answer_link
            kind = LinkKind.INVITE
            return (
                (self._without_session(kind, facts, organisation_id, recipient_id, proposal_id or 0),) if asked else ()
            )
        facts, session_id = _kept(facts, session_id)
        kinds = [LinkKind.JOIN] if facts.join_link else []
        kinds += [LinkKind.OUTCOME] if facts.outcome_link else []
        kinds += [LinkKind.ANSWER] if facts.answer_link else []
        kinds += [LinkKind.KEEP] if len(facts.choices) > 1 else []
        if facts.change_links:
            kinds += [LinkKind.RESCHEDULE, LinkKind.CANCEL]
        links = tuple(
            self._link(
                ChangeLink(
                    organisation_id=organisation_id,
                    person_id=recipient_id,
                    session_id=session_id,
                    kind=kind,
                    expires_at=_until(kind, facts),
                )
            )
            for kind in kinds
        )
        asked = f"sessions/{self.global_id('Session', session_id)}/questionnaire"
        more = self._in_front_end(LinkKind.QUESTIONNAIRE, asked) if facts.questionnaire_link else ()
        return (*more, *(_with_time(link, facts) for link in links))

    def _in_front_end(self, kind: LinkKind, path: str) -> tuple[Link, ...]:
        """Where only a front end shows it; without one, the reader signs in wherever they do."""
        return () if self.front_end_url is None else (Link(kind=kind, url=f"{self.front_end_url}/{path}"),)

    def _without_session(
        self, kind: LinkKind, facts: NoticeFacts, organisation_id: int, recipient_id: int, about: int
    ) -> Link:
        return self._link(
            ChangeLink(
                organisation_id=organisation_id,
                person_id=recipient_id,
                session_id=about,
                kind=kind,
                expires_at=_until(kind, facts),
            )
        )

    def join_url(
        self, *, organisation_id: int, person_id: int, session_id: int, ends_at: datetime, feed: int | None = None
    ) -> str:
        """The person's own way into a session; it leads on to the conference when there is one (M22)."""
        link = ChangeLink(
            organisation_id=organisation_id,
            person_id=person_id,
            session_id=session_id,
            kind=LinkKind.JOIN,
            expires_at=ends_at,
            feed=feed,
        )
        return self._link(link).url

    def change_url(
        self,
        kind: LinkKind,
        *,
        organisation_id: int,
        person_id: int,
        session_id: int,
        starts_at: datetime,
        feed: int | None = None,
    ) -> str:
        """The person's own way to the page on which a session is moved or cancelled; opening it changes nothing (M3, D-38)."""
        link = ChangeLink(
            organisation_id=organisation_id,
            person_id=person_id,
            session_id=session_id,
            kind=kind,
            expires_at=starts_at,
            feed=feed,
        )
        return self._link(link).url

    def _link(self, link: ChangeLink) -> Link:
        return Link(kind=link.kind, url=self._url(link))

    def _url(self, link: ChangeLink) -> str:
        match link.kind:
            case LinkKind.JOIN:
                return f"{self.base_url}/join/{seal_link(self.keyring, link)}"
            case _ if self.front_end_url is None:
                page = _PAGES.get(link.kind, "change")
                return f"{self.base_url}/{page}/{seal_link(self.keyring, link)}"
            case LinkKind.INVITE:
                return f"{self.front_end_url}/invites/{self.global_id('Proposal', link.session_id)}"
            case LinkKind.CONNECT:
                return f"{self.front_end_url}/calendar"
            case _:
                session = self.global_id("Session", link.session_id)
                return f"{self.front_end_url}/sessions/{session}/{link.kind.lower()}"
