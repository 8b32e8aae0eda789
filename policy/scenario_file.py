"""Scenarios as a form in TOML: `[[scenarios]]`, each with what is done, when, by whom, and, if wished, what is expected.

```toml
[[scenarios]]
name = "Half a day before"
kind = "lesson"
act = "CANCEL"              # BOOK, CANCEL, MOVE, MISS, HELD, ENDED
by = "MEMBER"               # who acts; of MISS: who does not come
starts_at = 2027-03-04T17:00:00Z
notice = "PT12H"            # or at = …; left out for MISS, HELD, ENDED: as soon as it can be stated
expected = {row = "cancel", disposition = "RELEASED"}
```

Besides: `booked_at`, `to`, `reason`, `claim`, `on_behalf_of_member`, `moves = [{by, at, from}]`, `tallies = {name = number}`, `zone`, `fee`, `paid`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from policy.document import Policy
from policy.facts import Move
from policy.fields import Fields, table_at
from policy.layering import parse
from policy.parameters import PolicyError, choice, mapped, read_duration, read_flag, read_money, read_text, whole
from policy.scenarios import Scenario, ScenarioAct
from policy.terms import ActorKind, Side

MOST_SCENARIOS = 100
MOST_MOVES = 20
YEARS = range(2000, 2200)
"""In which a scenario may lie: far enough from where calendars end."""


def load_scenarios(document: str, policy: Policy) -> tuple[Scenario, ...]:
    """The scenarios of a file, for this policy. Raises PolicyError, whose path leads to what is wrong."""
    fields = Fields(parse(document))
    raw = fields.need("scenarios", _few(MOST_SCENARIOS))
    fields.finish()
    found = tuple(_scenario(one, policy.currency, "scenarios", str(place)) for place, one in enumerate(raw))
    for place, scenario in enumerate(found):
        if scenario.kind not in policy.kinds:
            raise PolicyError(f"one of {', '.join(policy.kinds)} is wanted", "scenarios", str(place), "kind")
    return found


def _scenario(raw: Any, currency: str, *path: str) -> Scenario:
    fields = Fields(raw, *path)
    starts_at = fields.need("starts_at", read_instant)
    notice = fields.get("notice", read_duration)
    at = fields.get("at", read_instant)
    if notice is not None and at is not None:
        raise PolicyError("either at or notice is wanted", *path, "notice")
    moves = fields.get("moves", _few(MOST_MOVES), [])
    found = Scenario(
        name=fields.need("name", read_text),
        kind=fields.need("kind", read_text),
        act=fields.need("act", choice(ScenarioAct)),
        by=fields.need("by", choice(ActorKind)),
        starts_at=starts_at,
        at=at if notice is None else starts_at - notice,
        booked_at=fields.get("booked_at", read_instant),
        to=fields.get("to", read_instant),
        reason=fields.get("reason", read_text),
        claim=fields.get("claim", read_text),
        on_behalf_of_member=fields.get("on_behalf_of_member", read_flag, False),
        moves=tuple(_move(one, *path, "moves", str(place)) for place, one in enumerate(moves)),
        tallies=fields.get("tallies", mapped(whole()), {}),
        zone=fields.get("zone", read_zone, ZoneInfo("UTC")),
        fee=fields.get("fee", partial(read_money, currency)),
        paid=fields.get("paid", partial(read_money, currency)),
        expected=fields.get("expected", _expected, {}),
    )
    fields.finish()
    return found


def _move(raw: Any, *path: str) -> Move:
    fields = Fields(raw, *path)
    move = Move(
        by=fields.need("by", choice(Side)),
        at=fields.need("at", read_instant),
        starts_at_before=fields.need("from", read_instant),
    )
    fields.finish()
    return move


def read_instant(raw: Any) -> datetime:
    """An instant with its offset, as TOML or as text, in UTC."""
    try:
        at = raw if isinstance(raw, datetime) else datetime.fromisoformat(read_text(raw))
        instant = at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None or instant.year not in YEARS:
        raise ValueError("an instant such as 2027-03-04T17:00:00Z is wanted")
    return instant


def read_zone(raw: Any) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(read_text(raw))
    except (KeyError, OSError, ValueError):
        raise ValueError("a time zone such as Europe/Paris is wanted") from None


def _few(most: int) -> Any:
    def read(raw: Any) -> list[Any]:
        if not isinstance(raw, list) or len(raw) > most:
            raise ValueError(f"a list of at most {most} is wanted")
        return raw

    return read


ANSWERS = (
    "row",
    "refusal",
    "reason",
    "disposition",
    "credits",
    "fee",
    "refund",
    "coach_earns",
    "coach_owes",
    "asks",
    "steps",
    "messages",
)
"""What can be expected, by the names of `Tried.answers`; `-`: that there is none."""


def _expected(raw: Any) -> Mapping[str, str]:
    found = {name: read_text(value) for name, value in table_at(raw).items()}
    unknown = next((name for name in found if name not in ANSWERS), None)
    if unknown is not None:
        raise ValueError(f"{unknown} is none of {', '.join(ANSWERS)}")
    return found
