"""Where the periods of a membership are counted: the zone that the policy names (D-08)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from commands.enrol import EnrolMember, enrol
from commands.import_people import ImportPeople, import_people
from commands.imports.problems import ImportReport
from models.unit import Database
from policy.terms import Role
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ORGANISATION = 'extends = "mastered"\nentitlement.accounting_zone = "ORGANISATION"'


def enrolled(platform: Platform, owner: Engine, *coaches: str, zone: str | None = None) -> str:
    """The accounting zone of Leo's new membership; Leo lives in Berlin, the organisation in London."""
    member = platform.person("Leo", Role.MEMBER)
    command = EnrolMember(
        member_id=member, coach_ids=tuple(platform.people[coach] for coach in coaches), accounting_zone=zone
    )
    done(enrol(platform.database, platform.request(), command))
    return zone_of(owner, member)


def zone_of(owner: Engine, member: int) -> str:
    statement = text("SELECT accounting_zone FROM membership WHERE member_id = :member")
    with owner.connect() as connection:
        return connection.execute(statement, {"member": member}).scalar_one()


def mento(database: Database) -> Platform:
    """Nora, here a coach, lives in New York, Mona in London."""
    platform = open_platform(database, "mento", at=NOW)
    platform.coach("Nora", "one_on_one")
    platform.coach("Mona", "one_on_one")
    return platform


def test_it_is_the_members_own_where_the_policy_says_nothing_else(database: Database, owner: Engine) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    assert enrolled(platform, owner, "Eva") == "Europe/Berlin"


def test_it_is_the_first_coachs_where_a_series_lives_in_the_coachs_zone(database: Database, owner: Engine) -> None:
    assert enrolled(mento(database), owner, "Nora", "Mona") == "America/New_York"


def test_it_is_the_members_own_as_long_as_there_is_no_coach(database: Database, owner: Engine) -> None:
    assert enrolled(mento(database), owner) == "Europe/Berlin"


def test_it_is_the_organisations_where_the_policy_says_so(database: Database, owner: Engine) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    platform.publish(ORGANISATION)
    assert enrolled(platform, owner) == "Europe/London"


@pytest.mark.parametrize("coaches", [(), ("Nora",)])
def test_a_zone_that_staff_name_stands(database: Database, owner: Engine, coaches: tuple[str, ...]) -> None:
    assert enrolled(mento(database), owner, *coaches, zone="Pacific/Auckland") == "Pacific/Auckland"


def test_an_import_enrols_in_the_same_zone(database: Database, owner: Engine) -> None:
    platform = mento(database)
    lines = "name,email,time_zone,roles,coaches\nKai,kai@example.com,Pacific/Auckland,member,nora@example.com\n"
    assert isinstance(import_people(database, platform.request(), ImportPeople(csv=lines)), ImportReport)
    with owner.connect() as connection:
        member = connection.execute(text("SELECT id FROM person WHERE name = 'Kai'")).scalar_one()
    assert zone_of(owner, member) == "America/New_York"
