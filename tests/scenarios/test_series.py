"""Series: S-O-01, S-O-02, S-O-03, S-O-09, S-O-10, S-O-11, S-O-33, S-O-34, and what belongs to them."""

from collections import Counter

from tests.scenarios.answers import accept, mine
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
    preview,
    series_of_s_o_01,
    sessions,
    standing,
    twins,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage

TIME_OFF = """
mutation Off($input: AddTimeOffInput!) { addTimeOff(input: $input) {
  ... on AddTimeOffSuccess { timeOff { id } } ... on Refusal { __typename code message } } }
"""

SEVEN = [
    "2027-03-01T14:00:00Z",
    "2027-03-15T13:00:00Z",
    "2027-03-29T13:00:00Z",
    "2027-04-12T13:00:00Z",
    "2027-04-26T13:00:00Z",
    "2027-05-10T13:00:00Z",
    "2027-05-24T13:00:00Z",
]


def test_S_O_01_a_fortnightly_series_stands_as_far_as_the_horizon(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    shown = preview(stage)
    assert (shown["allowed"], shown["conflicts"], len(shown["occurrences"])) == (True, [], 27)
    assert shown["shifts"][:2] == ["2027-03-15", "2027-03-29"]
    with stage.step() as step:
        answer = create(stage)
    assert step.rows == {
        "busy": "+14",
        "ledger_entry": "+8",
        "notification": "+2",
        "series": "+1",
        "series_occurrence": "+7",
        "session": "+7",
    }
    series = answer["series"]
    assert (series["cadence"], series["localTime"], series["timeZone"]) == ("FORTNIGHTLY", "09:00", "America/New_York")
    assert standing(stage, series["id"]) == SEVEN
    # Two credits a month were granted with the membership; March has a third session.
    assert step.ledger == [
        ("GRANT", 1, "one_on_one 2027-03"),
        *[("HOLD", 1, f"one_on_one 2027-0{month}") for month in (3, 3, 3, 4, 4, 5, 5)],
    ]
    lots = stage.entitlements("Leo")
    assert {name: lot["held"] for name, lot in lots.items()} == {
        "one_on_one 2027-03": 3,
        "one_on_one 2027-04": 2,
        "one_on_one 2027-05": 2,
    }
    assert step.mails == [("Dan", "BOOKED"), ("Leo", "BOOKED")]
    said = stage.message("Leo", "BOOKED")["text"]
    assert "every other Monday at 09:00 (America/New_York)" in said
    assert "Monday 15 March 2027, 14:00" in said.partition("Please note")[2]
    assert Counter(row["name"] for row in step.difference.added("event")) == {"SERIES_CREATED": 1, "SESSION_BOOKED": 7}
    for who in ("Leo", "Dan"):
        assert in_feed(stage, who, "2027-01-01", "2027-06-01") == SEVEN
        text = feed_text(stage, who)
        assert text.count("BEGIN:VEVENT") == text.count("RRULE:FREQ=WEEKLY;INTERVAL=2") == 1
        assert "DTSTART;TZID=America/New_York:20270301T090000" in text
    [master] = masters(stage)
    assert in_google(stage, "Dan", "2027-01-01", "2027-06-01") == SEVEN
    assert master["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO"]
    assert (master["start"]["timeZone"], master["status"]) == ("America/New_York", "confirmed")
    assert step.google_calls == ["events.insert", "events.instances"]
    for who in ("Leo", "Dan"):
        assert master["hangoutLink"] in feed_text(stage, who)
    links = {stage.session(one["id"], who="Leo")["joinUrl"] for one in sessions(stage, series["id"]).values()}
    assert None not in links


def test_S_O_01_the_next_occurrence_comes_to_exist_sixteen_weeks_before_it(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    series = create(stage)["series"]["id"]
    stage.at("2027-02-15T12:59:59Z")
    assert len(sessions(stage, series)) == 7
    stage.at("2027-02-15T13:00:00Z")
    assert standing(stage, series) == [*SEVEN, "2027-06-07T13:00:00Z"]
    assert len(all_series(stage, "Leo")) == 1


def test_S_O_02_a_moved_occurrence_is_moved_alone_and_its_date_is_not_made_again(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-15"]["id"]
    stage.at("2027-03-12T13:00:00Z")
    before = sessions(stage, series["id"])
    with stage.step() as step:
        answer = stage.reschedule("Leo", one, "2027-03-16T13:00:00Z")
    assert step.rows == {"busy": "~2", "notification": "+2", "session": "~1", "session_move": "+1"}
    assert answer["session"]["startsAt"] == "2027-03-16T13:00:00Z"
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]
    for who in ("Leo", "Dan"):
        assert in_feed(stage, who, "2027-03-01", "2027-04-01") == [SEVEN[0], "2027-03-16T13:00:00Z", SEVEN[2]]
        assert "RECURRENCE-ID;TZID=America/New_York:20270315T090000" in feed_text(stage, who)
    assert exceptions(stage) == {SEVEN[1]: "2027-03-16T13:00:00Z"}
    assert in_google(stage, "Dan", "2027-03-01", "2027-04-01") == [SEVEN[0], "2027-03-16T13:00:00Z", SEVEN[2]]
    stage.at("2027-04-20T13:00:00Z")
    after = sessions(stage, series["id"])
    assert {on: after[on]["id"] for on in before} == {on: found["id"] for on, found in before.items()}
    assert after["2027-03-15"]["startsAt"] == "2027-03-16T13:00:00Z"
    assert len(set(after)) == len(after) > len(before)


def test_S_O_03_an_occurrence_that_is_cancelled_late_is_lost_alone(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-15"]["id"]
    stage.at("2027-03-13T13:00:01Z")
    shown = stage.checks("Leo", one)["canCancel"]["consequence"]
    with stage.step() as step:
        stage.cancel("Leo", one, acknowledge=shown["digest"])
    assert step.rows == {
        "busy": "-2",
        "earning": "+1",
        "ledger_entry": "+1",
        "money_entry": "+1",
        "notification": "+2",
        "session": "~1",
    }
    assert step.ledger == [("FORFEIT", 1, "one_on_one 2027-03")]
    assert step.money == [("EARNING", "Dan", 10000)]
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "LATE_LOSS")]
    found = sessions(stage, series["id"])
    assert [on for on, session in found.items() if session["status"] == "CANCELLED"] == ["2027-03-15"]
    for who in ("Leo", "Dan"):
        assert in_feed(stage, who, "2027-03-01", "2027-04-01") == [SEVEN[0], SEVEN[2]]
        assert feed_text(stage, who).count("EXDATE;TZID=America/New_York:20270315T090000") == 1
    assert in_google(stage, "Dan", "2027-03-01", "2027-04-01") == [SEVEN[0], SEVEN[2]]
    assert exceptions(stage) == {SEVEN[1]: "cancelled"}


def announced(open_stage: OpenStage) -> tuple[Stage, str]:
    """S-O-09: two weeks before August has to be decided about."""
    stage, series = series_of_s_o_01(open_stage)
    stage.at("2027-06-18T12:59:59Z")
    return stage, series["id"]


def test_S_O_09_both_are_told_of_a_month_of_three_two_weeks_before_they_decide(open_stage: OpenStage) -> None:
    stage, series = announced(open_stage)
    before = standing(stage, series)
    with stage.step() as step:
        stage.at("2027-06-18T13:00:00Z")
    assert step.rows == {"notification": "+2"}
    assert step.mails == [("Dan", "THREE_SESSIONS"), ("Leo", "THREE_SESSIONS")]
    assert (step.ledger, step.money, standing(stage, series)) == ([], [], before)
    said = stage.message("Dan", "THREE_SESSIONS")["text"]
    assert "Monday 2 August 2027, 09:00" in said
    assert "Friday 2 July 2027, 09:00" in said
    assert step.google_calls == []


def split_proposed(open_stage: OpenStage) -> tuple[Stage, str]:
    """S-O-10 up to the proposal."""
    stage, series = announced(open_stage)
    stage.at("2027-06-18T13:00:00Z")
    shown = twins(stage, "Dan", series)["canSplit"]
    assert (shown["allowed"], [one["startsAt"] for one in shown["occurrences"]][:2]) == (
        True,
        ["2027-08-09T13:00:00Z", "2027-08-23T13:00:00Z"],
    )
    with stage.step() as step:
        answer = act(stage, "Dan", PROPOSE, series)
    assert "series" in answer, answer
    assert step.mails == [("Leo", "SPLIT_PROPOSED")]
    return stage, series


def of_lot(ledger: list[tuple[str, int, str]], lot: str) -> Counter[str]:
    """How many units each kind of entry moved in a lot."""
    found: Counter[str] = Counter()
    for kind, units, name in ledger:
        found[kind] += units if name == lot else 0
    return +found


def test_S_O_10_a_split_agreed_to_exactly_on_the_deadline_makes_two_of_three(open_stage: OpenStage) -> None:
    stage, series = split_proposed(open_stage)
    stage.at("2027-07-02T13:00:00Z")
    asked = mine(stage, "Leo")[0]
    assert (asked["kind"], asked["answerUntil"]) == ("SERIES_SPLIT", "2027-07-02T13:00:00Z")
    with stage.step() as step:
        answer = accept(stage, "Leo", asked["id"])
    assert step.rows == {
        "busy": "+12 -12",
        "ledger_entry": "+13",
        "notification": "+2",
        "proposal": "~1",
        "series": "+1 ~1",
        "series_occurrence": "+6",
        "session": "+6 ~6",
    }
    assert answer["proposal"]["status"] == "ACCEPTED", answer
    old, new = all_series(stage)
    assert (old["status"], old["until"], new["predecessor"]["id"]) == ("ENDED", "2027-08-02", series)
    assert standing(stage, new["id"]) == [
        "2027-08-09T13:00:00Z",
        "2027-08-23T13:00:00Z",
        "2027-09-06T13:00:00Z",
        "2027-09-20T13:00:00Z",
        "2027-10-04T13:00:00Z",
        "2027-10-18T13:00:00Z",
    ]
    august = ["2027-08-09T13:00:00Z", "2027-08-23T13:00:00Z"]
    for who in ("Leo", "Dan"):
        assert in_feed(stage, who, "2027-07-10", "2027-09-01") == ["2027-07-19T13:00:00Z", *august]
        assert "UNTIL=20270719T130000Z" in feed_text(stage, who)
        assert "DTSTART;TZID=America/New_York:20270809T090000" in feed_text(stage, who)
    first, second = masters(stage)
    assert first["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO;UNTIL=20270719T130000Z"]
    assert second["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO"]
    assert second["start"] == {"dateTime": "2027-08-09T09:00:00-04:00", "timeZone": "America/New_York"}
    assert (first["id"] != second["id"], first["hangoutLink"] != second["hangoutLink"]) == (True, True)
    assert in_google(stage, "Dan", "2027-07-10", "2027-09-01") == ["2027-07-19T13:00:00Z", *august]
    assert of_lot(step.ledger, "one_on_one 2027-08") == {"RELEASE": 3, "HOLD": 2, "REVOKE": 1}
    assert of_lot(step.ledger, "one_on_one 2027-09") == {"RELEASE": 2, "HOLD": 2}
    assert of_lot(step.ledger, "one_on_one 2027-10") == {"RELEASE": 1, "HOLD": 2}
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]


def test_S_O_11_a_second_later_all_three_stay(open_stage: OpenStage) -> None:
    stage, series = split_proposed(open_stage)
    asked = mine(stage, "Leo")[0]
    stage.at("2027-07-02T13:00:00Z")
    before = standing(stage, series)
    with stage.step() as step:
        stage.at("2027-07-02T13:00:01Z")
        answer = accept(stage, "Leo", asked["id"])
    assert step.rows == {"notification": "+2", "proposal": "~1"}
    assert answer["code"] == "INVITE_EXPIRED"
    assert step.mails == [("Dan", "PROPOSAL_EXPIRED"), ("Leo", "PROPOSAL_EXPIRED")]
    assert (step.ledger, step.google_calls, standing(stage, series)) == ([], [], before)
    three = ["2027-08-02T13:00:00Z", "2027-08-16T13:00:00Z", "2027-08-30T13:00:00Z"]
    assert in_google(stage, "Dan", "2027-08-01", "2027-09-01") == three
    assert in_feed(stage, "Leo", "2027-08-01", "2027-09-01") == three
    # From then on only ordinary changes are left (O8).
    shown = twins(stage, "Leo", series, month="2027-08-02")["canSplit"]
    assert (shown["allowed"], shown["code"]) == (False, "DEADLINE_PASSED")
    assert act(stage, "Leo", PROPOSE, series, firstDate="2027-08-02")["code"] == "DEADLINE_PASSED"
    assert stage.cancel("Leo", sessions(stage, series)["2027-08-02"]["id"])["session"]["status"] == "CANCELLED"


def test_S_O_33_a_session_that_was_moved_by_itself_keeps_what_was_agreed_for_it(open_stage: OpenStage) -> None:
    stage, series = split_proposed(open_stage)
    stage.at("2027-06-21T12:00:00Z")
    one = sessions(stage, series)["2027-08-16"]["id"]
    answer = stage.reschedule("Leo", one, "2027-08-18T13:00:00Z")
    assert answer["session"]["startsAt"] == "2027-08-18T13:00:00Z", answer
    stage.at("2027-07-01T13:00:00Z")
    with stage.step() as step:
        accept(stage, "Leo", mine(stage, "Leo")[0]["id"])
    assert step.rows == {
        "busy": "+12 -10",
        "ledger_entry": "+11",
        "notification": "+2",
        "proposal": "~1",
        "series": "+1 ~1",
        "series_occurrence": "+6",
        "session": "+6 ~5",
    }
    august = sorted(
        start for found in all_series(stage) for start in standing(stage, found["id"]) if start.startswith("2027-08")
    )
    assert august == ["2027-08-09T13:00:00Z", "2027-08-18T13:00:00Z", "2027-08-23T13:00:00Z"]
    assert in_feed(stage, "Leo", "2027-08-01", "2027-09-01") == august
    assert "RECURRENCE-ID;TZID=America/New_York:20270816T090000" in feed_text(stage, "Leo")
    assert in_google(stage, "Dan", "2027-08-01", "2027-09-01") == august
    assert exceptions(stage) == {"2027-08-16T13:00:00Z": "2027-08-18T13:00:00Z"}
    assert of_lot(step.ledger, "one_on_one 2027-08") == {"RELEASE": 2, "HOLD": 2}
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]


def test_S_O_34_monthly_on_a_fifth_monday_means_the_last_one(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    with stage.step() as step:
        series = create(stage, cadence="MONTHLY", firstDate="2027-03-29")["series"]["id"]
    assert step.rows == {
        "busy": "+6",
        "ledger_entry": "+3",
        "notification": "+2",
        "series": "+1",
        "series_occurrence": "+3",
        "session": "+3",
    }
    assert standing(stage, series) == ["2027-03-29T13:00:00Z", "2027-04-26T13:00:00Z", "2027-05-31T13:00:00Z"]
    assert [entry for entry in step.ledger if entry[0] == "HOLD"] == [
        ("HOLD", 1, f"one_on_one 2027-0{month}") for month in (3, 4, 5)
    ]
    assert step.mails == [("Dan", "BOOKED"), ("Leo", "BOOKED")]
    assert masters(stage)[0]["recurrence"] == ["RRULE:FREQ=MONTHLY;BYDAY=-1MO"]
    for who in ("Leo", "Dan"):
        assert "RRULE:FREQ=MONTHLY;BYDAY=-1MO" in feed_text(stage, who)
        assert in_feed(stage, who, "2027-03-01", "2027-06-01") == standing(stage, series)
    assert in_google(stage, "Dan", "2027-03-01", "2027-06-01") == standing(stage, series)
    assert "on the last Monday of each month at 09:00" in stage.message("Leo", "BOOKED")["text"]


def test_a_series_is_all_or_nothing_until_its_conflicts_are_left_out(open_stage: OpenStage) -> None:
    """PEERS 10: the preview names each of 26 occurrences that cannot be; another conflict meanwhile changes the digest."""
    stage = mento(open_stage)
    for at in ("2027-03-15T13:15:00Z", "2027-05-10T12:45:00Z"):
        stage.booked("Leo", "one_on_one", "Dan", at)
    off = stage.tell(
        "Dan",
        TIME_OFF,
        coach=stage.gid("Dan"),
        startsAt="2027-12-20T05:00:00Z",
        endsAt="2028-01-05T05:00:00Z",
        idempotencyKey=stage.key(),
    )
    assert "timeOff" in off, off
    year = {"until": "2028-02-21"}
    with stage.step() as step:
        shown = preview(stage, **year)
    step.assert_nothing_happened()
    assert (len(shown["occurrences"]), shown["allowed"], shown["code"]) == (26, False, "SLOT_UNAVAILABLE")
    assert [(one["date"], one["trouble"]) for one in shown["conflicts"]] == [
        ("2027-03-15", "TAKEN"),
        ("2027-05-10", "TAKEN"),
        ("2027-12-20", "TIME_OFF"),
        ("2028-01-03", "TIME_OFF"),
    ]
    assert shown["conflicts"][0]["alternatives"]
    with stage.step() as step:
        refused = create(stage, **year)
    assert (refused["__typename"], refused["plan"]["digest"]) == ("SeriesRefused", shown["digest"])
    step.assert_nothing_happened()

    stage.booked("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")
    stage.deliver()
    with stage.step() as step:
        refused = create(stage, **year, acknowledge=shown["digest"])
    step.assert_nothing_happened()
    assert (refused["code"], preview(stage, **year)["digest"]) == ("CONSEQUENCE_CHANGED", refused["plan"]["digest"])
    assert refused["plan"]["digest"] != shown["digest"]
    assert [one["date"] for one in refused["plan"]["conflicts"]][:2] == ["2027-03-15", "2027-04-12"]
    answer = create(stage, **year, acknowledge=refused["plan"]["digest"])
    assert standing(stage, answer["series"]["id"]) == [
        "2027-03-01T14:00:00Z",
        "2027-03-29T13:00:00Z",
        "2027-04-26T13:00:00Z",
        "2027-05-24T13:00:00Z",
    ]
    stage.at("2027-11-08T12:00:00Z")
    found = sessions(stage, answer["series"]["id"])
    assert len(found) == 26 - 5
    assert not {"2027-04-12", "2027-12-20", "2028-01-03"} & set(found)


def test_a_date_that_cannot_be_at_the_horizon_is_left_out_and_a_make_up_proposed(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    off = stage.tell(
        "Dan",
        TIME_OFF,
        coach=stage.gid("Dan"),
        startsAt="2027-06-07T04:00:00Z",
        endsAt="2027-06-08T04:00:00Z",
        idempotencyKey=stage.key(),
    )
    assert "timeOff" in off, off
    with stage.step() as step:
        stage.at("2027-02-15T13:00:00Z")
    assert step.mails == [("Dan", "OCCURRENCE_UNAVAILABLE"), ("Leo", "OCCURRENCE_UNAVAILABLE")]
    assert "2027-06-07" not in sessions(stage, series["id"])
    assert "You lose nothing by it" in stage.message("Leo", "OCCURRENCE_UNAVAILABLE")["text"]


def test_this_and_following_go_on_in_a_successor_and_all_that_is_to_come_too(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    shown = twins(
        stage, "Dan", series["id"], **{"from": "2027-04-12", "firstDate": "2027-04-13", "localTime": "10:00"}
    )["canChange"]
    assert (shown["allowed"], len(shown["released"])) == (True, 4)
    with stage.step() as step:
        answer = act(
            stage,
            "Dan",
            CHANGE,
            series["id"],
            **{"from": "2027-04-12", "firstDate": "2027-04-13", "localTime": "10:00"},
        )
    assert standing(stage, series["id"]) == SEVEN[:3]
    assert standing(stage, answer["series"]["id"]) == [
        "2027-04-13T14:00:00Z",
        "2027-04-27T14:00:00Z",
        "2027-05-11T14:00:00Z",
        "2027-05-25T14:00:00Z",
    ]
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]
    assert Counter(kind for kind, _, _ in step.ledger) == {"RELEASE": 4, "HOLD": 4}
    all_of_it = act(stage, "Dan", CHANGE, answer["series"]["id"], localTime="11:00")
    assert standing(stage, all_of_it["series"]["id"])[0] == "2027-04-13T15:00:00Z"


def test_a_series_that_ends_gives_its_credits_back_and_tells_both_once(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    with stage.step() as step:
        answer = act(stage, "Dan", END, series["id"], **{"from": "2027-04-12"})
    assert answer["series"]["status"] == "ENDED", answer
    assert (standing(stage, series["id"]), step.money) == (SEVEN[:3], [])
    assert [kind for kind, _, _ in step.ledger] == ["RELEASE"] * 4
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    stage.at("2027-08-01T00:00:00Z")
    assert standing(stage, series["id"]) == []


def test_the_other_side_is_told_of_the_other_hour_two_weeks_before_clocks_change(open_stage: OpenStage) -> None:
    """New York goes to summer time on 12 March 2028, Berlin on 26 March: Leo's session of the 13th alone is at two (D-45)."""
    stage = mento(open_stage, at="2027-11-01T12:00:00Z", starts_on="2027-11-01")
    create(stage, firstDate="2027-11-08")
    stage.at("2028-02-28T12:59:59Z")
    assert [one for one in stage.messages("Leo") if one["code"] == "TIME_SHIFTED"] == []
    stage.at("2028-03-14T00:00:00Z")
    told = [one["text"] for one in stage.messages("Leo") if one["code"] == "TIME_SHIFTED"]
    assert ["Monday 13 March 2028, 14:00" in told[0], "Monday 27 March 2028, 15:00" in told[1]] == [True, True]
    assert len(told) == 2
    assert [one for one in stage.messages("Dan") if one["code"] == "TIME_SHIFTED"] == []


def test_a_member_asks_but_only_coach_and_team_create(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    assert create(stage, "Leo")["code"] == "FORBIDDEN"
    assert create(stage, "Sam")["code"] == "REASON_REQUIRED"
    assert "series" in create(stage, "Sam", note="Agreed by phone.")
