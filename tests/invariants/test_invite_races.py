"""Answers to invites side by side with everything else that can befall them: one outcome, the other told, nothing held (D-49, D-54)."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal, WithdrawProposal
from commands.book import book
from commands.cancel import CancelSession, cancel
from commands.invite import SendInvite, propose_session
from commands.outcome import Done, Outcome
from commands.settle import settle
from commands.transaction import Request
from models.unit import Database
from policy.facts import Interval
from tests.invariants.test_races import at_once, count_of, crowd_of, crowded, deadlocks, held_units
from tests.support.platform import Platform, done, open_platform

__all__ = ["crowded"]
NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
SLOT = datetime(2027, 3, 24, 18, tzinfo=UTC)
UNTIL = NOW + timedelta(days=7)
ROUNDS = [6, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
DAY = timedelta(days=1)


def send(platform: Platform, coach: str, member: str, *slots: datetime, within: tuple[Interval, ...] = ()) -> int:
    command = SendInvite(
        kind_id=platform.kinds["session"],
        coach_id=platform.people[coach],
        member_id=platform.people[member],
        slots=slots,
        ranges=within,
    )
    return done(propose_session(platform.database, platform.request(coach), command)).object_id


def answering(
    platform: Platform, who: str, command: AcceptProposal | DeclineProposal | WithdrawProposal, *, now: datetime
) -> Callable[[], Outcome]:
    actor = platform.actor(who)
    return lambda: answer_proposal(platform.database, Request(actor=actor, now=now), command)


def accepting(
    platform: Platform, who: str, key: int, *, now: datetime, at: datetime | None = None
) -> Callable[[], Outcome]:
    return answering(platform, who, AcceptProposal(proposal_id=key, at=at), now=now)


def pair(database: Database, *, credits: int) -> Platform:
    platform = open_platform(database, "thrive", at=NOW)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    if credits:
        platform.pack("Maya", "session", credits)
    return platform


def statuses(owner: Engine) -> Counter[str]:
    with owner.connect() as connection:
        return Counter(connection.execute(text("SELECT status FROM proposal")).scalars())


def holds(owner: Engine) -> int:
    """Intervals that are kept for proposals."""
    with owner.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM busy WHERE proposal_id IS NOT NULL")).scalar_one()


def told(owner: Engine, code: str) -> int:
    with owner.connect() as connection:
        statement = text("SELECT count(*) FROM notification WHERE code = :code")
        return connection.execute(statement, {"code": code}).scalar_one()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_members_who_choose_overlapping_times_of_open_availability_one_gets_hers(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform, (one, two) = crowd_of(crowded, 2)
    for number in range(rounds):
        evening = SLOT + number * timedelta(days=1)
        span = Interval(start=evening, end=evening + timedelta(hours=1))
        invites = {name: send(platform, "Eva", name, within=(span,)) for name in (one, two)}
        outcomes = at_once(
            [
                accepting(platform, one, invites[one], at=evening, now=platform.now),
                accepting(platform, two, invites[two], at=evening + timedelta(minutes=15), now=platform.now),
            ]
        )
        assert count_of(outcomes) == {"done": 1, "SLOT_TAKEN": 1}
    assert statuses(owner) == {"ACCEPTED": rounds, "PENDING": rounds}
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (rounds, 0, 0)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_invites_and_one_credit_one_is_accepted_and_the_other_waits(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform = pair(crowded, credits=0)
    for number in range(rounds):
        platform.pack("Maya", "session", 1)
        evening = SLOT + 2 * number * DAY
        invites = [send(platform, "Eva", "Maya", evening + day * DAY) for day in range(2)]
        outcomes = at_once([accepting(platform, "Maya", key, now=NOW) for key in invites])
        assert count_of(outcomes) == {"done": 1, "NO_CREDIT": 1}
    assert statuses(owner) == {"ACCEPTED": rounds, "PENDING": rounds}
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (rounds, rounds, 0)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_against_withdrawing_and_declining_has_one_outcome(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform = pair(crowded, credits=100)
    for number in range(rounds):
        key = send(platform, "Eva", "Maya", SLOT + number * timedelta(days=1))
        outcomes = at_once(
            [
                accepting(platform, "Maya", key, now=NOW),
                answering(platform, "Eva", WithdrawProposal(proposal_id=key), now=NOW),
                answering(platform, "Maya", DeclineProposal(proposal_id=key), now=NOW),
            ]
        )
        assert count_of(outcomes) == {"done": 1, "NOT_PENDING": 2}
    found = statuses(owner)
    assert found.total() == rounds
    assert "PENDING" not in found
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (found["ACCEPTED"], 0, 0)
    assert (told(owner, "INVITE_WITHDRAWN"), told(owner, "INVITE_DECLINED")) == (
        found["WITHDRAWN"],
        2 * found["DECLINED"],
    )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_just_in_time_against_its_expiry_has_one_outcome(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    """One request came in at the last instant, another one's clock stands behind it: whoever commits first decides, once."""
    platform = pair(crowded, credits=100)
    for number in range(rounds):
        key = send(platform, "Eva", "Maya", SLOT + number * timedelta(days=1))
        people = frozenset({platform.people["Eva"], platform.people["Maya"]})

        def expire(people: frozenset[int] = people) -> Outcome:
            settle(crowded, platform.organisation_id, people, now=UNTIL + timedelta(seconds=1))
            return Done(object_id=0, event_id=0)

        outcomes = at_once([accepting(platform, "Maya", key, now=UNTIL), expire])
        assert isinstance(outcomes[0], Done) or outcomes[0].code == "INVITE_EXPIRED"
    found = statuses(owner)
    assert found["ACCEPTED"] + found["EXPIRED"] == rounds
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (found["ACCEPTED"], 0, 0)
    assert told(owner, "PROPOSAL_EXPIRED") == 2 * found["EXPIRED"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_accepting_a_proposed_time_against_the_cancellation_of_its_session(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform = pair(crowded, credits=100)
    actor = platform.actor("Maya")
    for number in range(rounds):
        start = SLOT + number * DAY
        session = platform.booked("Maya", "session", "Eva", start)
        done(platform.reschedule("Eva", session, start + timedelta(hours=2)))
        with crowded.unit(platform.organisation_id, read_only=True) as unit:
            key = unit.connection.execute(text("SELECT max(id) FROM proposal")).scalar_one()
        outcomes = at_once(
            [
                accepting(platform, "Maya", key, now=NOW),
                lambda session=session: cancel(
                    crowded, Request(actor=actor, now=NOW), CancelSession(session_id=session)
                ),
            ]
        )
        # Moved first, then cancelled; or cancelled first, and the proposal fell with it.
        assert isinstance(outcomes[1], Done)
        assert isinstance(outcomes[0], Done) or outcomes[0].code == "NOT_PENDING"
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (0, 0, 0)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_after_the_deadline_somebody_else_books_the_slot_though_no_worker_ran(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform, (one, two) = crowd_of(crowded, 2)
    keys = {number: send(platform, "Eva", one, SLOT + number * timedelta(days=1)) for number in range(rounds)}
    late = platform.now + timedelta(days=7, seconds=1)
    booker = platform.actor(two)
    for number, key in keys.items():
        wish = platform.booking(two, "session", "Eva", SLOT + number * timedelta(days=1))
        outcomes = at_once(
            [
                accepting(platform, one, key, now=late),
                lambda wish=wish: book(crowded, Request(actor=booker, now=late), wish),
            ]
        )
        assert isinstance(outcomes[1], Done)
        assert count_of(outcomes[:1]) == {"INVITE_EXPIRED": 1}
    assert statuses(owner) == {"EXPIRED": rounds}
    assert (holds(owner), deadlocks(owner), told(owner, "PROPOSAL_EXPIRED")) == (0, 0, 2 * rounds)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_an_answer_in_time_beside_a_booking_of_the_slot_by_somebody_whose_clock_stands_behind_the_deadline(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    """Whoever commits first has the time: the member at the last instant, or who comes after it, for whom the invite had expired."""
    platform, (one, two) = crowd_of(crowded, 2)
    until = platform.now + timedelta(days=7)
    booker = platform.actor(two)
    for number in range(rounds):
        key = send(platform, "Eva", one, SLOT + number * DAY)
        wish = platform.booking(two, "session", "Eva", SLOT + number * DAY)
        outcomes = at_once(
            [
                accepting(platform, one, key, now=until),
                lambda wish=wish: book(crowded, Request(actor=booker, now=until + timedelta(seconds=1)), wish),
            ]
        )
        assert count_of(outcomes) in ({"done": 1, "SLOT_TAKEN": 1}, {"INVITE_EXPIRED": 1, "done": 1})
    found = statuses(owner)
    assert found["ACCEPTED"] + found["EXPIRED"] == rounds
    assert (held_units(owner), holds(owner), deadlocks(owner)) == (rounds, 0, 0)
    assert told(owner, "PROPOSAL_EXPIRED") == 2 * found["EXPIRED"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_choice_within_open_availability_beside_an_invite_of_somebody_else_to_that_time(
    crowded: Database, owner: Engine, rounds: int
) -> None:
    platform, (one, two) = crowd_of(crowded, 2)
    for number in range(rounds):
        evening = SLOT + number * DAY
        key = send(platform, "Eva", one, within=(Interval(start=evening, end=evening + timedelta(hours=1)),))
        wish = SendInvite(
            kind_id=platform.kinds["session"],
            coach_id=platform.people["Eva"],
            member_id=platform.people[two],
            slots=(evening + timedelta(minutes=30),),
        )
        request = platform.request("Eva")
        outcomes = at_once(
            [
                accepting(platform, one, key, at=evening, now=platform.now),
                lambda wish=wish, request=request: propose_session(crowded, request, wish),
            ]
        )
        assert count_of(outcomes) == {"done": 1, "SLOT_TAKEN": 1}
    assert (held_units(owner) + holds(owner), deadlocks(owner)) == (rounds, 0)
