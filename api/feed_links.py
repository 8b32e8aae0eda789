"""The addresses that sessions carry in a feed: personal links as in a message, taken back with the feed."""

from api.ids import global_id
from api.services import Services
from calendar_sync.feed import LinkedSession, Links, SessionLinks
from notifications.links import Addresses, LinkKind
from policy.terms import Side


def feed_links(services: Services) -> Links:
    """How a feed makes the links of a session for its reader: into it, and for members to the pages that change it."""
    addresses = Addresses(
        keyring=services.keyring,
        base_url=services.base_url,
        front_end_url=services.front_end_url,
        global_id=global_id,
    )

    def links(session: LinkedSession) -> SessionLinks:
        organisation, person, key = session.organisation_id, session.person_id, session.session_id
        feed = session.feed_generation
        join = addresses.join_url(
            organisation_id=organisation, person_id=person, session_id=key, ends_at=session.ends_at, feed=feed
        )
        if session.side is not Side.MEMBER:
            return SessionLinks(join=join)

        def change(kind: LinkKind) -> str:
            return addresses.change_url(
                kind,
                organisation_id=organisation,
                person_id=person,
                session_id=key,
                starts_at=session.starts_at,
                feed=feed,
            )

        return SessionLinks(join=join, reschedule=change(LinkKind.RESCHEDULE), cancel=change(LinkKind.CANCEL))

    return links
