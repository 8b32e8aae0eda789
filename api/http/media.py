"""Media types: what a client accepts, and what it sends (RFC 9110; GraphQL over HTTP, draft)."""

from dataclasses import dataclass
from enum import StrEnum


class Media(StrEnum):
    """The media types in which we answer, the new one first: it wins where a client accepts both alike."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """One range of an Accept header."""

    kind: str
    quality: float

    def matches(self, media: str) -> int:
        """How closely the range names `media`: 0 for not at all, 3 for exactly."""
        if self.kind == media:
            return 3
        if self.kind == f"{media.split('/', maxsplit=1)[0]}/*":
            return 2
        return 1 if self.kind == "*/*" else 0


def negotiate(accept: str | None) -> Media | None:
    """The media type to answer in, or None where the client accepts none of ours.

    Without an Accept header, and under `*/*` alone, that is application/json, as clients older than the draft expect.
    """
    if accept is None or not accept.strip():
        return Media.JSON
    ranges = [_range(part) for part in accept.lower().split(",")[:50]]
    named = {media: _quality(ranges, media) for media in Media}
    best = max(named.values())
    if best == 0:
        return None
    wanted = [media for media in Media if named[media] == best]
    exact = [media for media in wanted if any(one.kind == media for one in ranges)]
    return exact[0] if exact else Media.JSON


def _range(part: str) -> _Range:
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
        elif name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            quality = 0.0
    return _Range(kind=kind, quality=quality)


def _quality(ranges: list[_Range], media: str) -> float:
    """The quality that the closest range gives to `media`."""
    close = max(ranges, key=lambda one: (one.matches(media), one.quality))
    return close.quality if close.matches(media) else 0.0


def is_json(content_type: str | None) -> bool:
    """Whether a body is declared as JSON in UTF-8, which a plain form of another site cannot do."""
    if content_type is None:
        return False
    kind, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    if kind != Media.JSON:
        return False
    charsets = [value.strip('"') for name, _, value in (p.partition("=") for p in parameters) if name == "charset"]
    return all(charset in ("utf-8", "utf8") for charset in charsets)
