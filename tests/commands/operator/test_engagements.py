"""Who may book whom: engagements begin and end, and the calls that stand between two people stay."""

from datetime import timedelta

import pytest

from commands.book import BookSession, book
from commands.end_engagement import EndEngagement, end_engagement
from commands.enrol import EnrolMember, enrol
from commands.outcome import Outcome
from commands.start_engagement import StartEngagement, start_engagement
from models.queries.availability import sessions_of_engagement
from policy.terms import RefusalCode, Role
from tests.commands.operator.house import CALL, NOW, House, refusal
from tests.support.platform import done


def start(house: House, member: str, coach: str) -> Outcome:
    command = StartEngagement(member_id=house.people[member], coach_id=house.people[coach])
    return start_engagement(house.database, house.request(), command)


def book_mentor(house: House, member: str, coach: str) -> Outcome:
    command = BookSession(
        kind_id=house.platform.kinds["coaching"],
        coach_id=house.people[coach],
        member_id=house.people[member],
        starts_at=CALL + timedelta(days=20),
    )
    return book(house.database, house.request(member), command)


def test_an_engagement_lets_the_member_book_the_coach(house: House) -> None:
    refusal(book_mentor(house, "Leo", "Eva"), RefusalCode.NOT_FOUND)
    engagement = done(start(house, "Leo", "Eva")).object_id
    assert house.engagement("Leo", "Eva") == engagement
    done(book_mentor(house, "Leo", "Eva"))


def test_ending_it_names_the_calls_that_stand_and_changes_none(house: House) -> None:
    command = EndEngagement(engagement_id=house.engagement("Maya", "Eva"))
    with house.watch() as seen:
        done(end_engagement(house.database, house.request(), command))
    assert seen.difference.changed("engagement") == {
        (command.engagement_id,): {"status": ("ACTIVE", "ENDED"), "ended_at": (None, "2027-03-01T09:00:00+00:00")}
    }
    with house.database.unit(house.organisation_id, read_only=True) as unit:
        assert list(sessions_of_engagement(unit, command.engagement_id, now=NOW)) == [house.call]
        assert list(sessions_of_engagement(unit, command.engagement_id, now=CALL + timedelta(hours=1))) == []
    refusal(book_mentor(house, "Maya", "Eva"), RefusalCode.NOT_FOUND)
    done(house.platform.cancel("Maya", house.call))


def test_an_engagement_ends_once_and_may_begin_anew(house: House) -> None:
    command = EndEngagement(engagement_id=house.engagement("Leo", "Cora"))
    done(end_engagement(house.database, house.request(), command))
    refusal(end_engagement(house.database, house.request(), command), RefusalCode.WRONG_STATE)
    assert done(start(house, "Leo", "Cora")).object_id != command.engagement_id


@pytest.mark.parametrize(
    ("member", "coach", "code"),
    [
        ("Leo", "Cora", RefusalCode.WRONG_STATE),
        ("Nora", "Cora", RefusalCode.WRONG_STATE),
        ("Cora", "Eva", RefusalCode.NOT_FOUND),
        ("Leo", "Maya", RefusalCode.NOT_FOUND),
        ("Leo", "Dan", RefusalCode.NOT_FOUND),
    ],
)
def test_pairs_that_cannot_be(house: House, member: str, coach: str, code: RefusalCode) -> None:
    """Engaged already; without a membership; no member; no coach; a coach who was deactivated."""
    house.platform.person("Nora", Role.MEMBER)
    house.platform.coach("Dan", "coaching")
    house.deactivate("Dan")
    with house.watch() as seen:
        refusal(start(house, member, coach), code)
    seen.assert_nothing_happened()


def test_nobody_who_was_deactivated_is_enrolled_or_enrolled_with(house: House) -> None:
    house.platform.person("Nora", Role.MEMBER)
    house.platform.person("Kai", Role.MEMBER)
    house.deactivate("Nora")
    house.deactivate("Cora")
    with house.watch() as seen:
        for member, coach in (("Nora", "Eva"), ("Kai", "Cora")):
            command = EnrolMember(member_id=house.people[member], coach_ids=(house.people[coach],))
            refusal(enrol(house.database, house.request(), command), RefusalCode.NOT_FOUND)
    seen.assert_nothing_happened()
