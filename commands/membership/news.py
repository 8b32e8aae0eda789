"""What people are told of a membership (MODEL 9: MEMBERSHIP_CHANGED)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.apply.work import Work, mails_of
from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from commands.notices import NoticeFacts, facts_to_json
from models.event import Notification
from models.unit import Unit
from policy.matters import MembershipNews
from policy.money import Money
from policy.terms import NoticeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has become of it, as of when, and until when if that is said. `amount`: what is due from then on, told to who pays; `coach`: with whom from now on."""

    what: MembershipNews
    at: datetime
    event_id: int
    until: datetime | None = None
    amount: Money | None = None
    cadence: str | None = None
    coach: str = ""


def tell(unit: Unit, case: MembershipCase, news: News, doer: Doer, *, coaches: Sequence[int]) -> list[Work]:
    """The member and these coaches have the message; returns the mails. Coaches are told of no money (MODEL 10)."""
    people = [case.member_id, *sorted(set(coaches))]
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": NoticeCode.MEMBERSHIP_CHANGED,
            "recipient_id": person,
            "session_id": None,
            "event_id": news.event_id,
            "channel": "EMAIL",
            "facts": facts_to_json(_facts(case, news, doer, person)),
            "created_at": doer.recorded_at,
        }
        for person in people
    ]
    written = unit.connection.execute(insert(Notification).returning(Notification.id, Notification.recipient_id), rows)
    return mails_of([(row.id, row.recipient_id) for row in written], now=doer.recorded_at)


def _facts(case: MembershipCase, news: News, doer: Doer, person: int) -> NoticeFacts:
    for_coach = person != case.member_id
    pays = not for_coach and case.row.contract_id is None
    return NoticeFacts(
        kind_code="",
        kind_name="Membership",
        coach_name=news.coach or case.coaches.get(person, ""),
        member_name=case.row.member_name,
        accounting_zone=case.row.accounting_zone,
        starts_at=news.at,
        ends_at=news.until or news.at,
        sequence=0,
        by=str(doer.kind),
        amount=news.amount if pays else None,
        news=str(news.what),
        cadence=news.cadence,
        for_coach=for_coach,
    )
