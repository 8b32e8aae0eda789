"""iCal feeds of coaches and members, and the calendar files that go with mails (CALENDAR 31–43)."""

from calendar_sync.feed.appointment import Appointment, SessionLinks, Standing
from calendar_sync.feed.calendar import single_session_ics
from calendar_sync.feed.capability import FeedOptions, Names, feed_url, webcal_url
from calendar_sync.feed.projection import LinkedSession, Links, title_of
from calendar_sync.feed.route import feed_routes

__all__ = [
    "Appointment",
    "FeedOptions",
    "LinkedSession",
    "Links",
    "Names",
    "SessionLinks",
    "Standing",
    "feed_routes",
    "feed_url",
    "single_session_ics",
    "title_of",
    "webcal_url",
]
