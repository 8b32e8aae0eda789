"""What goes back to a caller: an answer, or a refusal in Google's own words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]
JSON_TYPE: Final = "application/json; charset=UTF-8"
HTML_TYPE: Final = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    media_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, body: Json, status: int = 200) -> "Answer":
        """A JSON object, as Google writes it: indented."""
        return cls(status=status, body=json.dumps(body, indent=1, ensure_ascii=False).encode("utf-8", "replace"))


class Refused(Exception):
    """The Calendar API does not do what was asked: status, reason and message of its error envelope."""

    def __init__(self, status: int, reason: str, message: str, *, location: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.location = location

    def answer(self) -> Answer:
        """The refusal as Google writes it."""
        return error_answer(self.status, self.reason, self.message, location=self.location)


def error_answer(
    status: int, reason: str, message: str, *, location: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Google's error envelope: `error.code`, `error.message` and a list with domain and reason."""
    detail = {"domain": _domain(reason), "reason": reason, "message": message}
    if location is not None:
        detail |= {"locationType": "parameter", "location": location}
    envelope = {"error": {"errors": [detail], "code": status, "message": message}}
    return Answer(status=status, body=json.dumps(envelope, indent=1).encode(), headers=headers or {})


def _domain(reason: str) -> str:
    return "usageLimits" if reason.endswith(("LimitExceeded", "quotaExceeded")) else "global"
