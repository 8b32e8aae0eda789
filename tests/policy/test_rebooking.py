"""Another time is offered, chosen, or not: what becomes of the old session and of its credit (D-32, D-52)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.effects import (
    Conclude,
    Credit,
    EndProposal,
    Propose,
)
from policy.facts import SessionFacts
from policy.proposals import Reply
from policy.rebooking import decide_early_offer, decide_offer, decide_rebooking, replaces
from policy.terms import (
    ActorKind,
    CaseStatus,
    Disposition,
    LedgerKind,
    ProposalKind,
    ProposalStatus,
    RefusalCode,
    SessionStatus,
)
from tests.policy.cast import ALWAYS, HOUR, SECOND, START
from tests.policy.disputed import FACTS, awaiting, with_case
from tests.policy.sides import (
    ACEUP,
    COACH,
    END,
    MEMBER,
    OFFER,
    OVER,
    STAFF,
    SYSTEM,
    TOPMATE,
    codes,
    completed,
    has,
    missed,
    says,
)

CHOSEN = START + timedelta(days=10)


@pytest.mark.parametrize(
    ("session", "actor", "code"),
    [
        (OVER, COACH, None),
        (OVER, STAFF, None),
        (with_case(OVER), COACH, None),
        (completed(OVER, SYSTEM), COACH, None),
        (completed(OVER, COACH), COACH, RefusalCode.WRONG_STATE),
        (missed(OVER), COACH, RefusalCode.WRONG_STATE),
        (replace(OVER, proposals=(OFFER,)), COACH, None),
        (replace(with_case(OVER, CaseStatus.ANSWERED), proposals=(OFFER,)), COACH, RefusalCode.WRONG_STATE),
        (with_case(OVER, CaseStatus.INVESTIGATING), COACH, RefusalCode.DEADLINE_PASSED),
        (with_case(OVER, CaseStatus.INVESTIGATING), STAFF, RefusalCode.WRONG_STATE),
        (OVER, MEMBER, RefusalCode.FORBIDDEN),
    ],
)
def test_another_time_is_offered_for_what_is_not_settled(
    session: SessionFacts, actor: ActorKind, code: RefusalCode | None
) -> None:
    decision = decide_offer(TOPMATE, session, says(actor), FACTS)
    assert decision.code is code
    if code is None:
        (sent,) = (one.proposal for one in decision.effects if isinstance(one, Propose))
        assert (sent.by, sent.answers, sent.reason) == (
            COACH,
            MEMBER,
            "COACH_MISSED" if session.case else "OTHER",
        )
        replaced = [(one.proposal, one.status) for one in decision.effects if isinstance(one, EndProposal)]
        assert replaced == [(one, ProposalStatus.SUPERSEDED) for one in session.proposals]


def test_before_the_start_another_time_is_offered_where_the_table_says_so() -> None:
    early = replace(OVER, status=SessionStatus.SCHEDULED)
    before = START - HOUR
    for actor in (COACH, STAFF):
        decision = decide_early_offer(TOPMATE, early, says(actor, before), FACTS)
        assert (decision.allowed, decision.actor, has(decision, Propose)) == (True, actor, True)
    assert decide_early_offer(TOPMATE, early, says(MEMBER, before), FACTS).code is RefusalCode.FORBIDDEN
    assert decide_early_offer(TOPMATE, early, says(STAFF, before, note=None), FACTS).code is RefusalCode.REASON_REQUIRED
    assert decide_early_offer(TOPMATE, OVER, says(COACH, before), FACTS).code is RefusalCode.WRONG_STATE
    other = replace(awaiting(ACEUP), status=SessionStatus.SCHEDULED)
    assert decide_early_offer(ACEUP, other, says(COACH, before), FACTS).code is RefusalCode.WRONG_STATE


@pytest.mark.parametrize(
    ("session", "reason", "ledger"),
    [
        (OVER, "OTHER", [LedgerKind.RELEASE, LedgerKind.HOLD]),
        (with_case(OVER, CaseStatus.ANSWERED), "COACH_MISSED", [LedgerKind.RELEASE, LedgerKind.HOLD]),
        (completed(OVER, SYSTEM), "OTHER", [LedgerKind.RESTORE, LedgerKind.HOLD]),
    ],
    ids=["not reported", "reported", "completed by itself"],
)
def test_the_old_session_is_given_back_and_pays_for_the_new_one(
    session: SessionFacts, reason: str, ledger: list[LedgerKind]
) -> None:
    lots = tuple({one.lot.id: one.lot for one in (*OVER.held, *session.settled.taken)}.values())
    facts = replace(FACTS, availability=ALWAYS, lots=lots)
    found = decide_rebooking(TOPMATE, session, OFFER, Reply(actor=MEMBER, now=END, to=CHOSEN), facts)
    assert found.whole.effects == (*found.old.effects, *found.new.effects)
    (said,) = (one for one in found.old.effects if isinstance(one, Conclude))
    assert (said.reason, said.disposition, said.status) == (reason, Disposition.RETURNED, SessionStatus.MISSED)
    assert [one.kind for one in found.whole.effects if isinstance(one, Credit)] == ledger
    assert codes(found.whole) == [("BOOKED", "MEMBER"), ("BOOKED", "COACH")]


def test_a_time_for_which_no_credit_is_good_is_not_taken() -> None:
    facts = replace(FACTS, availability=ALWAYS, lots=(OVER.held[0].lot,))
    reply = Reply(actor=MEMBER, now=END, to=START + timedelta(days=80))
    found = decide_rebooking(TOPMATE, OVER, OFFER, reply, facts)
    assert found.whole.effects == ()
    assert found.whole.code in (RefusalCode.NO_CREDIT, RefusalCode.PAYMENT_REQUIRED)


def test_the_time_that_the_coach_suggested_is_taken_outside_published_hours_and_no_other() -> None:
    suggested = replace(OFFER, starts_at=CHOSEN, ends_at=CHOSEN + HOUR)
    facts = replace(FACTS, availability=replace(ALWAYS, hours=()), lots=(OVER.held[0].lot,))
    for to, code in ((CHOSEN, None), (CHOSEN + HOUR, RefusalCode.SLOT_UNAVAILABLE)):
        found = decide_rebooking(TOPMATE, OVER, suggested, Reply(actor=MEMBER, now=END, to=to), facts)
        assert found.whole.code is code
    unseen = decide_rebooking(
        TOPMATE, OVER, suggested, Reply(actor=MEMBER, now=END, to=CHOSEN), replace(facts, availability=None)
    )
    assert unseen.whole.code is RefusalCode.SLOT_UNAVAILABLE


def test_only_from_the_start_on_an_accepted_offer_makes_a_new_session() -> None:
    assert replaces(OVER, OFFER, now=START)
    assert not replaces(OVER, OFFER, now=START - SECOND)
    assert not replaces(OVER, replace(OFFER, kind=ProposalKind.RESCHEDULE), now=START)


def test_an_offer_is_taken_by_the_member_for_a_session_that_nobody_has_settled() -> None:
    facts = replace(FACTS, availability=ALWAYS, lots=(OVER.held[0].lot,))
    reply = Reply(actor=MEMBER, now=END, to=CHOSEN)
    assert (
        decide_rebooking(TOPMATE, OVER, OFFER, replace(reply, actor=COACH), facts).whole.code is RefusalCode.FORBIDDEN
    )
    assert decide_rebooking(TOPMATE, missed(OVER), OFFER, reply, facts).whole.code is RefusalCode.WRONG_STATE
    assert decide_rebooking(TOPMATE, OVER, OFFER, replace(reply, to=None), facts).whole.allowed
