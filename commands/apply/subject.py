"""The session that a change is about."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The session that a change is about, as it stood before; its ids and the names that messages use.

    Of an invite there is no session yet: `session_id` and `resolved_policy_id` are 0, `proposal_id` is the invite.
    """

    session_id: int
    coach_id: int
    member_id: int
    kind_id: int
    membership_id: int | None
    resolved_policy_id: int
    kind_code: str
    kind_name: str
    coach_name: str
    member_name: str
    accounting_zone: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    version: int
    proposal_id: int | None = None
