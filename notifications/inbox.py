"""Stored messages as their readers see them: in a mail, in GraphQL and in a sandbox's mailbox, always the same."""

from typing import Any

from sqlalchemy import Row

from commands.notices import NoticeFacts, facts_from_json
from notifications.links import Addresses
from notifications.render import Rendered, render
from notifications.words import Reader
from policy.terms import NoticeCode, Side


def message_of(row: Row[Any], addresses: Addresses, *, organisation_name: str) -> Rendered:
    """The message of a row of `models.queries.views.notification_columns`, rendered now from the facts that it keeps."""
    facts = facts_from_json(row.facts)
    reader = Reader(
        side=_side(row, facts),
        name=row.recipient_name,
        zone=row.recipient_zone,
        organisation=organisation_name,
    )
    links = addresses.links_of(
        facts,
        organisation_id=row.organisation_id,
        recipient_id=row.recipient_id,
        session_id=row.session_id,
        proposal_id=row.proposal_id,
        thread_id=row.thread_id,
    )
    return render(NoticeCode(row.code), facts, reader, links)


def _side(row: Row[Any], facts: NoticeFacts) -> Side:
    """On which side of the session, or of the invite, the recipient is."""
    coach = facts.for_coach or row.recipient_id in (row.session_coach_id, row.proposal_coach_id)
    return Side.COACH if coach else Side.MEMBER
