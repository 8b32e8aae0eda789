"""Messages that people got (MODEL 9)."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.context import Info
from api.describe import output
from api.ids import global_id
from api.scalars import URL
from api.types.node import Node
from api.types.person import Person, person
from notifications.inbox import message_of
from notifications.links import LinkKind
from notifications.render import Rendered
from policy.terms import NoticeCode

NOTIFICATIONS = Place(list="notifications", columns=("id",))


@output
class NotificationLink:
    """A personal link of a message; whoever has it may use it, so it is shown to its recipient only."""

    kind: LinkKind
    url: URL = strawberry.field(description="Opening it changes nothing.")


@output
class Notification(Node):
    """A message to one person. What happened is fixed; the text is written when it is read, in the reader's zone."""

    code: NoticeCode
    channel: str = strawberry.field(description="How it is sent: EMAIL. In a sandbox nothing leaves the machine.")
    recipient: Person
    created_at: datetime
    sent_at: datetime | None = strawberry.field(description="When it was sent; null while it waits.")
    read_at: datetime | None = strawberry.field(description="When you said that you have read it; null until then.")
    about_id: strawberry.ID | None = strawberry.field(
        description="The id of what it is about, to lead there: a Session, a Proposal (an invite) or a Thread."
    )
    row: strawberry.Private[Row[Any]]
    rendered: strawberry.Private[list[Rendered]]

    @strawberry.field
    def subject(self, info: Info) -> str:
        """The subject line."""
        return self._message(info).subject

    @strawberry.field
    def text(self, info: Info) -> str:
        """The message as plain text."""
        return self._message(info).text

    @strawberry.field
    def html(self, info: Info) -> str:
        """The message as HTML, safe to be shown in a frame of its own."""
        return self._message(info).html

    @strawberry.field
    def links(self, info: Info) -> list[NotificationLink]:
        """The links of the message; none for anybody but its recipient."""
        if info.context.actor.person_id != self.row.recipient_id:
            return []
        return [NotificationLink(kind=link.kind, url=URL(link.url)) for link in self._message(info).links]

    def _message(self, info: Info) -> Rendered:
        if not self.rendered:
            operation = info.context
            name = operation.context.organisation_name
            self.rendered.append(message_of(self.row, operation.addresses, organisation_name=name))
        return self.rendered[0]


def notification(row: Row[Any]) -> Notification:
    """The message of a row of `models.queries.views.notification_columns`."""
    return Notification(
        id=strawberry.ID(global_id("Notification", row.id)),
        code=NoticeCode(row.code),
        channel=row.channel,
        recipient=person(row.recipient_id, row.recipient_name, row.recipient_zone),
        created_at=row.created_at,
        sent_at=row.sent_at,
        read_at=row.read_at,
        about_id=_about(row),
        row=row,
        rendered=[],
    )


def _about(row: Row[Any]) -> strawberry.ID | None:
    for name, key in (("Thread", row.thread_id), ("Session", row.session_id), ("Proposal", row.proposal_id)):
        if key is not None:
            return strawberry.ID(global_id(name, key))
    return None
