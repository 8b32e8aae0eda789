"""Invites while Google is gone and while nobody runs: they are sent, taken, declined and expire as ever, and the calendar follows."""

from calendar_sync.google_double import FaultKind
from tests.calendar_sync.google_checker import problems
from tests.scenarios.answers import accept, decline, withdraw
from tests.scenarios.invites import invite, look, thrive
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant

TIMES = [f"2027-03-{day}T18:00:00Z" for day in (22, 23, 24, 25)]


def lived_through(stage: Stage) -> list[str]:
    """Four invites: the first is taken, the second declined, the third withdrawn, the fourth left alone until it expires."""
    keys = [invite(stage, "Eva", "Maya", at)["proposal"]["id"] for at in TIMES]
    stage.deliver()
    assert accept(stage, "Maya", keys[0])["proposal"]["status"] == "ACCEPTED"
    assert decline(stage, "Maya", keys[1])["proposal"]["status"] == "DECLINED"
    assert withdraw(stage, "Eva", keys[2])["proposal"]["status"] == "WITHDRAWN"
    return keys


def assert_followed(stage: Stage, keys: list[str]) -> None:
    """Each ended as it should, everybody was told once, and all calendars show the one session."""
    assert [look(stage, "Maya", key)["status"] for key in keys] == ["ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"]
    told = sorted(one["code"] for one in stage.messages("Maya") if one["code"] not in ("REMINDER", "INVITE"))
    assert told == ["BOOKED", "INVITE_DECLINED", "INVITE_WITHDRAWN", "PROPOSAL_EXPIRED"]
    session = {instant(TIMES[0])}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == session
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []
    assert stage.entitlements("Maya")["PACK session"]["held"] == 1


def test_while_google_is_gone_nothing_is_lost_and_its_calendar_follows_afterwards(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    with stage.theatre.double.fail_while(FaultKind.UNAVAILABLE, "events.*", account=stage.email("Eva")):
        keys = lived_through(stage)
        stage.at("2027-03-10T12:00:00Z")
        assert stage.google("Eva") == {}
        shown = {at: one.status for at, one in stage.feed("Eva").items()}
        assert shown == {instant(TIMES[0]): "CONFIRMED", instant(TIMES[3]): "TENTATIVE"}
    stage.at("2027-03-17T09:00:01Z")
    assert_followed(stage, keys)


def test_while_nobody_runs_everything_is_as_if_somebody_did(open_stage: OpenStage) -> None:
    stage = thrive(open_stage)
    keys = lived_through(stage)
    stage.at("2027-03-17T09:00:01Z", run_timers=False)
    assert look(stage, "Eva", keys[3])["status"] == "EXPIRED"
    assert set(stage.feed("Eva")) == {instant(TIMES[0])}
    stage.deliver()
    assert_followed(stage, keys)
