"""events.watch and channels.stop, and the notifications that a change of a calendar puts on their way (CALENDAR 28).

A notification says only that something has changed; it may be lost, doubled or late, and its channel ends by itself.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import calendar
from calendar_sync.google_double.desk import Desk
from calendar_sync.google_double.discovery import Matched
from calendar_sync.google_double.store import Books

LASTS: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=30)
_ID: Final = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def watch(desk: Desk, matched: Matched, body: Json) -> Json:
    """events.watch: a channel that tells of the calendar's changes until it expires; its first message says `sync`."""
    place = calendar(desk, matched.path["calendarId"])
    channel, address = str(body.get("id") or ""), str(body.get("address") or "")
    if not _ID.fullmatch(channel):
        raise Refused(400, "invalid", "Invalid channel id.")
    if body.get("type") not in ("web_hook", "webhook"):
        raise Refused(400, "push.channelTypeUnknown", "Unknown channel type.")
    if not _may_be_called(address):
        raise Refused(401, "push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {address}")
    if desk.books.row("SELECT 1 FROM channel WHERE id = ?", channel) is not None:
        raise Refused(400, "channelIdNotUnique", f"Channel id {channel} not unique")
    expires = _expires(desk.now, body.get("expiration"), (body.get("params") or {}).get("ttl"))
    resource = sha256(f"events of {place.id}".encode()).hexdigest()[:27]
    desk.books.run(
        "INSERT INTO channel (id, calendar_id, resource_id, address, token, expires, messages) VALUES (?, ?, ?, ?, ?, ?, 0)",
        channel,
        place.id,
        resource,
        address,
        str(body.get("token") or ""),
        expires,
    )
    _post(desk.books, channel, "sync")
    return {"kind": "api#channel", "id": channel, "resourceId": resource, "resourceUri": _uri(desk, place.id)} | {
        "expiration": str(expires),
        **({"token": body["token"]} if body.get("token") else {}),
    }


def stop(desk: Desk, _: Matched, body: Json) -> Json:
    """channels.stop: nothing more is told over the channel. Raises Refused (404) for a channel that is not there."""
    wanted = (str(body.get("id")), str(body.get("resourceId")))
    if desk.books.row("SELECT 1 FROM channel WHERE id = ? AND resource_id = ? AND NOT stopped", *wanted) is None:
        raise Refused(404, "channelIdNotFound", f"Channel '{wanted[0]}' not found for project")
    desk.books.run("UPDATE channel SET stopped = 1 WHERE id = ?", wanted[0])
    return {}


def changed(books: Books, calendar_id: str, *, gone: bool = False) -> None:
    """Every channel of the calendar has a notification on its way."""
    rows: list[Any] = books.rows("SELECT id FROM channel WHERE calendar_id = ? AND NOT stopped", calendar_id)
    for row in rows:
        _post(books, row["id"], "not_exists" if gone else "exists")


def due(books: Books, *, now: float) -> list[Json]:
    """The notifications whose time has come, taken out of the books: address and headers of each."""
    rows: list[Any] = books.rows(
        "SELECT notification.*, channel.*, notification.number AS number FROM notification "
        "JOIN channel ON channel.id = notification.channel_id WHERE notification.due <= ? ORDER BY notification.number",
        now,
    )
    for row in rows:
        books.run("DELETE FROM notification WHERE number = ?", row["number"])
    return [_shown(row) for row in rows if row["expires"] > now * 1000 and not row["stopped"]]


def put_off(books: Books, shown: Json, *, until: float) -> None:
    """The notification is on its way again, and arrives late."""
    books.run(
        "INSERT INTO notification (channel_id, state, message, due) VALUES (?, ?, ?, ?)",
        shown["headers"]["X-Goog-Channel-ID"],
        shown["headers"]["X-Goog-Resource-State"],
        int(shown["headers"]["X-Goog-Message-Number"]),
        until,
    )


def _post(books: Books, channel: str, state: str) -> None:
    books.run("UPDATE channel SET messages = messages + 1 WHERE id = ?", channel)
    books.run(
        "INSERT INTO notification (channel_id, state, message, due) SELECT id, ?, messages, 0 FROM channel WHERE id = ?",
        state,
        channel,
    )


def _shown(row: Any) -> Json:
    token = {"X-Goog-Channel-Token": row["token"]} if row["token"] else {}
    return {
        "calendar": row["calendar_id"],
        "address": row["address"],
        "headers": {
            "X-Goog-Channel-ID": row["id"],
            "X-Goog-Message-Number": str(row["message"]),
            "X-Goog-Resource-ID": row["resource_id"],
            "X-Goog-Resource-State": row["state"],
            **token,
        },
    }


def _expires(now: datetime, asked: Any, seconds: Any) -> int:
    """When the channel ends, in milliseconds since 1970: as asked, but never later than Google allows."""
    milliseconds = int(now.timestamp() * 1000)
    if asked is None and seconds is not None:
        asked = milliseconds + int(seconds) * 1000
    if asked is None:
        return milliseconds + int(LASTS.total_seconds() * 1000)
    return min(int(asked), milliseconds + int(LONGEST.total_seconds() * 1000))


def _may_be_called(address: str) -> bool:
    """Google calls https only; the double calls this machine as well, and nothing else."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK


def _uri(desk: Desk, calendar_id: str) -> str:
    return f"{desk.base_url}/calendar/v3/calendars/{calendar_id}/events?alt=json"
