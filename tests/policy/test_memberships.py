"""Who may cancel a membership and let it rest, and until when it can be kept after all (O26, O27, D-24)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.decisions import Objection
from policy.document import load_policy, resolve
from policy.memberships import (
    MembershipFacts,
    objection_to_cancelling,
    objection_to_keeping,
    objection_to_pausing,
    objection_to_resuming,
)
from policy.terms import ActorKind, MembershipStatus, RefusalCode
from tests.policy.cast import at, resolved

MENTO = resolved("mento", "one_on_one")
END = at("2027-04-01T04:00:00Z")


@pytest.mark.parametrize(
    ("actor", "source", "code"),
    [
        (ActorKind.MEMBER, None, None),
        (ActorKind.COACH, "said so", RefusalCode.FORBIDDEN),
        (ActorKind.STAFF, None, RefusalCode.REASON_REQUIRED),
        (ActorKind.STAFF, "  ", RefusalCode.REASON_REQUIRED),
        (ActorKind.STAFF, "mail of 1 March", None),
        (ActorKind.SYSTEM, None, RefusalCode.FORBIDDEN),
    ],
)
def test_only_the_members_own_request_counts(actor: ActorKind, source: str | None, code: RefusalCode | None) -> None:
    facts = MembershipFacts(status=MembershipStatus.ACTIVE)
    found = objection_to_cancelling(MENTO, facts, actor, source=source)
    assert (None if found is None else found.code) == code


@pytest.mark.parametrize(
    "status", set(MembershipStatus) - {MembershipStatus.ACTIVE, MembershipStatus.PAST_DUE, MembershipStatus.PAUSED}
)
def test_what_does_not_run_is_not_cancelled(status: MembershipStatus) -> None:
    found = objection_to_cancelling(MENTO, MembershipFacts(status=status), ActorKind.MEMBER, source=None)
    assert found is not None
    assert found.code is RefusalCode.WRONG_STATE


def test_a_cancellation_is_taken_back_until_just_before_the_end() -> None:
    facts = MembershipFacts(status=MembershipStatus.ENDING, ends_at=END)
    before = END - timedelta(microseconds=1)
    assert objection_to_keeping(facts, ActorKind.MEMBER, source=None, now=before) is None
    late = objection_to_keeping(facts, ActorKind.MEMBER, source=None, now=END)
    assert late is not None
    assert late.code is RefusalCode.DEADLINE_PASSED
    coach = objection_to_keeping(facts, ActorKind.COACH, source=None, now=before)
    assert coach is not None
    assert coach.code is RefusalCode.FORBIDDEN
    staff = objection_to_keeping(facts, ActorKind.STAFF, source=None, now=before)
    assert staff is not None
    assert staff.code is RefusalCode.REASON_REQUIRED


def code_of(objection: Objection | None) -> RefusalCode | None:
    return None if objection is None else objection.code


def test_only_where_a_policy_knows_pauses_a_member_lets_it_rest_once_at_a_time() -> None:
    pauses = resolve(load_policy('extends = "mento"\n[membership]\npause = true\n'), "one_on_one")
    active, waits = MembershipFacts(status=MembershipStatus.ACTIVE), RefusalCode.WRONG_STATE
    asked = (
        (MENTO, active, ActorKind.MEMBER, None, RefusalCode.FORBIDDEN),
        (pauses, active, ActorKind.MEMBER, None, None),
        (pauses, active, ActorKind.STAFF, "mail of 1 March", None),
        (pauses, active, ActorKind.STAFF, " ", RefusalCode.REASON_REQUIRED),
        (pauses, active, ActorKind.COACH, "said so", RefusalCode.FORBIDDEN),
        (pauses, replace(active, pauses=True), ActorKind.MEMBER, None, waits),
        *(
            (pauses, replace(active, status=one), ActorKind.MEMBER, None, waits)
            for one in MembershipStatus
            if one != "ACTIVE"
        ),
    )
    for policy, facts, actor, source, expected in asked:
        assert code_of(objection_to_pausing(policy, facts, actor, source=source)) == expected, (facts, actor, source)


def test_what_rests_or_is_to_rest_can_be_resumed_and_nothing_else() -> None:
    paused = MembershipFacts(status=MembershipStatus.PAUSED, pauses=True)
    for facts, expected in (
        (paused, None),
        (replace(paused, status=MembershipStatus.ACTIVE), None),
        (replace(paused, status=MembershipStatus.PAST_DUE), None),
        (MembershipFacts(status=MembershipStatus.ACTIVE), RefusalCode.WRONG_STATE),
        (replace(paused, status=MembershipStatus.ENDED), RefusalCode.WRONG_STATE),
    ):
        assert code_of(objection_to_resuming(facts, ActorKind.MEMBER, source=None)) == expected
    assert code_of(objection_to_resuming(paused, ActorKind.COACH, source=None)) is RefusalCode.FORBIDDEN
    assert code_of(objection_to_resuming(paused, ActorKind.STAFF, source=None)) is RefusalCode.REASON_REQUIRED
