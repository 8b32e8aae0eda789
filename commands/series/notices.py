"""Messages about a whole series: one for each side by one cause, which lists the sessions (MODEL 9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert

from commands.apply.work import Work, mails_of
from commands.notices import NoticeFacts, SeriesNotice, facts_to_json
from commands.series.planning import Pairing
from models.event import Notification
from models.unit import Unit
from policy.recurrence import Recurrence
from policy.terms import ActorKind, NoticeCode, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The two sides of a series and its kind, as messages name them."""

    coach_id: int
    member_id: int
    coach_name: str
    member_name: str
    kind_code: str
    kind_name: str
    accounting_zone: str
    length: timedelta


def parties_of(pair: Pairing) -> Parties:
    """Those of a pair as it stands."""
    return _parties(pair.row, pair.coach_id, pair.member_id, pair.policy.kind.duration)


def parties_of_series(row: Row[Any]) -> Parties:
    """Those of a stored series, also where they are a pair no more."""
    return _parties(row, row.coach_id, row.member_id, row.duration)


def _parties(row: Row[Any], coach_id: int, member_id: int, length: timedelta) -> Parties:
    return Parties(
        coach_id=coach_id,
        member_id=member_id,
        coach_name=row.coach_name,
        member_name=row.member_name,
        kind_code=row.kind_code,
        kind_name=row.kind_name,
        accounting_zone=row.accounting_zone,
        length=length,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What both sides are told of a series: `starts_at` is the first start that it is about, `session_id` its session, if there is one."""

    parties: Parties
    code: NoticeCode
    about: SeriesNotice
    starts_at: datetime
    event_id: int
    now: datetime
    by: ActorKind = ActorKind.SYSTEM
    session_id: int | None = None
    note: str | None = None
    answer_by: datetime | None = None
    join: bool = False
    sides: tuple[Side, ...] = (Side.MEMBER, Side.COACH)


def notice_of(
    rule: Recurrence,
    *,
    starts: tuple[datetime, ...] = (),
    left_out: tuple[datetime, ...] = (),
    make_up: tuple[datetime, ...] = (),
    split: tuple[datetime, ...] = (),
    kept: bool = False,
    ended: bool = False,
) -> SeriesNotice:
    """What is said of a series of this rule."""
    return SeriesNotice(
        cadence=str(rule.cadence),
        first_on=rule.first,
        at=rule.at,
        zone=rule.zone.key,
        starts=starts,
        left_out=left_out,
        make_up=make_up,
        split=split,
        kept=kept,
        ended=ended,
    )


def tell_sides(unit: Unit, telling: Telling) -> list[Work]:
    """The message stands for each side; returns the mails."""
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": telling.code,
            "recipient_id": telling.parties.member_id if side is Side.MEMBER else telling.parties.coach_id,
            "session_id": telling.session_id,
            "event_id": telling.event_id,
            "channel": "EMAIL",
            "facts": facts_to_json(_facts(telling, side)),
            "created_at": telling.now,
        }
        for side in telling.sides
    ]
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), rows)
    return mails_of([(row.id, row.recipient_id) for row in written], now=telling.now)


def _facts(telling: Telling, side: Side) -> NoticeFacts:
    parties = telling.parties
    return NoticeFacts(
        kind_code=parties.kind_code,
        kind_name=parties.kind_name,
        coach_name=parties.coach_name,
        member_name=parties.member_name,
        accounting_zone=parties.accounting_zone,
        starts_at=telling.starts_at,
        ends_at=telling.starts_at + parties.length,
        sequence=0,
        by=str(telling.by),
        note=telling.note,
        answer_by=telling.answer_by,
        join_link=telling.join,
        change_links=telling.join and side is Side.MEMBER,
        series=telling.about,
    )
