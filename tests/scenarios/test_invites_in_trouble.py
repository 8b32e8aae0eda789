"""A proposal never costs the member the booked session, whatever has happened since, and what its twins show is what its verbs do (V16, D-36)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.answers import accept, decline, seen_proposal, the_proposal, withdraw
from tests.scenarios.invites import TO_EIGHT, UNTIL, invite, invited, look, thrive
from tests.scenarios.stage import ROUND_THE_CLOCK, Stage
from tests.scenarios.starts import OpenStage, aceup, instant, thrive_session
from tests.scenarios.step import Json
from tests.scenarios.talks import tell
from tests.scenarios.test_invites import asked
from tests.scenarios.test_proposals import asked_to_move

VERBS: dict[str, Callable[..., Json]] = {"canAccept": accept, "canDecline": decline, "canWithdraw": withdraw}
START = "2027-03-24T18:00:00Z"
NEW = "2027-03-25T18:00:00Z"


def told(stage: Stage, who: str, key: str, twin: str, **more: Any) -> str | None:
    """What somebody was answered, None for a yes: exactly what the twin had shown; a no leaves not a row behind."""
    shown = seen_proposal(stage, who, key, **more)
    check = None if shown is None else shown[twin]
    if check is None:
        version = {"ifVersion": 1}
        answer = VERBS[twin](stage, who, key, **version, **more)
        assert answer["code"] == "NOT_FOUND"
        return answer["code"]
    if check["allowed"]:
        answer = VERBS[twin](stage, who, key, **more)
        assert "proposal" in answer, answer
        assert twin != "canAccept" or answer["consequence"] == check["consequence"]
        return None
    stage.deliver()
    with stage.watched() as step:
        answer = VERBS[twin](stage, who, key, **more)
    assert answer["code"] == check["code"]
    assert step.difference.touched == set()
    return answer["code"]


def proposed(open_stage: OpenStage) -> tuple[Stage, str, str]:
    """Thrive's session of 24 March, for which Eva proposes the next day."""
    stage, session = thrive_session(open_stage)
    stage.reschedule("Eva", session, NEW)
    stage.deliver()
    return stage, session, the_proposal(stage, "Maya", session)["id"]


def assert_stands(stage: Stage, session: str) -> None:
    """The session is where it was, paid by its own credit, in everybody's calendars."""
    now = stage.session(session)
    assert (now["status"], now["startsAt"], now["late"], now["version"]) == ("SCHEDULED", START, False, 1)
    assert stage.entitlements("Maya")["PACK session"]["held"] == 1
    assert instant(START) in stage.feed("Maya")


def test_answered_twice_too_late_or_by_a_stranger_the_session_stands(open_stage: OpenStage) -> None:
    stage, session, key = proposed(open_stage)
    stage.member("Leo", "Eva")
    stage.deliver()
    assert [told(stage, "Leo", key, twin) for twin in VERBS] == ["NOT_FOUND"] * 3
    other, _ = invited(open_stage)
    assert other.ask("Maya", "query Q($id: ID!) { node(id: $id) { id } }", id=key)["node"] is None
    assert accept(other, "Maya", key, ifVersion=1)["code"] == "NOT_FOUND"
    assert_stands(stage, session)
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    assert [told(stage, "Maya", key, twin) for twin in ("canAccept", "canDecline")] == ["INVITE_EXPIRED"] * 2
    assert told(stage, "Eva", key, "canWithdraw") == "INVITE_EXPIRED"
    assert_stands(stage, session)


def test_accepting_twice_moves_the_session_once(open_stage: OpenStage) -> None:
    stage, session, key = proposed(open_stage)
    more = {"ifVersion": 1, "idempotencyKey": "once"}
    with stage.step() as step:
        first, again = (_with_key(stage, key, more) for _ in range(2))
    assert first == again
    assert (len(step.difference.added("session_move")), step.ledger, step.money) == (1, [], [])
    assert told(stage, "Maya", key, "canAccept") == "NOT_PENDING"
    assert told(stage, "Maya", key, "canDecline") == "NOT_PENDING"
    assert (stage.session(session)["startsAt"], stage.session(session)["version"]) == (NEW, 2)


def _with_key(stage: Stage, key: str, more: Json) -> Json:
    shown = "proposal { status session { startsAt } }"
    given = {"proposal": key, **more}
    document = f"""mutation A($input: AcceptProposalInput!) {{ acceptProposal(input: $input) {{
      ... on AcceptProposalSuccess {{ {shown} }} ... on Refusal {{ code }} }} }}"""
    return stage.tell("Maya", document, **given)


def test_declined_or_withdrawn_the_session_stands_and_the_time_is_free(open_stage: OpenStage) -> None:
    for who, twin in (("Maya", "canDecline"), ("Eva", "canWithdraw")):
        stage, session, key = proposed(open_stage)
        assert told(stage, who, key, twin) is None
        assert_stands(stage, session)
        assert NEW in stage.openings("Maya", "session", "Eva", NEW, "2027-03-25T18:15:00Z")


DEACTIVATE = "record { deactivatedAt } } ... on EffectNotAcknowledged { effect { digest }"


def deactivated(stage: Stage, who: str) -> None:
    """Somebody left the platform; what follows was acknowledged."""
    effect = tell(stage, "Sam", "deactivatePerson", DEACTIVATE, person=stage.gid(who))["effect"]
    done = tell(stage, "Sam", "deactivatePerson", DEACTIVATE, person=stage.gid(who), acknowledge=effect["digest"])
    assert "record" in done, done


def test_of_a_coach_who_left_the_session_stands_and_no_invite_is_accepted(open_stage: OpenStage) -> None:
    stage, session, key = proposed(open_stage)
    waits = invite(stage, "Eva", "Maya", "2027-03-26T18:00:00Z")["proposal"]["id"]
    stage.deliver()
    deactivated(stage, "Eva")
    assert told(stage, "Maya", waits, "canAccept") == "WRONG_STATE"
    assert look(stage, "Maya", waits)["openings"]["nodes"] == []
    assert told(stage, "Maya", waits, "canDecline") is None
    assert told(stage, "Maya", key, "canDecline") is None
    assert_stands(stage, session)


def test_what_the_member_has_since_keeps_the_answer_waiting(open_stage: OpenStage) -> None:
    """Another session at that time: neither the invite nor the new time can be had, and nothing is lost by trying."""
    stage, session, key = proposed(open_stage)
    waits = invite(stage, "Eva", "Maya", "2027-03-26T18:00:00Z")["proposal"]["id"]
    stage.coach("Cora", kinds=["session"], open_kinds=["session"])
    stage.pack("Maya", "session", 3)
    others = [stage.booked("Maya", "session", "Cora", at) for at in ("2027-03-25T18:15:00Z", "2027-03-26T18:15:00Z")]
    assert told(stage, "Maya", key, "canAccept") == "SLOT_TAKEN"
    assert told(stage, "Maya", waits, "canAccept") == "SLOT_TAKEN"
    assert look(stage, "Maya", waits)["openings"]["nodes"] == []
    assert [look(stage, "Maya", one)["status"] for one in (key, waits)] == ["PENDING", "PENDING"]
    stage.cancel("Maya", others[1])
    assert told(stage, "Maya", waits, "canAccept") is None
    assert stage.session(session)["startsAt"] == START


def test_a_member_whose_membership_has_ended_declines_and_no_more(open_stage: OpenStage) -> None:
    stage, key = invited(open_stage)
    [own] = [one["id"] for one in stage.ask("Sam", "{ engagements { nodes { id } } }")["engagements"]["nodes"]]
    assert "engagement" in tell(stage, "Sam", "endEngagement", "engagement { id }", engagement=own)
    assert told(stage, "Maya", key, "canAccept") == "WRONG_STATE"
    assert told(stage, "Maya", key, "canDecline") is None


MONTHLY = """
extends = "aceup"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "ASK", reason = "COACH_MOVED"},
]
"""


def test_a_new_time_in_a_month_without_credit_is_not_had_and_the_session_stands(open_stage: OpenStage) -> None:
    stage = aceup(open_stage)
    stage.publish(MONTHLY)
    session = stage.booked("Maya", "session", "Eva", "2027-03-29T15:00:00Z")
    stage.at("2027-03-28T09:00:00Z")
    stage.reschedule("Eva", session, "2027-04-02T15:00:00Z")
    key = the_proposal(stage, "Maya", session)["id"]
    for day in ("08", "09"):
        stage.booked("Maya", "session", "Eva", f"2027-04-{day}T15:00:00Z")
    assert told(stage, "Maya", key, "canAccept") == "NO_CREDIT"
    now = stage.session(session)
    assert (now["status"], now["startsAt"], look(stage, "Maya", key)["status"]) == (
        "SCHEDULED",
        "2027-03-29T15:00:00Z",
        "PENDING",
    )


WITHOUT_INVITES = "[invite]\nenabled = false\n"


def test_what_was_sent_before_a_new_policy_is_still_answered(open_stage: OpenStage) -> None:
    """A version without invites sends no more; those that wait keep their deadline and can be taken or declined."""
    stage, key = invited(open_stage)
    stage.publish(f'extends = "thrive"\n{WITHOUT_INVITES}')
    assert invite(stage, "Eva", "Maya", "2027-03-26T18:00:00Z")["code"] == "FORBIDDEN"
    assert look(stage, "Maya", key)["answerUntil"] == UNTIL
    assert told(stage, "Maya", key, "canAccept") is None


def test_a_kind_that_is_offered_no_more_can_be_declined_and_a_session_of_it_still_moves(open_stage: OpenStage) -> None:
    stage, session, key = proposed(open_stage)
    waits = invite(stage, "Eva", "Maya", "2027-03-26T18:00:00Z")["proposal"]["id"]
    stage.publish('extends = "mento"\n')
    assert told(stage, "Maya", waits, "canAccept") == "WRONG_STATE"
    assert told(stage, "Maya", waits, "canDecline") is None
    assert told(stage, "Maya", key, "canAccept") is None
    assert stage.session(session)["startsAt"] == NEW


def test_beyond_the_horizon_and_in_the_night_of_the_clocks_what_a_coach_offers_can_be_had(
    open_stage: OpenStage,
) -> None:
    """28 March, 01:00 in London does not exist and is 02:00; the 90 days of self-service bind members, not who invites them."""
    stage = thrive(open_stage, hours=ROUND_THE_CLOCK)
    night = {"from": "2027-03-28T00:30:00Z", "to": "2027-03-28T02:30:00Z"}
    key = invite(stage, "Eva", "Maya", within=[night])["proposal"]["id"]
    times = [one["startsAt"][11:16] for one in look(stage, "Maya", key)["openings"]["nodes"]]
    assert times == ["00:30", "00:45", "01:00", "01:15", "01:30", "01:45"]
    assert told(stage, "Maya", key, "canAccept", at="2027-03-28T01:00:00Z") is None
    far = invite(stage, "Eva", "Maya", "2027-10-31T01:15:00Z")["proposal"]["id"]
    assert told(stage, "Maya", far, "canAccept") is None
    stage.deliver()
    assert set(stage.google("Eva")) == {instant("2027-03-28T01:00:00Z"), instant("2027-10-31T01:15:00Z")}
    # A quarter past one comes twice in that night: the feed says which one is meant.
    assert "DTSTART:20271031T011500Z" in stage.theatre.get(stage.feed_url("Maya")).text


def an_invite(open_stage: OpenStage) -> tuple[Stage, str]:
    return invited(open_stage, hours=TO_EIGHT)


def a_new_time(open_stage: OpenStage) -> tuple[Stage, str]:
    stage, _, key = proposed(open_stage)
    return stage, key


def a_wish_to_move(open_stage: OpenStage) -> tuple[Stage, str]:
    stage, session = asked_to_move(open_stage)
    return stage, the_proposal(stage, "Leo", session)["id"]


STATES: dict[str, tuple[Callable[[OpenStage], tuple[Stage, str]], str, str]] = {
    "invite": (an_invite, "Eva", "Maya"),
    "new time": (a_new_time, "Eva", "Maya"),
    "request to book": (asked, "Maya", "Eva"),
    "wish to move": (a_wish_to_move, "Leo", "Dan"),
}
"""What waits, who proposed it, and who answers."""


@pytest.mark.parametrize(
    "state", [state if state == "invite" else pytest.param(state, marks=pytest.mark.slow) for state in STATES]
)
def test_the_twins_show_what_the_verbs_do_to_everybody(open_stage: OpenStage, state: str) -> None:
    start, proposer, answerer = STATES[state]
    stage, key = start(open_stage)
    stage.person("Kai", "MEMBER")
    stage.deliver()
    others = [(who, twin) for who in (proposer, answerer, "Sam", "Kai") for twin in VERBS]
    may = [(answerer, "canAccept"), (answerer, "canDecline"), (proposer, "canWithdraw")]
    for who, twin in others:
        if (who, twin) not in may:
            code = told(stage, who, key, twin, **({"note": "By telephone."} if who == "Sam" else {}))
            assert code == ("NOT_FOUND" if who == "Kai" else "FORBIDDEN")
    for who, twin in may:
        stage, key = start(open_stage)
        stage.deliver()
        assert told(stage, who, key, twin) is None
        for again in VERBS:
            side = proposer if again == "canWithdraw" else answerer
            assert told(stage, side, key, again) == "NOT_PENDING"
