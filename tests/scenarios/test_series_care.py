"""What series are spared and what people are told of them: times off, holidays, make-ups, months of three, engagements that end (O6 … O8, D-18)."""

from tests.calendar_sync.google_checker import problems
from tests.scenarios.answers import accept, decline, mine, proposal
from tests.scenarios.series import (
    CHANGE,
    END,
    PROPOSE,
    act,
    all_series,
    create,
    exceptions,
    feed_text,
    in_feed,
    in_google,
    masters,
    mento,
    series_of_s_o_01,
    sessions,
    standing,
    twins,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.talks import tell
from tests.scenarios.test_invites_in_trouble import deactivated

MOVED = "record { person { timeZone } } } ... on EffectNotAcknowledged { effect { digest }"
HOLIDAYS = """
mutation Holidays($input: SetHolidaysInput!) { setHolidays(input: $input) {
  ... on SetHolidaysSuccess { holidays { date } } ... on Refusal { __typename code message } } }
"""
ENGAGEMENTS = "{ engagements(first: 10) { nodes { id status } } }"
END_ENGAGEMENT = """
mutation End($input: EndEngagementInput!) { endEngagement(input: $input) {
  ... on EndEngagementSuccess { engagement { status } sessions { id } } ... on Refusal { __typename code message } } }
"""


def holiday(stage: Stage, *dates: str) -> None:
    named = [{"date": day, "name": "Holiday"} for day in dates]
    answer = stage.tell("Sam", HOLIDAYS, year=2027, holidays=named, idempotencyKey=stage.key())
    assert [one["date"] for one in answer["holidays"]] == list(dates), answer


def test_a_holiday_is_left_out_and_its_make_up_can_be_booked_with_the_credit_that_was_for_it(
    open_stage: OpenStage,
) -> None:
    stage, series = series_of_s_o_01(open_stage)
    holiday(stage, "2027-06-07")
    with stage.step() as step:
        stage.at("2027-02-15T13:00:00Z")
    assert step.mails == [("Dan", "OCCURRENCE_UNAVAILABLE"), ("Leo", "OCCURRENCE_UNAVAILABLE")]
    assert "2027-06-07" not in sessions(stage, series["id"])
    # Sunday and Tuesday at nine in New York, and nothing on the holiday itself.
    told = " ".join(stage.message("Leo", "OCCURRENCE_UNAVAILABLE")["text"].split())
    assert "Sunday 6 June 2027, 15:00 (Europe/Berlin, UTC+2); Tuesday 8 June 2027" in told
    for who in ("Leo", "Dan"):
        assert "EXDATE;TZID=America/New_York:20270607T090000" in feed_text(stage, who)
    assert in_google(stage, "Dan", "2027-05-25", "2027-06-22") == ["2027-06-21T13:00:00Z"]
    stage.at("2027-03-01T13:30:00Z")
    with stage.step() as step:
        stage.booked("Leo", "one_on_one", "Dan", "2027-06-08T13:00:00Z")
    assert step.ledger == [("HOLD", 1, "one_on_one 2027-06")]
    june = ["2027-06-08T13:00:00Z", "2027-06-21T13:00:00Z"]
    assert (
        in_google(stage, "Dan", "2027-06-01", "2027-06-30") == in_feed(stage, "Leo", "2027-06-01", "2027-06-30") == june
    )
    assert stage.entitlements("Leo")["one_on_one 2027-06"]["held"] == 2


def test_holidays_and_what_the_coach_has_elsewhere_are_conflicts_of_a_new_series(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    holiday(stage, "2027-05-24")
    stage.theatre.double.do(
        "add-event",
        email=stage.email("Dan"),
        fields={
            "summary": "Dentist",
            "start": {"dateTime": "2027-03-29T13:30:00Z"},
            "end": {"dateTime": "2027-03-29T14:30:00Z"},
        },
    )
    stage.connect_google("Dan")
    shown = create(stage)["plan"]
    assert [(one["date"], one["trouble"]) for one in shown["conflicts"]] == [
        ("2027-03-29", "ELSEWHERE"),
        ("2027-05-24", "HOLIDAY"),
    ]
    assert shown["conflicts"][0]["alternatives"]
    answer = create(stage, acknowledge=shown["digest"])
    assert "2027-03-29" not in sessions(stage, answer["series"]["id"])


def test_the_coach_is_told_of_another_hour_where_the_members_clock_is_kept(open_stage: OpenStage) -> None:
    """By Leo's clock in Berlin: Dan in New York is told of 13 March 2028, when his own clock has changed and Leo's has not (D-45)."""
    stage = mento(open_stage, at="2028-02-15T12:00:00Z", starts_on="2028-02-01")
    stage.publish('extends = "mento"\n[series]\nanchor = "MEMBER"\nhorizon = "P3W"\n')
    answer = create(stage, firstDate="2028-02-28", localTime="15:00")
    assert answer["series"]["timeZone"] == "Europe/Berlin"
    stage.at("2028-02-28T13:59:59Z")
    assert [one for one in stage.messages("Dan") if one["code"] == "TIME_SHIFTED"] == []
    stage.at("2028-02-28T14:00:00Z")
    told = [one["text"] for one in stage.messages("Dan") if one["code"] == "TIME_SHIFTED"]
    assert ["Monday 13 March 2028, 10:00" in one for one in told] == [True]
    assert [one for one in stage.messages("Leo") if one["code"] == "TIME_SHIFTED"] == []


def test_either_side_proposes_a_split_the_team_does_not_and_a_refusal_keeps_all_three(open_stage: OpenStage) -> None:
    """August is announced: the 2nd, the 16th and the 30th."""
    stage, made = series_of_s_o_01(open_stage)
    series = made["id"]
    stage.at("2027-06-18T13:00:00Z")
    assert "Without that, all three stay." in " ".join(stage.message("Leo", "THREE_SESSIONS")["text"].split())
    before = standing(stage, series)
    fields = {"series": series, "ifVersion": all_series(stage)[0]["version"], "note": "They want it."}
    assert stage.tell("Sam", PROPOSE, **fields, idempotencyKey=stage.key())["code"] == "FORBIDDEN"
    assert twins(stage, "Leo", series)["canSplit"]["allowed"]
    assert "series" in act(stage, "Leo", PROPOSE, series)
    stage.deliver()
    [asked] = mine(stage, "Dan", "PENDING")
    with stage.step() as step:
        answer = decline(stage, "Dan", asked["id"])
    assert answer["proposal"]["status"] == "DECLINED", answer
    assert step.mails == [("Leo", "PROPOSAL_DECLINED")]
    assert (step.ledger, standing(stage, series)) == ([], before)
    assert "series" in act(stage, "Leo", PROPOSE, series)
    stage.deliver()
    [again] = mine(stage, "Dan", "PENDING")
    assert proposal(stage, "Dan", again["id"])["canAccept"]["allowed"]
    accept(stage, "Dan", again["id"])
    stage.deliver()
    august = ["2027-08-09T13:00:00Z", "2027-08-23T13:00:00Z"]
    for shown in (
        in_feed(stage, "Leo", "2027-08-01", "2027-09-01"),
        in_google(stage, "Dan", "2027-08-01", "2027-09-01"),
    ):
        assert shown == august


def test_an_engagement_that_ends_lets_its_series_run_out(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    [engagement] = stage.ask("Sam", ENGAGEMENTS)["engagements"]["nodes"]
    before = standing(stage, series["id"])
    with stage.step() as step:
        ended = stage.tell("Sam", END_ENGAGEMENT, engagement=engagement["id"], idempotencyKey=stage.key())
    assert ended["engagement"]["status"] == "ENDED", ended
    assert (step.ledger, standing(stage, series["id"])) == ([], before)
    assert step.mails == [("Dan", "SERIES_ENDED"), ("Leo", "SERIES_ENDED")]
    said = " ".join(stage.message("Leo", "SERIES_ENDED")["text"].split())
    assert "from Monday 7 June 2027, 15:00 on there is no further session of it" in said
    assert said.count("15:00 (Europe/Berlin") + said.count("14:00 (Europe/Berlin") == len(before) == 7
    assert all_series(stage)[0]["until"] == "2027-06-07"
    stage.at("2027-03-02T00:00:00Z")
    for shown in (
        in_feed(stage, "Leo", "2027-03-01", "2028-03-01"),
        in_feed(stage, "Dan", "2027-03-01", "2028-03-01"),
        in_google(stage, "Dan", "2027-03-01", "2028-03-01"),
    ):
        assert shown[-1] == before[-1]
    assert list(sessions(stage, series["id"]))[-1] == "2027-05-24"


def test_what_lies_between_the_horizon_and_a_later_end_still_takes_place(open_stage: OpenStage) -> None:
    """A series that is to end in July has its sessions until then; and it may be ended earlier than was said first."""
    stage, series = series_of_s_o_01(open_stage)
    answer = act(stage, "Dan", END, series["id"], **{"from": "2027-07-01"})
    assert (answer["series"]["until"], answer["series"]["status"]) == ("2027-07-01", "ENDED")
    assert max(sessions(stage, series["id"])) == "2027-05-24"
    stage.at("2027-03-02T00:00:00Z")
    assert max(sessions(stage, series["id"])) == "2027-06-21"
    expected = in_feed(stage, "Leo", "2027-05-01", "2028-01-01")
    assert in_google(stage, "Dan", "2027-05-01", "2028-01-01") == expected
    assert (expected[-1], len(expected)) == ("2027-06-21T13:00:00Z", 4)
    earlier = act(stage, "Dan", END, series["id"], **{"from": "2027-06-01"})
    assert earlier["series"]["until"] == "2027-06-01"
    stage.deliver()
    assert in_google(stage, "Dan", "2027-05-01", "2028-01-01") == expected[:-2]
    assert act(stage, "Dan", END, series["id"], **{"from": "2027-06-01"})["code"] == "WRONG_STATE"


def test_what_goes_on_begins_after_what_is_left_of_the_old_series(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    back = {"from": "2027-04-12", "firstDate": "2027-03-29", "localTime": "10:00"}
    assert twins(stage, "Dan", series["id"], **back)["canChange"]["code"] == "WRONG_STATE"
    assert act(stage, "Dan", CHANGE, series["id"], **back)["code"] == "WRONG_STATE"
    some_days = {"from": "2027-04-12", "firstDate": "2027-04-09", "localTime": "10:00"}
    answer = act(stage, "Dan", CHANGE, series["id"], **some_days)
    assert standing(stage, answer["series"]["id"])[0] == "2027-04-09T14:00:00Z"


def test_the_way_in_is_there_before_the_first_session_exists(open_stage: OpenStage) -> None:
    """A series that begins beyond the horizon is in both calendars at once, with its link."""
    stage = mento(open_stage)
    with stage.step() as step:
        series = create(stage, firstDate="2027-06-21")["series"]["id"]
    assert sessions(stage, series) == {}
    [master] = masters(stage)
    assert master["hangoutLink"]
    assert step.google_calls == ["events.insert", "events.instances"]
    assert in_feed(stage, "Leo", "2027-06-01", "2027-07-10") == ["2027-06-21T13:00:00Z", "2027-07-05T13:00:00Z"]
    stage.at("2027-03-02T00:00:00Z")
    assert list(sessions(stage, series)) == ["2027-06-21"]
    assert masters(stage)[0]["hangoutLink"] == master["hangoutLink"]
    assert exceptions(stage) == {}
    assert problems(stage.theatre.owner, stage.theatre.double, stage.organisation_id) == []


def test_of_a_coach_who_left_no_further_session_is_made_and_both_are_told_once(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    before = standing(stage, series["id"])
    deactivated(stage, "Dan")
    stage.at("2027-02-15T12:59:59Z")
    assert all_series(stage, "Leo")[0]["until"] is None
    with stage.step() as step:
        stage.at("2027-02-15T13:00:00Z")
    assert step.mails == [("Dan", "SERIES_ENDED"), ("Leo", "SERIES_ENDED")]
    assert (step.ledger, step.money) == ([], [])
    [found] = all_series(stage, "Leo")
    assert (found["status"], found["until"]) == ("ENDED", "2027-06-07")
    assert in_feed(stage, "Leo", "2027-01-01", "2028-01-01") == before
    with stage.step() as step:
        stage.at("2027-02-28T13:00:00Z")
    assert [mail for mail in step.mails if mail[1] == "SERIES_ENDED"] == []


def test_who_lives_elsewhere_by_now_is_told_of_another_hour_as_well(open_stage: OpenStage) -> None:
    """New York goes to summer time on 12 March 2028, London and Berlin on 26 March; the series keeps New York's clock (D-45)."""
    stage = mento(open_stage, at="2028-02-15T12:00:00Z", starts_on="2028-02-01")
    stage.publish('extends = "mento"\n[series]\nhorizon = "P3W"\n')
    create(stage, firstDate="2028-02-28")
    answer = tell(stage, "Sam", "updatePerson", MOVED, person=stage.gid("Dan"), timeZone="Europe/London")
    if "effect" in answer:
        seen = answer["effect"]["digest"]
        answer = tell(
            stage, "Sam", "updatePerson", MOVED, person=stage.gid("Dan"), timeZone="Europe/London", acknowledge=seen
        )
    assert answer["record"]["person"]["timeZone"] == "Europe/London", answer
    stage.at("2028-02-28T14:00:00Z")
    for who, hour in (("Dan", "13:00"), ("Leo", "14:00")):
        told = [one["text"] for one in stage.messages(who) if one["code"] == "TIME_SHIFTED"]
        assert [f"Monday 13 March 2028, {hour}" in one for one in told] == [True], who
