"""A Workspace delegates to a service account: its people are connected without being asked one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from calendar_sync.google import connect, oauth
from calendar_sync.google.endpoints import APP_CREATED, FREE_BUSY, GoogleEndpoints, ServiceAccount
from calendar_sync.google.failures import ConnectionBroken, Transient
from calendar_sync.google_double import FaultKind, GoogleDouble
from fortnight import compose
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync import google_support
from tests.calendar_sync.google.world import OPENS, World, open_world
from tests.calendar_sync.google_support import EVA, real_now
from tests.support.platform import open_platform


@pytest.fixture
def robot() -> ServiceAccount:
    return google_support.robot()[0]


@pytest.fixture
def workspace(robot: ServiceAccount) -> Iterator[GoogleDouble]:
    with GoogleDouble(delegates={robot.email: google_support.robot()[1]}) as double:
        yield double


@pytest.fixture
def delegating(
    database: Database, owner: Engine, workspace: GoogleDouble, keyring: Keyring, robot: ServiceAccount
) -> World:
    world = open_world(open_platform(database, "mastered", at=OPENS), database, owner, workspace, keyring)
    delegated(world, robot)
    return world


def delegated(world: World, robot: ServiceAccount | None) -> None:
    """The installation has this service account, or none any more."""
    assert world.google.sandbox is not None
    world.google = replace(world.google, sandbox=replace(world.google.sandbox, service_account=robot))
    world.handlers = {**world.handlers, **compose.calendar_handlers(world.google)}


def begin(world: World, who: str = "Eva") -> bool:
    return connect.delegate(
        world.database, world.google, organisation_id=world.organisation, person_id=world.platform.people[who]
    )


def test_coach_and_member_of_the_domain_are_connected_without_consent(delegating: World):
    assert (begin(delegating), begin(delegating, "Maya")) == (True, True)
    session = delegating.book()
    assert (delegating.problems, len(delegating.events), len(delegating.double.events("maya@example.com"))) == (
        [],
        1,
        1,
    )
    delegating.cancel(session)
    assert (delegating.problems, delegating.events) == ([], [])
    assert "oauth.consent" not in [line["call"] for line in delegating.double.log()]
    assert delegating.one("SELECT pulled_at FROM google_reading WHERE person_id = :eva").pulled_at is not None


def test_somebody_of_another_domain_is_asked_for_consent(delegating: World, robot: ServiceAccount):
    delegated(delegating, replace(robot, domains=frozenset({"another.example"})))
    assert not begin(delegating)


def test_a_delegation_that_ended_breaks_the_connection_once_and_coming_back_resumes(
    delegating: World, robot: ServiceAccount
):
    begin(delegating)
    delegating.work()
    delegated(delegating, None)
    delegating.book()
    assert (delegating.connection.status, delegating.connection.last_error) == ("BROKEN", "delegationEnded")
    assert delegating.news() == [("Eva", "BROKEN")]
    delegated(delegating, robot)
    assert begin(delegating)
    delegating.work()
    assert (delegating.problems, len(delegating.events)) == ([], 1)


def test_giving_it_up_revokes_nothing_at_google(delegating: World):
    begin(delegating)
    delegating.disconnect()
    assert "oauth.revoke" not in [line["call"] for line in delegating.double.log()]
    assert delegating.connection.status == "DISCONNECTED"


def endpoints_of(double: GoogleDouble, robot: ServiceAccount, **more: Any) -> GoogleEndpoints:
    return replace(GoogleEndpoints.loopback(double.url), service_account=robot, **more)


def test_an_assertion_is_for_a_short_while_for_one_person_and_what_it_says(
    workspace: GoogleDouble, robot: ServiceAccount
):
    granted = oauth.access(endpoints_of(workspace, robot), oauth.delegated(EVA))
    assert (granted.scopes, granted.refresh_token) == (frozenset({APP_CREATED, FREE_BUSY}), None)


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_is_an_hour_off_is_told_apart_from_trouble_that_passes(
    workspace: GoogleDouble, robot: ServiceAccount, off: timedelta
):
    skewed = replace(robot, clock=lambda: real_now() + off)
    with pytest.raises(ConnectionBroken, match="delegationEnded"):
        oauth.access(endpoints_of(workspace, skewed), oauth.delegated(EVA))


def test_a_clock_that_is_a_minute_off_does_no_harm(workspace: GoogleDouble, robot: ServiceAccount):
    for off in (timedelta(minutes=1), timedelta(minutes=-1)):
        skewed = replace(robot, clock=lambda off=off: real_now() + off)
        assert oauth.access(endpoints_of(workspace, skewed), oauth.delegated(EVA)).access_token


def test_what_the_workspace_did_not_allow_is_not_given(workspace: GoogleDouble, robot: ServiceAccount):
    with pytest.raises(ConnectionBroken, match="delegationEnded"):
        oauth.access(
            endpoints_of(workspace, robot, scopes=("https://www.googleapis.com/auth/calendar.events.owned",)),
            oauth.delegated(EVA),
        )


def test_a_token_server_that_is_away_breaks_nothing(workspace: GoogleDouble, robot: ServiceAccount):
    with workspace.fail_while(FaultKind.UNAVAILABLE, "oauth.token"), pytest.raises(Transient):
        oauth.access(endpoints_of(workspace, robot), oauth.delegated(EVA))


def test_it_says_nothing_secret(robot: ServiceAccount):
    assert "PRIVATE KEY" not in repr(robot)
