"""The messages of which golden files exist. `python -m tests.notifications.cases` writes the files anew, to be read in a review."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from commands.notices import NoticeFacts, Sign
from notifications.render import Rendered, render
from notifications.words import Reader
from policy.calendars import CalendarEdit
from policy.money import Money
from policy.terms import NoticeCode, Side
from tests.notifications.facts import (
    ABSENT,
    ADDRESSES,
    ASKED,
    BY_COACH,
    CHANGEABLE,
    CLAIMED,
    DAN,
    DOUBLED,
    DRAGGED,
    ENDED,
    EVA,
    FORTNIGHTLY,
    GIVEN_UP,
    HOSTILE,
    INVITED,
    KAI,
    KEPT,
    LATER,
    LEFT_OUT,
    LEO,
    LOST,
    MAYA,
    MEMBERSHIP,
    NEWS,
    OFFERED,
    OMITTED,
    OVER,
    PROPOSED,
    REPORTED,
    RUN_OUT,
    SAM,
    SERIES,
    SESSION,
    SEVERAL,
    STANDS,
    THREE,
    TO_CANCEL,
    WISH,
    WISHED,
    at,
)

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Case:
    code: NoticeCode
    facts: NoticeFacts
    reader: Reader
    invite: bool = False

    def render(self) -> Rendered:
        reader = 2 if self.reader.side is Side.MEMBER else 3
        session, proposal = (None, 5) if self.invite else (4, None)
        links = ADDRESSES.links_of(
            self.facts, organisation_id=1, recipient_id=reader, session_id=session, proposal_id=proposal
        )
        return render(self.code, self.facts, self.reader, links)


CASES: Mapping[str, Case] = {
    "questionnaire-reminder": Case(NoticeCode.QUESTIONNAIRE_REMINDER, replace(CHANGEABLE, by=None), MAYA),
    "message-member": Case(NoticeCode.MESSAGE, replace(SESSION, by="COACH", note="Not for the mail."), MAYA),
    "message-coach": Case(NoticeCode.MESSAGE, SESSION, EVA),
    "message-team": Case(NoticeCode.MESSAGE, replace(SESSION, for_team=True), SAM),
    "message-team-of-a-coach": Case(NoticeCode.MESSAGE, replace(SESSION, by="COACH", for_team=True), SAM),
    **{
        f"calendar-connection-{news.lower()}": Case(
            NoticeCode.CALENDAR_CONNECTION,
            replace(MEMBERSHIP, kind_name="Google Calendar", by="SYSTEM", news=news, connect_link=news == "BROKEN"),
            EVA,
            invite=True,
        )
        for news in ("BROKEN", "CONNECTED")
    },
    "calendar-question-moved": Case(NoticeCode.CALENDAR_QUESTION, DRAGGED, EVA),
    "calendar-question-deleted": Case(
        NoticeCode.CALENDAR_QUESTION,
        replace(DRAGGED, edited=CalendarEdit.DELETED, proposed_starts_at=None, proposed_ends_at=None),
        EVA,
    ),
    "calendar-question-whole-day": Case(
        NoticeCode.CALENDAR_QUESTION, replace(DRAGGED, proposed_starts_at=None, proposed_ends_at=None), DAN
    ),
    "invite": Case(NoticeCode.INVITE, replace(INVITED, answer_link=True, note="Shall we?"), MAYA, invite=True),
    "invite-several": Case(NoticeCode.INVITE, replace(SEVERAL, answer_link=True), KAI, invite=True),
    "invite-declined-member": Case(NoticeCode.INVITE_DECLINED, replace(INVITED, by="MEMBER"), MAYA, invite=True),
    "invite-declined-coach": Case(
        NoticeCode.INVITE_DECLINED, replace(SEVERAL, by="MEMBER", note="Not that week."), EVA, invite=True
    ),
    "invite-withdrawn-invite": Case(NoticeCode.INVITE_WITHDRAWN, INVITED, MAYA, invite=True),
    "invite-withdrawn-several": Case(NoticeCode.INVITE_WITHDRAWN, SEVERAL, MAYA, invite=True),
    "proposal-expired-several-coach": Case(
        NoticeCode.PROPOSAL_EXPIRED, replace(SEVERAL, by="SYSTEM"), EVA, invite=True
    ),
    "proposal-expired-invite-member": Case(
        NoticeCode.PROPOSAL_EXPIRED, replace(INVITED, by="SYSTEM"), MAYA, invite=True
    ),
    "proposal-expired-invite-coach": Case(NoticeCode.PROPOSAL_EXPIRED, replace(INVITED, by="SYSTEM"), EVA, invite=True),
    "proposal-expired-request-member": Case(
        NoticeCode.PROPOSAL_EXPIRED, replace(WISHED, by="SYSTEM"), MAYA, invite=True
    ),
    "change-requested-session-coach": Case(
        NoticeCode.CHANGE_REQUESTED, replace(WISHED, answer_link=True, note="At noon?"), EVA, invite=True
    ),
    "change-requested-session-member": Case(NoticeCode.CHANGE_REQUESTED, WISHED, MAYA, invite=True),
    "proposal-declined-session": Case(NoticeCode.PROPOSAL_DECLINED, replace(WISHED, by="COACH"), MAYA, invite=True),
    "booked-member": Case(NoticeCode.BOOKED, replace(CHANGEABLE, note="I would like to talk about my team."), MAYA),
    "booked-member-auckland": Case(NoticeCode.BOOKED, replace(CHANGEABLE, member_name="Kai"), KAI),
    "booked-member-by-staff": Case(NoticeCode.BOOKED, replace(CHANGEABLE, by="STAFF", note="Phoned us."), MAYA),
    "booked-coach": Case(NoticeCode.BOOKED, replace(STANDS, note="I would like to talk about my team."), EVA),
    "booked-coach-by-staff": Case(NoticeCode.BOOKED, replace(STANDS, by="STAFF", note="Phoned us."), EVA),
    "rescheduled-member": Case(
        NoticeCode.RESCHEDULED, replace(CHANGEABLE, previous_starts_at=at("2027-03-25T10:00"), sequence=1), MAYA
    ),
    "rescheduled-member-by-coach": Case(
        NoticeCode.RESCHEDULED,
        replace(
            CHANGEABLE,
            previous_starts_at=at("2027-03-25T10:00"),
            sequence=1,
            by="COACH",
            unconfirmed=True,
            note="Sorry!",
        ),
        MAYA,
    ),
    "rescheduled-coach-new-york": Case(
        NoticeCode.RESCHEDULED,
        replace(STANDS, coach_name="Dan", previous_starts_at=at("2027-03-11T14:00"), sequence=1),
        DAN,
    ),
    "cancelled-member": Case(NoticeCode.CANCELLED, ENDED, MAYA),
    "cancelled-member-by-coach": Case(NoticeCode.CANCELLED, BY_COACH, MAYA),
    "cancelled-member-on-behalf": Case(
        NoticeCode.CANCELLED, replace(ENDED, by="COACH", cancelled_by="COACH", on_behalf_of="MEMBER"), MAYA
    ),
    "cancelled-member-by-staff": Case(
        NoticeCode.CANCELLED, replace(ENDED, by="STAFF", cancelled_by="STAFF", note="Never answers the phone."), MAYA
    ),
    "cancelled-coach": Case(NoticeCode.CANCELLED, ENDED, EVA),
    "cancelled-coach-late": Case(NoticeCode.CANCELLED, replace(LOST, units=0), EVA),
    "cancelled-coach-by-system": Case(NoticeCode.CANCELLED, replace(ENDED, by="SYSTEM", cancelled_by="SYSTEM"), EVA),
    "late-loss-member": Case(NoticeCode.LATE_LOSS, LOST, MAYA),
    "late-loss-on-behalf": Case(
        NoticeCode.LATE_LOSS,
        replace(
            LOST,
            by="COACH",
            cancelled_by="COACH",
            on_behalf_of="MEMBER",
            units=2,
            contest_until=at("2027-03-23T10:00"),
        ),
        MAYA,
    ),
    "late-loss-day": Case(NoticeCode.LATE_LOSS, replace(LOST, next_bookable_from=at("2027-04-06T09:00")), MAYA),
    "late-loss-later-month": Case(
        NoticeCode.LATE_LOSS,
        replace(LOST, next_bookable_from=at("2027-03-16T10:00"), then_bookable_from=at("2027-04-30T23:00")),
        MAYA,
    ),
    "late-loss-in-part": Case(NoticeCode.LATE_LOSS, replace(LOST, disposition="PART_COUNTED"), MAYA),
    "late-loss-fee-alone": Case(
        NoticeCode.LATE_LOSS, replace(LOST, disposition="RELEASED", units=0, next_bookable_from=None), MAYA
    ),
    "late-loss-fee-without-credit": Case(
        NoticeCode.LATE_LOSS,
        replace(LOST, disposition="NONE", units=0, late=False, next_bookable_from=None),
        MAYA,
    ),
    "late-loss-in-time": Case(NoticeCode.LATE_LOSS, replace(LOST, late=False, by="COACH", on_behalf_of="MEMBER"), MAYA),
    "late-loss-open": Case(NoticeCode.LATE_LOSS, replace(LOST, next_bookable_from=None), MAYA),
    "credit-returned": Case(
        NoticeCode.CREDIT_RETURNED, replace(BY_COACH, units=1, valid_until=at("2027-04-17T07:00")), MAYA
    ),
    "credit-returned-without-end": Case(NoticeCode.CREDIT_RETURNED, replace(BY_COACH, units=2), MAYA),
    "book-again": Case(NoticeCode.BOOK_AGAIN, BY_COACH, MAYA),
    "fee-charged": Case(
        NoticeCode.FEE_CHARGED, replace(LOST, row="cancel-late", amount=Money(minor_units=2000, currency="EUR")), MAYA
    ),
    "fee-charged-coach": Case(
        NoticeCode.FEE_CHARGED,
        replace(BY_COACH, reason="CLIENT_NO_SHOW", amount=Money(minor_units=2000, currency="EUR")),
        EVA,
    ),
    "tally-step-block": Case(
        NoticeCode.TALLY_STEP,
        replace(LOST, reason="CLIENT_NO_SHOW", news="BLOCK", answer_by=at("2027-05-04T10:10")),
        MAYA,
    ),
    "tally-step-same-day": Case(
        NoticeCode.TALLY_STEP,
        replace(
            LOST, reason="CLIENT_NO_SHOW", news="SAME_DAY", answer_by=at("2027-05-04T10:10"), kinds=("one_on_one",)
        ),
        MAYA,
    ),
    "tally-step-charge": Case(
        NoticeCode.TALLY_STEP,
        replace(
            LOST,
            reason="CLIENT_NO_SHOW",
            news="CHARGE BLOCK",
            lasts="PAID",
            amount=Money(minor_units=1500, currency="EUR"),
        ),
        MAYA,
    ),
    "tally-step-cancelled": Case(
        NoticeCode.TALLY_STEP,
        replace(LOST, reason="CLIENT_NO_SHOW", news="BLOCK CANCEL_FUTURE END", lasts="STAFF"),
        MAYA,
    ),
    "tally-step-pause": Case(
        NoticeCode.TALLY_STEP,
        replace(BY_COACH, reason="COACH_CANCELLED", news="WARN PAUSE", answer_by=at("2027-05-04T10:10")),
        EVA,
    ),
    "tally-step-hide": Case(
        NoticeCode.TALLY_STEP, replace(BY_COACH, reason="COACH_CANCELLED", news="HIDE", lasts="TERM"), EVA
    ),
    "tally-step-warn-coach": Case(NoticeCode.TALLY_STEP, replace(BY_COACH, reason="COACH_CANCELLED", news="WARN"), EVA),
    "tally-step-over": Case(NoticeCode.TALLY_STEP, replace(LOST, reason="CLIENT_NO_SHOW", news="OVER"), MAYA),
    "tally-step-paid": Case(NoticeCode.TALLY_STEP, replace(LOST, reason="CLIENT_NO_SHOW", news="PAID"), MAYA),
    "tally-step-forgiven": Case(NoticeCode.TALLY_STEP, replace(LOST, reason="CLIENT_NO_SHOW", news="FORGIVEN"), MAYA),
    "tally-step-given-back": Case(
        NoticeCode.TALLY_STEP,
        replace(LOST, reason="OTHER", news="LIFTED RETURNED", amount=Money(minor_units=1500, currency="EUR")),
        MAYA,
    ),
    "tally-step-given-back-alone": Case(
        NoticeCode.TALLY_STEP,
        replace(LOST, reason="OTHER", news="RETURNED", amount=Money(minor_units=1500, currency="EUR")),
        MAYA,
    ),
    "tally-step-warn": Case(NoticeCode.TALLY_STEP, replace(LOST, reason="CLIENT_NO_SHOW", news="WARN"), MAYA),
    "tally-step-lifted": Case(NoticeCode.TALLY_STEP, replace(LOST, reason="OTHER", news="LIFTED"), MAYA),
    "refunded-member": Case(
        NoticeCode.REFUNDED, replace(BY_COACH, amount=Money(minor_units=6000, currency="EUR")), MAYA
    ),
    "refunded-coach": Case(NoticeCode.REFUNDED, replace(BY_COACH, amount=Money(minor_units=6000, currency="EUR")), EVA),
    "change-requested-member": Case(NoticeCode.CHANGE_REQUESTED, ASKED, MAYA),
    "change-requested-coach": Case(
        NoticeCode.CHANGE_REQUESTED,
        replace(ASKED, change_links=False, answer_link=True, note="My train is late."),
        EVA,
    ),
    "change-requested-cancel": Case(
        NoticeCode.CHANGE_REQUESTED, replace(TO_CANCEL, change_links=False, answer_link=True), EVA
    ),
    "change-requested-team": Case(
        NoticeCode.CHANGE_REQUESTED, replace(TO_CANCEL, answers="STAFF", for_team=True, change_links=False), EVA
    ),
    "reschedule-proposed": Case(NoticeCode.RESCHEDULE_PROPOSED, replace(PROPOSED, answer_link=True), MAYA),
    "rebook-offer": Case(
        NoticeCode.REBOOK_OFFER, replace(OFFERED, answer_link=True, change_links=False, join_link=False), MAYA
    ),
    "rebook-offer-suggested": Case(
        NoticeCode.REBOOK_OFFER, replace(PROPOSED, answer_link=True, change_links=False), MAYA
    ),
    "proposal-declined": Case(NoticeCode.PROPOSAL_DECLINED, replace(PROPOSED, by="MEMBER", change_links=False), EVA),
    "proposal-expired-own": Case(NoticeCode.PROPOSAL_EXPIRED, replace(ASKED, by="SYSTEM"), MAYA),
    "proposal-expired-cancel": Case(
        NoticeCode.PROPOSAL_EXPIRED, replace(TO_CANCEL, by="SYSTEM", change_links=False), EVA
    ),
    "duplicate-question": Case(NoticeCode.DUPLICATE_QUESTION, DOUBLED, MAYA),
    "duplicate-cancelled-member": Case(NoticeCode.DUPLICATE_CANCELLED, GIVEN_UP, MAYA),
    "duplicate-cancelled-coach": Case(
        NoticeCode.DUPLICATE_CANCELLED, replace(GIVEN_UP, choices=(), join_link=False, change_links=False), EVA
    ),
    "invite-withdrawn": Case(NoticeCode.INVITE_WITHDRAWN, PROPOSED, MAYA),
    "no-show-recorded": Case(NoticeCode.NO_SHOW_RECORDED, ABSENT, MAYA),
    "no-show-recorded-next": Case(
        NoticeCode.NO_SHOW_RECORDED, replace(ABSENT, next_starts_at=at("2027-04-01T09:00")), MAYA
    ),
    "no-show-recorded-first": Case(
        NoticeCode.NO_SHOW_RECORDED,
        replace(ABSENT, first_of_series=True, next_starts_at=at("2027-04-01T09:00")),
        MAYA,
    ),
    "no-show-recorded-free": Case(
        NoticeCode.NO_SHOW_RECORDED,
        replace(ABSENT, units=0, disposition="RETURNED", next_bookable_from=None, contest_until=None),
        MAYA,
    ),
    "outcome-counted": Case(
        NoticeCode.OUTCOME_COUNTED, replace(ABSENT, reason="CLIENT_CANCELLED_LATE", note="It was the third time."), MAYA
    ),
    "outcome-counted-in-part": Case(
        NoticeCode.OUTCOME_COUNTED, replace(ABSENT, disposition="PART_COUNTED", reason="CAME_TOO_LATE"), MAYA
    ),
    "outcome-counted-fee-alone": Case(
        NoticeCode.OUTCOME_COUNTED, replace(ABSENT, disposition="RELEASED", units=0), MAYA
    ),
    "outcome-counted-by-silence": Case(
        NoticeCode.OUTCOME_COUNTED, replace(ABSENT, by="SYSTEM", contest_until=None), MAYA
    ),
    "outcome-prompt": Case(NoticeCode.OUTCOME_PROMPT, replace(SESSION, by="SYSTEM", outcome_link=True), EVA),
    "cancelled-undecided": Case(NoticeCode.CANCELLED, replace(CLAIMED, outcome_link=False), MAYA),
    "emergency-question": Case(NoticeCode.EMERGENCY_QUESTION, CLAIMED, EVA),
    "emergency-question-team": Case(
        NoticeCode.EMERGENCY_QUESTION,
        replace(CLAIMED, for_team=True, outcome_link=False, answer_by=at("2027-03-20T08:00")),
        SAM,
    ),
    "booked-series-member": Case(NoticeCode.BOOKED, SERIES, LEO),
    "booked-series-coach": Case(NoticeCode.BOOKED, replace(SERIES, change_links=False), DAN),
    "rescheduled-series-member": Case(
        NoticeCode.RESCHEDULED, replace(SERIES, series=replace(FORTNIGHTLY, starts=LATER, left_out=OMITTED)), LEO
    ),
    "cancelled-series-member": Case(
        NoticeCode.CANCELLED,
        replace(SERIES, change_links=False, join_link=False, series=replace(FORTNIGHTLY, left_out=LATER, ended=True)),
        LEO,
    ),
    "occurrence-unavailable-member": Case(NoticeCode.OCCURRENCE_UNAVAILABLE, LEFT_OUT, LEO),
    "occurrence-unavailable-coach": Case(
        NoticeCode.OCCURRENCE_UNAVAILABLE, replace(LEFT_OUT, series=replace(FORTNIGHTLY, make_up=())), DAN
    ),
    "time-shifted-member": Case(NoticeCode.TIME_SHIFTED, replace(SERIES, by="SYSTEM", series=None), LEO),
    "series-ended-member": Case(NoticeCode.SERIES_ENDED, RUN_OUT, LEO),
    "series-ended-coach": Case(NoticeCode.SERIES_ENDED, replace(RUN_OUT, series=replace(FORTNIGHTLY, ended=True)), DAN),
    "three-sessions-coach": Case(NoticeCode.THREE_SESSIONS, THREE, DAN),
    "split-proposed-member": Case(
        NoticeCode.SPLIT_PROPOSED,
        replace(THREE, by="COACH", asked_by="COACH", answers="MEMBER", asks="MOVE", answer_link=True, series=None),
        LEO,
    ),
    "reminder-member": Case(NoticeCode.REMINDER, replace(CHANGEABLE, by="SYSTEM"), MAYA),
    "reminder-coach": Case(NoticeCode.REMINDER, replace(STANDS, by="SYSTEM"), EVA),
    "nudge": Case(NoticeCode.NUDGE, replace(STANDS, by="SYSTEM"), MAYA),
    "case-opened-member": Case(NoticeCode.CASE_OPENED, replace(REPORTED, by="MEMBER"), MAYA),
    "case-opened-coach": Case(NoticeCode.CASE_OPENED, replace(REPORTED, by="MEMBER"), EVA),
    "case-opened-investigated": Case(NoticeCode.CASE_OPENED, replace(REPORTED, answer_by=None, by="MEMBER"), MAYA),
    "case-closed-held": Case(
        NoticeCode.CASE_CLOSED, replace(REPORTED, result="HELD", contest_until=at("2027-03-24T13:00")), MAYA
    ),
    "case-closed-returned": Case(
        NoticeCode.CASE_CLOSED, replace(REPORTED, result="RETURNED", valid_until=at("2027-04-21T15:10")), MAYA
    ),
    "case-closed-returned-coach": Case(NoticeCode.CASE_CLOSED, replace(REPORTED, result="RETURNED"), EVA),
    "case-closed-withdrawn": Case(NoticeCode.CASE_CLOSED, replace(REPORTED, result="WITHDRAWN"), EVA),
    "case-closed-upheld": Case(NoticeCode.CASE_CLOSED, replace(REPORTED, result="UPHELD", by="STAFF"), MAYA),
    "case-closed-upheld-coach": Case(NoticeCode.CASE_CLOSED, replace(REPORTED, result="UPHELD", by="STAFF"), EVA),
    "case-closed-rejected": Case(NoticeCode.CASE_CLOSED, replace(REPORTED, result="REJECTED", by="STAFF"), MAYA),
    "case-closed-lost": Case(
        NoticeCode.CASE_CLOSED, replace(OVER, result="REJECTED", by="STAFF", answer_by=None), MAYA
    ),
    "case-closed-lost-coach": Case(
        NoticeCode.CASE_CLOSED, replace(OVER, result="REJECTED", by="STAFF", answer_by=None), EVA
    ),
    "case-closed-found-held": Case(
        NoticeCode.CASE_CLOSED,
        replace(OVER, result="REJECTED", by="STAFF", reason="HELD", disposition="CONSUMED", missed=False),
        MAYA,
    ),
    "case-contradicted": Case(NoticeCode.CASE_CONTRADICTED, REPORTED, MAYA),
    "evidence-request": Case(NoticeCode.EVIDENCE_REQUEST, replace(REPORTED, by="MEMBER"), MAYA),
    "investigation-result-rejected": Case(
        NoticeCode.INVESTIGATION_RESULT,
        replace(REPORTED, result="REJECTED", reason="BOOKED_WRONG_TIME", by="STAFF"),
        MAYA,
    ),
    "investigation-result-upheld": Case(
        NoticeCode.INVESTIGATION_RESULT, replace(REPORTED, result="UPHELD", by="STAFF"), MAYA
    ),
    "investigation-result-coach": Case(
        NoticeCode.INVESTIGATION_RESULT, replace(REPORTED, result="UPHELD", by="STAFF"), EVA
    ),
    "cancelled-several": Case(
        NoticeCode.CANCELLED, replace(ENDED, reason="RELEASED", by="SYSTEM", cancelled_by="SYSTEM", also=(KEPT,)), MAYA
    ),
    "cancelled-several-coach": Case(
        NoticeCode.CANCELLED, replace(ENDED, reason="RELEASED", by="SYSTEM", cancelled_by="SYSTEM", also=(KEPT,)), EVA
    ),
    **{
        f"membership-{name}": Case(
            NoticeCode.MEMBERSHIP_CHANGED, replace(MEMBERSHIP, **{"news": name.upper().replace("-", "_"), **more}), MAYA
        )
        for name, more in NEWS.items()
    },
    "membership-cadence": Case(
        NoticeCode.MEMBERSHIP_CHANGED,
        replace(MEMBERSHIP, news="CADENCE", cadence="WEEKLY", amount=Money(minor_units=48000, currency="EUR")),
        MAYA,
    ),
    **{
        f"request-{status.lower()}": Case(NoticeCode.REQUEST_UPDATED, replace(WISH, result=status), MAYA)
        for status in ("REQUESTED", "QUOTED", "APPROVED", "ACCEPTED", "DONE", "REFUSED", "WITHDRAWN")
    },
    "request-one-off": Case(
        NoticeCode.REQUEST_UPDATED,
        replace(
            WISH,
            news="ONE_OFF",
            result="APPROVED",
            coach_name="Cora",
            proposed_starts_at=at("2027-03-24T13:00"),
            proposed_ends_at=at("2027-03-24T13:45"),
        ),
        MAYA,
    ),
    "task-member": Case(
        NoticeCode.TASK,
        replace(
            MEMBERSHIP,
            for_team=True,
            by="COACH",
            task="An extra session is asked for",
            answer_by=at("2027-03-23T23:59:59"),
            note="Maya would like one more.",
        ),
        SAM,
    ),
    "task-member-late": Case(
        NoticeCode.TASK,
        replace(
            MEMBERSHIP,
            for_team=True,
            by="SYSTEM",
            task="An extra session is asked for",
            answer_by=at("2027-03-23T23:59:59"),
        ),
        SAM,
    ),
    **{
        f"membership-{news.lower()}{'-coach' if reader is EVA else ''}": Case(
            NoticeCode.MEMBERSHIP_CHANGED,
            replace(MEMBERSHIP, news=news, coach_name="Cora", for_coach=reader is EVA),
            reader,
        )
        for news in ("SWITCHED", "MATCHED")
        for reader in (MAYA, EVA)
    },
    "task-churn": Case(
        NoticeCode.TASK,
        replace(
            MEMBERSHIP, for_team=True, by="SYSTEM", task="A member who cannot be reached is about to leave the platform"
        ),
        SAM,
    ),
    "membership-renewed-coach": Case(
        NoticeCode.MEMBERSHIP_CHANGED, replace(MEMBERSHIP, news="RENEWED", for_coach=True), EVA
    ),
    "task-support": Case(
        NoticeCode.TASK,
        replace(
            SESSION,
            for_team=True,
            task="Somebody asks for help with a session",
            answer_by=at("2027-03-23T23:59:59"),
            note="I cannot find the link.",
        ),
        SAM,
    ),
    "task-watch": Case(
        NoticeCode.TASK,
        replace(
            REPORTED,
            for_team=True,
            by="SYSTEM",
            task="Something has happened that the team watches for",
            news="late-row: CLIENT_CANCELLED_LATE, 2 times in a row (O15)",
            join_link=False,
            change_links=False,
        ),
        SAM,
    ),
    "task-late": Case(
        NoticeCode.TASK,
        replace(
            SESSION,
            for_team=True,
            by="SYSTEM",
            task="Somebody asks for help with a session",
            answer_by=at("2027-03-23T23:59:59"),
        ),
        SAM,
    ),
    "task": Case(
        NoticeCode.TASK, replace(REPORTED, for_team=True, claim="PLATFORM_FAILURE", by="MEMBER", signs=()), EVA
    ),
    "task-signs": Case(
        NoticeCode.TASK,
        replace(
            REPORTED,
            for_team=True,
            by="COACH",
            signs=(
                Sign(name="Eva", joined=True, at=at("2027-03-18T09:58")),
                Sign(name="Maya", joined=False, at=at("2027-03-18T10:01:30")),
            ),
        ),
        SAM,
    ),
    "hostile": Case(NoticeCode.BOOKED, HOSTILE, MAYA),
    "hostile-coach": Case(NoticeCode.BOOKED, HOSTILE, EVA),
}


def files_of(case: Case) -> dict[str, str]:
    """The golden files of a message by their endings."""
    rendered = case.render()
    return {"txt": f"Subject: {rendered.subject}\n\n{rendered.text}", "html": rendered.html}


def write() -> None:
    """All golden files are what the messages are now."""
    for name, case in CASES.items():
        for ending, content in files_of(case).items():
            (GOLDEN / f"{name}.{ending}").write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
