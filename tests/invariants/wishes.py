"""What somebody might want to do next, drawn at random, and what it comes to in a life: mostly something that fits what stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import text

from tests.invariants.lives import COACHES, KINDS, MEMBERS, Deed, Jump, Life

Option = tuple[str, Mapping[str, Any]]
"""A verb, and how it is meant; `to` stands for a new time that is drawn besides."""

AHEAD = [
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=23),
    timedelta(hours=25),
    timedelta(hours=49),
    timedelta(days=5),
    timedelta(days=12),
    timedelta(days=33),
]
TO = {"to": True}
ON_BEHALF = {"on_behalf_of_member": True}
REASONS = [
    "CLIENT_NO_SHOW",
    "CLIENT_CANCELLED_LATE",
    "COACH_MISSED",
    "CLIENT_EMERGENCY",
    "OTHER",
    "WAIVED",
    "BOTH_ABSENT",
    "PLATFORM_FAILURE",
    "BOOKED_WRONG_TIME",
]
ABSENT: list[Option] = [("record", {"absent": "MEMBER"}), ("record", {"absent": "COACH"})]
HELD: list[Option] = [("record", {"held": True}), ("record", {"held": True, "reason": "HELD_ELSEWHERE"})]
DECIDED: list[Option] = [("decide", {"held": True}), ("decide", {"absent": "COACH"}), ("decide", {"absent": "MEMBER"})]
COMING: list[Option] = [
    ("cancel", {}),
    ("reschedule", TO),
    ("keep", {}),
    ("confirm", {}),
    ("offer", {}),
    ("cancel", ON_BEHALF),
    ("cancel", {"claim": "EMERGENCY"}),
    ("reschedule", TO | ON_BEHALF),
    ("cancel", {"override": "CLIENT_CANCELLED"}),
    ("check in", {}),
]
UNDER_WAY: list[Option] = [("check in", {}), ("report", {}), *ABSENT, ("offer", {}), ("cancel", {}), *HELD]
OVER: list[Option] = [
    *HELD,
    ("report", {}),
    ("offer", {}),
    *ABSENT,
    ("withdraw report", {}),
    *DECIDED,
    *[("record", {"reason": reason}) for reason in REASONS],
]
STATED: list[Option] = [
    ("contest", {}),
    ("contest", {"claim": "The link did not work."}),
    ("report", {}),
    ("answer", {}),
    *DECIDED,
    ("offer", {}),
    *HELD[:1],
    *[("record", {"reason": reason}) for reason in REASONS],
    *[("decide", {"reason": reason}) for reason in REASONS],
]
GONE: list[Option] = [
    *[("state", {"reason": reason}) for reason in ("CLIENT_EMERGENCY", "CLIENT_CANCELLED_LATE", "WAIVED")],
    ("contest", {}),
    ("decide", {"reason": "CLIENT_EMERGENCY"}),
    ("cancel", {}),
    ("record", {"held": True}),
]
ASIDE: list[Option] = [
    ("waive", {}),
    ("pay out", {}),
    ("pay", {}),
    ("pay", {"amount": 0}),
    ("pack", {}),
    ("ask for help", {}),
    ("conclude", {}),
]
MEMBERS_OWN = {"report", "withdraw report", "contest", "answer", "keep", "confirm"}
COACHS_OWN = {"offer", "record", "state", "waive"}
TEAMS_OWN = {"decide", "pay", "pack", "pay out", "conclude"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`pick`: about which thing, the latest first; `choice`: what; `who`: 0 who it is for, then others; `ahead`: which new time."""

    family: str
    pick: int
    choice: int
    who: int
    ahead: timedelta


def wishes(*families: str) -> st.SearchStrategy[Wish]:
    """Wishes of these families."""
    return st.builds(
        Wish,
        family=st.sampled_from(families),
        pick=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5]),
        choice=st.integers(0, 119),
        who=st.sampled_from([0, 0, 0, 0, 1, 2, 3]),
        ahead=st.sampled_from(AHEAD),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Leap:
    """To the `due`-th instant at which something changes, `tick` beside it; or, where that is None, `by` this."""

    due: int | None
    tick: timedelta
    by: timedelta
    workers: bool


def leaps(workers: st.SearchStrategy[bool]) -> st.SearchStrategy[Leap]:
    """Ways for the clock to go on."""
    return st.builds(
        Leap,
        due=st.sampled_from([0, 0, 0, 1, 2, None]),
        tick=st.sampled_from([timedelta(microseconds=-1), timedelta(0), timedelta(0), timedelta(microseconds=1)]),
        by=st.sampled_from([timedelta(minutes=10), timedelta(hours=1), timedelta(hours=26), timedelta(days=8)]),
        workers=workers,
    )


def jump_of(life: Life, leap: Leap) -> Jump:
    """Where the clock goes in this life; never back."""
    due = life.due()
    to = life.now + leap.by if leap.due is None or not due else due[min(leap.due, len(due) - 1)] + leap.tick
    return Jump(to=max(to, life.now), workers=leap.workers)


def deed_of(life: Life, wish: Wish) -> Deed:
    """What the wish comes to in this life: a booking, where there is nothing yet that it could be about."""
    return _deed_of(life, wish) or _booking(life, wish)


def _deed_of(life: Life, wish: Wish) -> Deed | None:
    match wish.family:
        case "proposal":
            return _answering(life, wish) or _changing(life, wish)
        case "aside":
            return _aside(life, wish)
        case "invite":
            return _inviting(life, wish)
        case "change":
            return _changing(life, wish)
        case _:
            return None


def quarter_after(now: datetime, ahead: timedelta) -> datetime:
    """The first quarter of an hour that is so far ahead."""
    whole = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return whole + ahead + (timedelta(0) if whole == now else timedelta(minutes=15))


def _booking(life: Life, wish: Wish) -> Deed:
    member, kinds = MEMBERS[wish.pick % 2], KINDS[life.preset]
    coach = COACHES[wish.choice % 2]
    more = {
        "member": member,
        "coach": coach,
        "kind": kinds[wish.choice // 2 % len(kinds)] if wish.choice % 3 else kinds[0],
        "start": quarter_after(life.now, wish.ahead + timedelta(minutes=45 * (wish.choice % 4))),
    }
    return Deed(verb="book", who=(member, member, "Sam", coach)[wish.who], more=more)


def _inviting(life: Life, wish: Wish) -> Deed:
    member, coach = MEMBERS[wish.pick % 2], COACHES[wish.choice % 2]
    first = quarter_after(life.now, wish.ahead)
    slots = tuple(first + timedelta(hours=2 * number) for number in range(1 + wish.choice // 2 % 2))
    more = {"member": member, "coach": coach, "kind": KINDS[life.preset][0], "slots": slots}
    return Deed(verb="invite", who=(coach, coach, "Sam", member)[wish.who], more=more)


def _changing(life: Life, wish: Wish) -> Deed | None:
    row = _latest(life, SESSION, wish.pick)
    if row is None:
        return None
    verb, more = _fitting(_options(life, row), wish)
    if "to" in more:
        more = {**more, "to": quarter_after(life.now, wish.ahead)}
    return Deed(verb=verb, who=_actor(verb, row, wish.who), target=wish.pick % row.known, more=dict(more))


def _options(life: Life, row: Any) -> list[Option]:
    match row.status:
        case "SCHEDULED" if life.now < row.starts_at:
            return COMING
        case "SCHEDULED":
            return UNDER_WAY if life.now < row.ends_at else OVER
        case "AWAITING_OUTCOME":
            return OVER
        case "CANCELLED":
            return GONE
        case _:
            return STATED


def _fitting(options: Sequence[Option], wish: Wish) -> Option:
    return options[wish.choice % len(options)]


def _actor(verb: str, row: Any, who: int) -> str:
    member, coach = row.member, row.coach
    if verb in MEMBERS_OWN:
        return (member, coach, "Sam", member)[who]
    if verb in COACHS_OWN:
        return (coach, "Sam", member, coach)[who]
    if verb in TEAMS_OWN:
        return ("Sam", coach, member, "Sam")[who]
    return (member, coach, "Sam", _stranger(member))[who]


def _stranger(member: str) -> str:
    return next(one for one in MEMBERS if one != member)


def _answering(life: Life, wish: Wish) -> Deed | None:
    row = _latest(life, PROPOSAL, wish.pick)
    if row is None:
        return None
    verb = ("accept", "decline", "accept", "withdraw")[wish.choice % 4]
    sides = {"MEMBER": row.member, "COACH": row.coach, "STAFF": "Sam"}
    answerer, proposer = sides[row.answers], sides[row.by]
    first, second = (proposer, answerer) if verb == "withdraw" else (answerer, proposer)
    several = row.kind == "NEW_SESSION" and row.starts_at is None
    names = {"accept": True}.get(verb) and (row.kind == "REBOOK_OFFER" or several or wish.choice % 5 == 0)
    # Of an invite to several times one of them is named, most of the time.
    at = row.first_slot if several and wish.choice % 5 else quarter_after(life.now, wish.ahead)
    more = {"at": at} if names else {}
    who = (first, second, "Sam", first)[wish.who]
    return Deed(verb=verb, who=who, target=wish.pick % row.known, more=more)


def _aside(life: Life, wish: Wish) -> Deed | None:
    verb, more = _fitting(ASIDE, wish)
    if verb in ("pay", "pack"):
        member = MEMBERS[wish.pick % 2]
        if verb == "pay":
            more = {**more, "reference": f"{life.now}-{wish.choice}-{wish.pick}"}
        return Deed(verb=verb, who="Sam", more={**more, "member": member, "kind": KINDS[life.preset][0]})
    row = _latest(life, SESSION, wish.pick)
    if row is None:
        return None
    return Deed(verb=verb, who=_actor(verb, row, wish.who), target=wish.pick, more={})


SESSION = text("""
SELECT session.status, session.starts_at, session.ends_at, member.name AS member, coach.name AS coach,
    count(*) OVER () AS known
FROM session
JOIN person AS member ON member.organisation_id = session.organisation_id AND member.id = session.member_id
JOIN person AS coach ON coach.organisation_id = session.organisation_id AND coach.id = session.coach_id
WHERE session.organisation_id = :organisation ORDER BY session.id
""")
PROPOSAL = text("""
SELECT proposal.kind, proposal.by, proposal.answers, proposal.starts_at, (SELECT min(slot.starts_at) FROM proposal_slot AS slot
    WHERE slot.organisation_id = proposal.organisation_id AND slot.proposal_id = proposal.id) AS first_slot, member.name AS member, coach.name AS coach, count(*) OVER () AS known
FROM proposal
JOIN person AS member ON member.organisation_id = proposal.organisation_id AND member.id = proposal.member_id
JOIN person AS coach ON coach.organisation_id = proposal.organisation_id AND coach.id = proposal.coach_id
WHERE proposal.organisation_id = :organisation ORDER BY proposal.id
""")


def _latest(life: Life, statement: Any, pick: int) -> Any:
    with life.owner.connect() as connection:
        rows = connection.execute(statement, {"organisation": life.platform.organisation_id}).all()
    return rows[-1 - pick % len(rows)] if rows else None
