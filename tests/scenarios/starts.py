"""Where scenarios start: the givens that several rows of SCENARIOS.md share, made by commands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.policy.cast import sixth_document
from tests.scenarios.stage import Stage

OpenStage = Callable[..., Stage]

BOTH_BOOKED = [("Eva", "BOOKED"), ("Maya", "BOOKED")]
BOTH_CANCELLED = [("Eva", "CANCELLED"), ("Maya", "CANCELLED")]
BOTH_RESCHEDULED = [("Eva", "RESCHEDULED"), ("Maya", "RESCHEDULED")]
LOST = [("Eva", "CANCELLED"), ("Maya", "LATE_LOSS")]
"""Who is told what when the member loses a session by a late change."""


def instant(text: str) -> datetime:
    """The instant of an RFC 3339 text; feeds and Google events are keyed by it."""
    return datetime.fromisoformat(text)


def mastered(open_stage: OpenStage, *, at: str = "2027-03-01T09:00:00Z") -> Stage:
    """Mastered: Maya with Eva, enrolled now, so that the credits of this month and the next are granted."""
    stage = open_stage("mastered", at=at)
    stage.coach("Eva", kinds=["mentor", "coaching"])
    stage.member("Maya", "Eva")
    return stage


def after_s_m_01(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-M-01: Maya's coaching call with Eva on 18 March at ten."""
    stage = mastered(open_stage)
    return stage, stage.booked("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")


def after_s_m_05(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-M-05: the call is lost, because Maya asked too late to move it."""
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-16T10:00:01Z")
    lost = lose_by_moving(stage, "Maya", session, "2027-03-25T10:00:00Z")
    assert lost["session"]["status"] == "CANCELLED", lost
    stage.deliver()
    return stage, session


def after_s_m_08(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-M-08: the call stands on 25 March."""
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-15T10:00:00Z")
    answer = stage.reschedule("Maya", session, "2027-03-25T10:00:00Z")
    assert answer["session"]["status"] == "SCHEDULED", answer
    stage.deliver()
    return stage, session


def lose_by_moving(stage: Stage, who: str, session: str, to: str) -> dict[str, Any]:
    """Ask to move too late with the acknowledgement of what the twin showed."""
    shown = stage.checks(who, session, to=to)["canReschedule"]["consequence"]
    assert shown["costly"], shown
    return stage.reschedule(who, session, to, acknowledge=shown["digest"])


def aceup(open_stage: OpenStage, *, at: str = "2027-03-01T09:00:00Z") -> Stage:
    """AceUp: Maya with Eva, two sessions a month by contract."""
    stage = open_stage("aceup", at=at)
    stage.coach("Eva", kinds=["session", "consultation"])
    stage.member("Maya", "Eva")
    return stage


def aceup_paid_session(open_stage: OpenStage) -> tuple[Stage, str]:
    """AceUp's paid session of 18 March, 15:00Z to 15:45Z, one unit of March held."""
    stage = aceup(open_stage)
    return stage, stage.booked("Maya", "session", "Eva", "2027-03-18T15:00:00Z")


def assert_stands(stage: Stage, *starts_at: str) -> None:
    """Exactly these events stand in both feeds and in Eva's Google Calendar."""
    wanted = {instant(one) for one in starts_at}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == wanted


def thrive_session(open_stage: OpenStage) -> tuple[Stage, str]:
    """Thrive's session of 24 March, 18:00Z, paid from a pack of two without end."""
    stage = open_stage("thrive", at="2027-03-10T09:00:00Z")
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 2)
    return stage, stage.booked("Maya", "session", "Eva", "2027-03-24T18:00:00Z")


SIXTH_PLATFORM = sixth_document()
"""The invented policy of MODEL.md 3.4, loaded from a file, with the session kind that it leaves open: it costs 2 units."""


def sixth_platform(open_stage: OpenStage, starts_at: str = "2027-03-18T10:00:00Z") -> tuple[Stage, str]:
    """Maya with Eva, a pack of 8 units without end, and a session, by default the default one."""
    stage = open_stage("thrive", at="2027-03-01T09:00:00Z")
    stage.publish(SIXTH_PLATFORM)
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 8)
    return stage, stage.booked("Maya", "session", "Eva", starts_at)
