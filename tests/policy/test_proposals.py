"""Asking and answering: bounds, who may, what falls with what, and that silence changes nothing (D-34, D-36, D-58, MODEL 5.2)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.changing import decide_cancel, decide_reschedule
from policy.decisions import Decision, consequence_of
from policy.effects import Cancel, EndProposal, Move, Notify, NotifyStaff, Propose
from policy.explain import why
from policy.facts import Attempt, Availability, Proposal, SessionFacts
from policy.proposals import Reply, decide_acceptance, decide_decline, decide_expiry, decide_withdrawal
from policy.terms import Action, ActorKind, NoticeCode, ProposalKind, ProposalStatus, RefusalCode, SessionStatus
from tests.policy.cast import ALWAYS, SECOND, START, TICK, at, busy, preset
from tests.policy.scenes import Rules, Scene

MEMBER, COACH, STAFF, SYSTEM = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM
NOW = at("2027-03-15T09:00:00Z")
LATER = at("2027-03-25T10:00:00Z")
RULES = Rules(preset("thrive"))
POLICY = RULES.of(None)
SCENE = Scene(now=NOW.isoformat(), to=LATER.isoformat(), held="pack", free={"pack": 1})
TAKEN = replace(ALWAYS, coach_busy=(busy("2027-03-25T10:00:00Z", "2027-03-25T10:45:00Z"),))
SESSION = SCENE.session(POLICY)
ASKING = """
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "ASK", reason = "CLIENT_CANCELLED_LATE", answer_within = "PT24H"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "ASK", reason = "CLIENT_MOVED", asks = "STAFF"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "ASK", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED", answer_within = "P1D"},
]
"""
EVERYTHING_ASKS = Rules(preset("thrive", ASKING)).of(None)


def cancelling(actor: ActorKind, *, session: SessionFacts = SESSION, now: datetime = NOW, **more: object) -> Decision:
    attempt = replace(Attempt(action=Action.CANCEL, actor=actor, now=now), **more)
    return decide_cancel(EVERYTHING_ASKS, session, attempt, SCENE.facts())


def moving(actor: ActorKind, to: datetime = LATER, *, session: SessionFacts = SESSION, now: datetime = NOW) -> Decision:
    attempt = Attempt(action=Action.MOVE, actor=actor, now=now, to=to, note="x")
    return decide_reschedule(EVERYTHING_ASKS, session, attempt, SCENE.facts())


def sent(decision: Decision) -> Proposal:
    """What the decision proposes, as if it had been written down."""
    (effect,) = (one for one in decision.effects if isinstance(one, Propose))
    return replace(effect.proposal, id=7)


TO_MOVE = sent(moving(COACH))


def answered(
    verb: str,
    actor: ActorKind,
    *,
    proposal: Proposal = TO_MOVE,
    now: datetime = NOW,
    availability: Availability = ALWAYS,
) -> Decision:
    reply, facts = Reply(actor=actor, now=now, note="x"), replace(SCENE, availability=availability).facts()
    session = replace(SESSION, proposals=(proposal,))
    match verb:
        case "accept":
            return decide_acceptance(EVERYTHING_ASKS, session, proposal, reply, facts)
        case "decline":
            return decide_decline(EVERYTHING_ASKS, session, proposal, reply)
        case _:
            return decide_withdrawal(EVERYTHING_ASKS, session, proposal, reply)


def endings(decision: Decision) -> list[tuple[int, ProposalStatus]]:
    return [(one.proposal.id, one.status) for one in decision.effects if isinstance(one, EndProposal)]


def test_asking_changes_nothing_but_that_an_answer_is_awaited() -> None:
    decision = moving(COACH)
    assert (decision.allowed, decision.row) == (True, "coach-move")
    assert not [one for one in decision.effects if isinstance(one, Move | Cancel)]
    shown = consequence_of(decision)
    assert (shown.waits_for, shown.resulting_status, shown.credits) == (MEMBER, SessionStatus.SCHEDULED, ())


@pytest.mark.parametrize(
    ("now", "to", "until", "at_start"),
    [
        (NOW, LATER, NOW + timedelta(days=1), False),
        (START - timedelta(days=1), LATER, START, True),
        (START - timedelta(days=1) - SECOND, LATER, START - SECOND, False),
        (START - timedelta(hours=3), LATER, START, True),
        (NOW, NOW + timedelta(hours=5), NOW + timedelta(hours=5), True),
    ],
    ids=["answer_within", "both at once", "a second before the start", "the start", "the new start"],
)
def test_the_tightest_bound_ends_the_time_for_an_answer_and_a_start_wins_a_tie(
    now: datetime, to: datetime, until: datetime, at_start: bool
) -> None:
    proposal = sent(moving(COACH, to, now=now))
    assert (proposal.answer_until, proposal.at_start) == (until, at_start)


def test_a_proposed_time_lives_seven_days_where_the_start_is_further_away() -> None:
    early = at("2027-03-02T10:00:00Z")
    attempt = Attempt(action=Action.MOVE, actor=COACH, now=early, to=LATER)
    proposal = sent(decide_reschedule(POLICY, SESSION, attempt, SCENE.facts()))
    assert (proposal.answer_until, proposal.at_start) == (early + timedelta(days=7), False)


@pytest.mark.parametrize(
    ("asked", "kind", "answers", "codes"),
    [
        (cancelling(MEMBER), "CHANGE_REQUEST", COACH, ["CHANGE_REQUESTED", "CHANGE_REQUESTED"]),
        (cancelling(COACH), "CHANGE_REQUEST", MEMBER, ["CHANGE_REQUESTED", "CHANGE_REQUESTED"]),
        (moving(MEMBER), "CHANGE_REQUEST", STAFF, ["CHANGE_REQUESTED"] * 3),
        (moving(COACH), "RESCHEDULE", MEMBER, ["RESCHEDULE_PROPOSED"]),
    ],
    ids=["member cancels", "coach cancels", "member moves, staff answer", "coach moves"],
)
def test_the_row_says_who_answers(asked: Decision, kind: str, answers: ActorKind, codes: list[str]) -> None:
    proposal = sent(asked)
    assert (proposal.kind, proposal.answers) == (kind, answers)
    assert [one.code for one in asked.effects if isinstance(one, Notify | NotifyStaff)] == codes


def test_a_request_whose_acceptance_costs_something_is_acknowledged_when_it_is_sent() -> None:
    decision = cancelling(MEMBER)
    assert (decision.costly, decision.needs_acknowledgement) == (True, True)
    free = consequence_of(cancelling(COACH))
    shown = consequence_of(decision)
    assert "1 unit is lost" in shown.summary
    assert shown.digest != free.digest


def test_who_would_have_to_ask_themselves_agrees_by_acting() -> None:
    decision = cancelling(COACH, on_behalf_of_member=True)
    assert [type(one) for one in decision.effects][:1] == [Cancel]


def test_a_newer_proposal_of_a_kind_takes_the_place_of_the_older_one_only() -> None:
    other = replace(TO_MOVE, id=8, kind=ProposalKind.CHANGE_REQUEST)
    decision = moving(COACH, session=replace(SESSION, proposals=(TO_MOVE, other)))
    assert endings(decision) == [(7, ProposalStatus.SUPERSEDED)]


def test_a_time_that_is_not_to_be_had_is_not_even_proposed() -> None:
    taken = replace(SCENE, availability=TAKEN).facts()
    attempt = Attempt(action=Action.MOVE, actor=COACH, now=NOW, to=LATER)
    assert decide_reschedule(EVERYTHING_ASKS, SESSION, attempt, taken).code is RefusalCode.SLOT_TAKEN


def test_what_is_accepted_is_done_by_the_reason_of_the_row_and_needs_no_confirmation() -> None:
    decision = answered("accept", MEMBER)
    (move,) = (one for one in decision.effects if isinstance(one, Move))
    assert (move.starts_at, move.reason, move.by, move.unconfirmed) == (LATER, "COACH_MOVED", "COACH", False)
    assert endings(decision) == [(7, ProposalStatus.ACCEPTED)]
    assert (decision.actor, decision.row) == (MEMBER, "coach-move")


def test_an_accepted_cancellation_is_the_one_of_who_asked_for_it() -> None:
    decision = answered("accept", COACH, proposal=sent(cancelling(MEMBER)))
    (cancel,) = (one for one in decision.effects if isinstance(one, Cancel))
    assert (cancel.by, cancel.reason, decision.needs_acknowledgement) == (MEMBER, "CLIENT_CANCELLED_LATE", True)


@pytest.mark.parametrize(("verb", "may"), [("accept", MEMBER), ("decline", MEMBER), ("withdraw", COACH)])
@pytest.mark.parametrize("actor", [MEMBER, COACH, STAFF])
def test_who_was_asked_answers_and_who_asked_withdraws(verb: str, may: ActorKind, actor: ActorKind) -> None:
    decision = answered(verb, actor)
    assert (decision.allowed, decision.code) == ((True, None) if actor is may else (False, RefusalCode.FORBIDDEN))


@pytest.mark.parametrize("status", [one for one in ProposalStatus if one is not ProposalStatus.PENDING])
@pytest.mark.parametrize(("verb", "actor"), [("accept", MEMBER), ("decline", MEMBER), ("withdraw", COACH)])
def test_what_has_ended_is_answered_by_nobody(status: ProposalStatus, verb: str, actor: ActorKind) -> None:
    code = RefusalCode.INVITE_EXPIRED if status is ProposalStatus.EXPIRED else RefusalCode.NOT_PENDING
    decision = answered(verb, actor, proposal=replace(TO_MOVE, status=status))
    assert (decision.code, decision.effects) == (code, ())


def test_a_time_that_is_gone_leaves_the_proposal_pending() -> None:
    decision = answered("accept", MEMBER, availability=TAKEN)
    assert (decision.code, decision.effects) == (RefusalCode.SLOT_TAKEN, ())


def test_nothing_is_accepted_once_the_session_has_started() -> None:
    assert answered("accept", MEMBER, now=START - TICK).allowed
    assert answered("accept", MEMBER, now=START).code is RefusalCode.SESSION_STARTED


def test_declining_tells_the_proposer_and_withdrawing_the_member() -> None:
    declined, withdrawn = answered("decline", MEMBER), answered("withdraw", COACH)
    assert [(one.code, one.to) for one in declined.effects if isinstance(one, Notify)] == [
        (NoticeCode.PROPOSAL_DECLINED, "COACH")
    ]
    assert [(one.code, one.to) for one in withdrawn.effects if isinstance(one, Notify)] == [
        (NoticeCode.INVITE_WITHDRAWN, "MEMBER")
    ]
    assert (endings(declined), endings(withdrawn)) == (
        [(7, ProposalStatus.DECLINED)],
        [(7, ProposalStatus.WITHDRAWN)],
    )


def test_silence_changes_nothing_and_both_are_told() -> None:
    decision = decide_expiry(EVERYTHING_ASKS, SESSION, TO_MOVE, now=TO_MOVE.answer_until)
    assert endings(decision) == [(7, ProposalStatus.EXPIRED)]
    assert [(one.code, one.to) for one in decision.effects if isinstance(one, Notify)] == [
        (NoticeCode.PROPOSAL_EXPIRED, "MEMBER"),
        (NoticeCode.PROPOSAL_EXPIRED, "COACH"),
    ]
    assert decision.actor is SYSTEM


def test_a_cancellation_and_a_move_withdraw_what_was_proposed() -> None:
    session = replace(SESSION, proposals=(TO_MOVE,))
    for decide, attempt in (
        (decide_cancel, Attempt(action=Action.CANCEL, actor=MEMBER, now=NOW)),
        (decide_reschedule, Attempt(action=Action.MOVE, actor=MEMBER, now=NOW, to=LATER)),
    ):
        assert endings(decide(POLICY, session, attempt, SCENE.facts())) == [(7, ProposalStatus.WITHDRAWN)]


def test_what_the_member_asked_of_others_is_taken_back_without_a_message() -> None:
    decision = answered("withdraw", MEMBER, proposal=sent(moving(MEMBER)))
    assert [type(one) for one in decision.effects] == [EndProposal]


def test_a_session_that_stands_no_more_is_not_changed_by_an_answer() -> None:
    over = replace(SESSION, status=SessionStatus.CANCELLED, proposals=(TO_MOVE,))
    reply = Reply(actor=MEMBER, now=NOW)
    assert decide_acceptance(EVERYTHING_ASKS, over, TO_MOVE, reply, SCENE.facts()).code is RefusalCode.WRONG_STATE


def test_fees_that_acceptance_would_make_due_are_named_when_it_is_asked() -> None:
    fines = '[reasons]\nCLIENT_MOVED = {fee = "20.00"}\nCOACH_MOVED = {coach_fee = "5.00"}\n'
    rules = Rules(preset("thrive", ASKING + fines)).of(None)
    for actor, words in (
        (MEMBER, "a fee of 20.00 EUR is due from the member"),
        (COACH, "a fee of 5.00 EUR is due from the coach"),
    ):
        attempt = Attempt(action=Action.MOVE, actor=actor, now=NOW, to=LATER)
        decision = decide_reschedule(rules, SESSION, attempt, SCENE.facts())
        assert (decision.needs_acknowledgement, words in consequence_of(decision).summary) == (True, True)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (
            moving(COACH),
            "asked the other side to move the session to 2027-03-25 10:00 UTC, 73 h before the start; row `coach-move` applies at any notice",
        ),
        (
            moving(MEMBER),
            "asked the team to move the session to 2027-03-25 10:00 UTC, 73 h before the start; row `move` applies at any notice",
        ),
        (
            cancelling(MEMBER),
            "asked the other side to cancel the session 73 h before the start; row `cancel` applies at any notice",
        ),
        (
            answered("accept", MEMBER),
            "agreed to what was asked: moved the session to 2027-03-25 10:00 UTC, 73 h before the start; "
            "row `coach-move` applied when it was asked",
        ),
        (
            answered("accept", COACH, proposal=sent(cancelling(MEMBER))),
            "agreed to what was asked: cancelled 73 h before the start; row `cancel` applied when it was asked; "
            "the session counts as used; the coach is paid 100.00 EUR",
        ),
        (answered("decline", MEMBER), "declined what was proposed 73 h before the start; decided by MODEL 5.2"),
        (answered("withdraw", COACH), "withdrew what was proposed 73 h before the start; decided by MODEL 5.2"),
        (
            decide_expiry(EVERYTHING_ASKS, SESSION, TO_MOVE, now=TO_MOVE.answer_until),
            "let what was proposed expire 49 h before the start; decided by MODEL 5.2",
        ),
        (
            decide_cancel(
                POLICY,
                replace(SESSION, proposals=(TO_MOVE,)),
                Attempt(action=Action.CANCEL, actor=MEMBER, now=NOW),
                SCENE.facts(),
            ),
            "cancelled 73 h before the start; row `cancel` applies until 24 h before; its credit can be used again",
        ),
    ],
)
def test_the_history_tells_who_asked_and_who_answered(decision: Decision, words: str) -> None:
    assert why(decision, decision.effects, reader=STAFF) == words


OFFER = Rules(preset("topmate")).of(None)


def test_of_an_offer_the_member_chooses_a_time_of_the_published_hours_or_the_one_suggested() -> None:
    scene = replace(SCENE, held="purchase", free={"purchase": 0})
    session = scene.session(OFFER)
    attempt = Attempt(action=Action.MOVE, actor=COACH, now=NOW, to=LATER)
    offer = sent(decide_reschedule(OFFER, session, attempt, scene.facts()))
    assert (offer.kind, offer.answer_until, offer.holds_slot) == (
        ProposalKind.REBOOK_OFFER,
        NOW + timedelta(days=14),
        False,
    )
    nothing_published = replace(scene, availability=replace(ALWAYS, hours=())).facts()
    for chosen, code in ((LATER + timedelta(days=1), RefusalCode.SLOT_UNAVAILABLE), (LATER, None), (None, None)):
        reply = Reply(actor=MEMBER, now=NOW, to=chosen)
        assert decide_acceptance(OFFER, session, offer, reply, nothing_published).code is code
    other = Reply(actor=MEMBER, now=NOW, to=LATER + timedelta(days=1))
    moved = decide_acceptance(OFFER, session, offer, other, scene.facts())
    (move,) = (one for one in moved.effects if isinstance(one, Move))
    assert (move.starts_at, move.unconfirmed) == (LATER + timedelta(days=1), False)


def test_a_time_that_nobody_left_open_is_not_chosen() -> None:
    reply = Reply(actor=MEMBER, now=NOW, to=LATER + timedelta(days=1))
    session = replace(SESSION, proposals=(TO_MOVE,))
    decision = decide_acceptance(EVERYTHING_ASKS, session, TO_MOVE, reply, SCENE.facts())
    assert decision.code is RefusalCode.SLOT_UNAVAILABLE
