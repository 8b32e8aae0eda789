"""Series that end or change because something else does: S-O-15, S-O-21, S-O-24, S-O-27, S-O-29 on series (MODEL 5.7, D-25, D-27)."""

from collections import Counter
from typing import Any

from tests.scenarios.memberships import CAN_CHANGE, CANCEL, another_rhythm, changed, membership
from tests.scenarios.memberships import mento as paying
from tests.scenarios.series import all_series, create, feed_text, in_feed, in_google, masters, sessions, standing
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.test_matching import switched
from tests.scenarios.test_outreach import tried

RENEWAL = "2027-04-01T04:00:00Z"


def started(open_stage: OpenStage, *, at: str = "2027-03-01T09:00:00Z") -> tuple[Stage, str]:
    """Leo's membership with its plan, and his series with Dan: every other Monday at nine in New York."""
    stage = paying(open_stage, at=at)
    answer = create(stage)
    assert "series" in answer, answer
    stage.deliver()
    return stage, answer["series"]["id"]


def of_kind(ledger: list[tuple[str, int, str]], kind: str) -> Counter[str]:
    """How many units entries of this kind moved, by month."""
    found: Counter[str] = Counter()
    for name, units, lot in ledger:
        found[lot[-7:]] += units if name == kind else 0
    return +found


def foreseen(stage: Stage, cadence: str) -> dict[str, Any]:
    """What the twin says of another rhythm."""
    shown = stage.ask("Leo", CAN_CHANGE, id=membership(stage)["id"], cadence=cadence)["node"]["canChangeCadence"]
    assert shown["allowed"], shown
    return shown["effect"]


def changed_as_foreseen(stage: Stage, cadence: str) -> tuple[int, int]:
    """The rhythm is changed; the units that were revoked and the sessions that were cancelled, which are those that the twin showed."""
    shown = foreseen(stage, cadence)
    with stage.step() as step:
        another_rhythm(stage, cadence)
    before = {row["id"]: row["status"] for row in step.difference.before.of("session")}
    cancelled = [
        row
        for row in step.difference.after.of("session")
        if row["status"] == "CANCELLED" and before.get(row["id"]) == "SCHEDULED"
    ]
    done = (sum(of_kind(step.ledger, "REVOKE").values()), len(cancelled))
    assert done == (shown["revokedUnits"], shown["sessionCount"])
    return done


def test_S_O_15_more_sessions_stand_in_the_series_once_their_price_is_due(open_stage: OpenStage) -> None:
    stage, series = started(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    with stage.step() as step:
        another_rhythm(stage, "WEEKLY")
    assert step.rows == {"membership": "~1", "notification": "+2"}
    assert (step.ledger, step.money) == ([], [])
    assert len(all_series(stage)) == 1
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at(RENEWAL)
    assert step.rows == {
        "busy": "+32 -16",
        "ledger_entry": "+28",
        "membership": "~1",
        "money_entry": "+1",
        "series": "+1 ~1",
        "series_occurrence": "+16",
        "session": "+16 ~8",
    }
    assert step.money == [("CHARGE", "Leo", 48000)]
    old, new = all_series(stage)
    assert (old["id"], old["until"], new["cadence"], new["firstDate"]) == (series, "2027-04-05", "WEEKLY", "2027-04-05")
    april = ["2027-04-05T13:00:00Z", "2027-04-12T13:00:00Z", "2027-04-19T13:00:00Z", "2027-04-26T13:00:00Z"]
    for seen in (
        in_feed(stage, "Leo", "2027-04-01", "2027-05-01"),
        in_google(stage, "Dan", "2027-04-01", "2027-05-01"),
    ):
        assert seen == april
    found = stage.entitlements("Leo")
    assert {name[-2:]: (lot["held"], lot["available"]) for name, lot in found.items() if name[-2:] in ("04", "05")} == {
        "04": (4, 0),
        "05": (5, 0),
    }


def test_S_O_21_with_a_member_who_has_churned_the_series_ends(open_stage: OpenStage) -> None:
    stage, series = started(open_stage, at="2027-01-31T14:00:00Z")
    stage.at("2027-01-31T15:00:00Z")
    assert tried(stage, "Dan")["__typename"] == "LogContactAttemptSuccess"
    stage.at("2027-02-10T15:00:00Z")
    tried(stage, "Sam")
    stage.at("2027-04-10T14:00:00Z")
    with stage.step() as step:
        stage.at("2027-04-10T14:00:01Z")
    assert step.rows == {
        "busy": "-16",
        "engagement": "~1",
        "ledger_entry": "+12",
        "membership": "~1",
        "notification": "+2",
        "outreach": "~1",
        "series": "~1",
        "session": "~8",
    }
    assert of_kind(step.ledger, "RELEASE")["2027-04"] == 2
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    assert (all_series(stage, "Leo")[0]["status"], standing(stage, series)) == ("ENDED", [])
    assert masters(stage)[0]["recurrence"][0].endswith("UNTIL=20270329T130000Z")
    assert (
        in_google(stage, "Dan", "2027-04-01", "2028-01-01") == in_feed(stage, "Dan", "2027-04-01", "2028-01-01") == []
    )
    stage.at("2027-08-01T00:00:00Z")
    assert max(sessions(stage, series)) < "2027-08-10"


def test_S_O_24_the_series_ends_on_the_day_on_which_the_membership_does(open_stage: OpenStage) -> None:
    stage, series = started(open_stage)
    stage.at("2027-03-20T12:00:00Z")
    with stage.step() as step:
        done = changed(stage, "Leo", CANCEL, "canCancel")
    assert step.rows == {"membership": "~1", "notification": "+2"}
    assert done["membership"] == {"status": "ENDING", "endsOn": "2027-04-01"}
    assert (step.ledger, all_series(stage)[0]["status"]) == ([], "ACTIVE")
    assert "2027-04-12T13:00:00Z" in in_google(stage, "Dan", "2027-04-01", "2027-05-01")
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at(RENEWAL)
    assert step.rows == {
        "busy": "-16",
        "engagement": "~1",
        "ledger_entry": "+12",
        "membership": "~1",
        "notification": "+2",
        "series": "~1",
        "session": "~8",
    }
    assert (step.money, step.mails) == ([], [("Dan", "CANCELLED"), ("Leo", "CANCELLED")])
    # The end of the series tells all of its sessions at once.
    assert step.google_calls == ["events.get", "events.patch", "events.instances"]
    assert sessions(stage, series)["2027-04-12"]["status"] == "CANCELLED"
    assert all_series(stage)[0]["until"] == "2027-04-12"
    assert "UNTIL=20270329T130000Z" in feed_text(stage, "Leo")
    assert masters(stage)[0]["recurrence"][0].endswith("UNTIL=20270329T130000Z")


def test_S_O_27_the_series_with_the_former_coach_ends_with_the_switch(open_stage: OpenStage) -> None:
    stage, series = started(open_stage)
    stage.coach("Cora", kinds=["one_on_one", "chemistry", "one_off"])
    stage.at("2027-03-15T08:00:00Z")
    with stage.step() as step:
        switched(stage)
    assert step.rows == {
        "busy": "-16",
        "engagement": "+1 ~1",
        "ledger_entry": "+8",
        "notification": "+5",
        "series": "~1",
        "session": "~8",
    }
    assert of_kind(step.ledger, "RELEASE") == {"2027-03": 2, "2027-04": 2, "2027-05": 2, "2027-06": 2}
    assert step.money == []
    assert ("Dan", "CANCELLED") in step.mails
    assert (all_series(stage)[0]["status"], standing(stage, series)) == ("ENDED", [])
    assert masters(stage)[0]["recurrence"][0].endswith("UNTIL=20270301T140000Z")
    assert (
        in_google(stage, "Dan", "2027-03-10", "2028-01-01") == in_feed(stage, "Leo", "2027-03-10", "2028-01-01") == []
    )
    stage.at("2027-08-01T00:00:00Z")
    assert standing(stage, series) == []


def test_S_O_29_fewer_sessions_are_on_the_first_monday_from_the_renewal_on(open_stage: OpenStage) -> None:
    stage, _ = started(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    shown = foreseen(stage, "MONTHLY")
    with stage.step() as step:
        another_rhythm(stage, "MONTHLY")
    assert step.rows == {
        "busy": "+6 -12",
        "ledger_entry": "+12",
        "membership": "~1",
        "notification": "+2",
        "series": "+1 ~1",
        "series_occurrence": "+3",
        "session": "+3 ~6",
    }
    months = ("2027-04", "2027-05", "2027-06")
    for kind, units in (("RELEASE", 2), ("HOLD", 1), ("REVOKE", 1)):
        assert of_kind(step.ledger, kind) == dict.fromkeys(months, units), kind
    assert (shown["revokedUnits"], shown["sessionCount"]) == (3, 6)
    assert (
        "The series goes on in it: 3 sessions stand so far. 6 sessions are cancelled without loss." in shown["summary"]
    )
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    _, new = all_series(stage)
    assert standing(stage, new["id"]) == ["2027-04-05T13:00:00Z", "2027-05-03T13:00:00Z", "2027-06-07T13:00:00Z"]
    assert masters(stage)[1]["recurrence"] == ["RRULE:FREQ=MONTHLY;BYDAY=1MO"]
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at(RENEWAL)
    assert step.rows == {"membership": "~1", "money_entry": "+1"}
    assert step.money == [("CHARGE", "Leo", 12000)]
    stage.at("2027-05-01T00:00:00Z")
    lots = stage.entitlements("Leo")
    assert {name[-2:]: lot["held"] for name, lot in lots.items() if name[-2:] in ("07", "08")} == {"07": 1, "08": 1}
    assert in_feed(stage, "Leo", "2027-04-01", "2027-08-01")[:3] == [
        "2027-04-05T13:00:00Z",
        "2027-05-03T13:00:00Z",
        "2027-06-07T13:00:00Z",
    ]


def test_a_rhythm_that_is_taken_back_takes_the_series_back(open_stage: OpenStage) -> None:
    stage, _ = started(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    assert changed_as_foreseen(stage, "MONTHLY") == (3, 6)
    assert changed_as_foreseen(stage, "FORTNIGHTLY") == (0, 3)
    assert [one["cadence"] for one in all_series(stage)] == ["FORTNIGHTLY", "MONTHLY", "FORTNIGHTLY"]
    assert {lot["available"] for lot in stage.entitlements("Leo").values()} == {0}
    assert in_google(stage, "Dan", "2027-04-01", "2027-05-01") == ["2027-04-05T13:00:00Z", "2027-04-19T13:00:00Z"]


def test_more_sessions_in_place_of_fewer_leave_those_of_now_until_they_are_paid(open_stage: OpenStage) -> None:
    """Monthly, then weekly on the same day: what monthly had taken is there again, and on 1 April the series is weekly."""
    stage, _ = started(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    assert changed_as_foreseen(stage, "MONTHLY") == (3, 6)
    assert "The series goes on as before until it is paid" in foreseen(stage, "WEEKLY")["summary"]
    assert changed_as_foreseen(stage, "WEEKLY") == (0, 3)
    assert in_feed(stage, "Leo", "2027-04-01", "2027-05-01") == ["2027-04-05T13:00:00Z", "2027-04-19T13:00:00Z"]
    assert {lot["available"] for lot in stage.entitlements("Leo").values()} == {0}
    with stage.step() as step:
        stage.at(RENEWAL)
    assert [one for one in step.money if one[0] == "CHARGE"] == [("CHARGE", "Leo", 48000)]
    weekly = [f"2027-04-{day:02}T13:00:00Z" for day in (5, 12, 19, 26)]
    assert in_feed(stage, "Leo", "2027-04-01", "2027-05-01") == weekly
    assert in_google(stage, "Dan", "2027-04-01", "2027-05-01") == weekly


def test_a_rhythm_shows_what_it_does_also_where_a_session_was_moved_and_another_cancelled(
    open_stage: OpenStage,
) -> None:
    stage, series = started(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    found = sessions(stage, series)
    stage.reschedule("Leo", found["2027-04-12"]["id"], "2027-04-13T13:00:00Z")
    stage.cancel("Leo", found["2027-05-10"]["id"])
    stage.deliver()
    # April's moved session stays beside the monthly one; in May the cancelled one was free before.
    assert changed_as_foreseen(stage, "MONTHLY") == (2, 4)
    assert in_google(stage, "Dan", "2027-04-01", "2027-05-01") == in_feed(stage, "Leo", "2027-04-01", "2027-05-01")


def test_several_series_follow_a_rhythm_as_it_was_shown_for_all_of_them(open_stage: OpenStage) -> None:
    """What one gives up the next can take: the second wants Thursdays that the first has until then."""
    stage = paying(open_stage)
    stage.publish('extends = "mento"\n[series]\nanchor = "MEMBER"\n')
    # The month ends at 04:00 UTC, half past five in Berlin lies before it and six does not: the one is on second Thursdays then.
    for first, at in (("2027-03-11", "05:30"), ("2027-03-04", "06:00")):
        answer = create(stage, firstDate=first, localTime=at)
        assert "series" in answer, answer
    stage.at("2027-03-10T12:00:00Z")
    revoked, cancelled = changed_as_foreseen(stage, "MONTHLY")
    assert (revoked > 0, cancelled) == (True, 13)
    *_, one, other = all_series(stage)
    assert "2027-05-06" in sessions(stage, other["id"])
    assert "2027-05-13" not in sessions(stage, one["id"])
